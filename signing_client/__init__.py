"""电子签名客户端: order signatures on documents, ask how they stand, hear of it, cancel, fetch what was signed. README.md

client = SigningClient(HttpTransport("https://signing.example.cn", ServiceKey("my_system", private)))
client.batch_create(order)

Depends on httpx and tongsuopy only; a system with an HTTP client of its own passes another Transport.
"""

from signing_client.answers import (
    AuthorisationState,
    BatchState,
    Behalf,
    DocumentState,
    MendedFile,
    MendingStep,
    PdfCheck,
    PreparedDocument,
    SealedDocument,
    SealOrderMade,
    SealOrderState,
    Signature,
    SignedFile,
    TaskState,
    TodoBehalf,
    TodoCase,
    Todos,
    TracedDocument,
    TraceStep,
)
from signing_client.client import SigningClient
from signing_client.errors import (
    Conflict,
    Missing,
    NotUnderstood,
    Refused,
    SigningFailed,
    Unreachable,
    WrongBytes,
)
from signing_client.http import HttpTransport
from signing_client.incoming import BatchEvent, Incoming, Nonces, RecentNonces
from signing_client.orders import (
    Authorisation,
    Batch,
    Business,
    Document,
    Entity,
    Person,
    SealDocument,
    SealOrder,
    Slot,
    SlotKind,
)
from signing_client.signature import BadSignature, ServiceKey
from signing_client.transport import Answer, Call, Transport

__all__ = [
    "Answer",
    "Authorisation",
    "AuthorisationState",
    "BadSignature",
    "Batch",
    "BatchEvent",
    "BatchState",
    "Behalf",
    "Business",
    "Call",
    "Conflict",
    "Document",
    "DocumentState",
    "Entity",
    "HttpTransport",
    "Incoming",
    "MendedFile",
    "MendingStep",
    "Missing",
    "Nonces",
    "NotUnderstood",
    "PdfCheck",
    "Person",
    "PreparedDocument",
    "RecentNonces",
    "Refused",
    "SealDocument",
    "SealOrder",
    "SealOrderMade",
    "SealOrderState",
    "SealedDocument",
    "ServiceKey",
    "Signature",
    "SignedFile",
    "SigningClient",
    "SigningFailed",
    "Slot",
    "SlotKind",
    "TaskState",
    "TodoBehalf",
    "TodoCase",
    "Todos",
    "TraceStep",
    "TracedDocument",
    "Transport",
    "Unreachable",
    "WrongBytes",
]
