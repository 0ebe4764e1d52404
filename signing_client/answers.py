"""What 电子签名 answers, as values. What an answer holds beyond these fields is ignored; what lacks one is no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Behalf:
    """授权签署: for whom somebody signs, and under which authorisation."""

    name: str = field(repr=False)
    role: str
    """As what that one would sign: 法定代表人."""
    authorisation: str
    """授权编号"""
    granted_on: date
    valid_until: date
    covers: str
    ended_at: datetime | None
    """When it was ended before its time."""


@dataclass(frozen=True)
class TaskState:
    """待签: one signer's one slot of a document."""

    slot: str
    role: str
    kind: str
    """person or seal"""
    signer_kind: str
    """person or entity"""
    signer_name: str = field(repr=False)
    state: str
    """open 待签, signing 正在签, signed 已签, refused 不同意, cancelled 已取消"""
    sign_no: str | None
    """签署流水号"""
    closed_at: datetime | None
    reason: str
    """Why he refused, or that the authorisation ended."""
    on_behalf_of: Behalf | None = None


@dataclass(frozen=True)
class DocumentState:
    """How far one document is."""

    ref: str
    title: str
    state: str
    """fetching, rejected, open, complete, refused, cancelled"""
    locked: bool
    """It is being signed and cannot be ordered anew."""
    problem_code: str
    problem: str
    """Why it was not fetched or cannot be signed, for people."""
    signed_sha256: str | None
    """Of the completely signed file."""
    tasks: tuple[TaskState, ...]

    @property
    def complete(self) -> bool:
        return self.state == "complete"


@dataclass(frozen=True)
class BatchState:
    """How far a batch is."""

    batch: str
    case_no: str
    state: str
    """preparing 取文件, open 待签, signed 签齐, stopped 有人不同意或文件不能签, cancelled 已取消"""
    ready_at: datetime | None
    done_at: datetime | None
    cancelled_at: datetime | None
    documents: tuple[DocumentState, ...]

    @property
    def over(self) -> bool:
        """Whether nothing of it will move any more."""
        return self.state in {"signed", "cancelled"} or all(
            document.state in {"rejected", "complete", "refused", "cancelled"} for document in self.documents
        )


@dataclass(frozen=True)
class AuthorisationState:
    """What became of an authorisation that was ended."""

    number: str
    ended_at: datetime | None
    signed: int
    """Signatures that were made under it before; they stay good."""
    stopped: int
    """Documents that can no longer be completed; each is told by a callback."""


@dataclass(frozen=True)
class SealedDocument:
    """One document of an order of a seal."""

    document: str
    title: str
    batch: str
    case_no: str
    slot: str
    role: str
    sign_no: str
    """签署流水号; 电子营业执照 knows the document by it, too."""
    state: str
    """waiting 等企业确认, sealed 已盖章, failed 没有盖上, dropped 没有盖, late 已取消、存档不计"""
    reason: str
    """Why it was not sealed, for people."""
    digest_sm3: str
    """Of the 签名原文, in hexadecimal."""
    left: int
    """How many more slots of this enterprise are open in this document: order again when this one is sealed."""


@dataclass(frozen=True)
class PreparedDocument(SealedDocument):
    """The same as it was ordered."""

    plaintext_base64: str | None = field(repr=False)
    """签名原文; None when it is decided already."""


@dataclass(frozen=True)
class SealFacts:
    """How far an order of a seal is."""

    seal_order: str
    """Its reference, for asking and cancelling."""
    order_no: str | None
    """业务唯一标识: its number at 电子营业执照."""
    state: str
    """prepared 正在送去, ordered 等企业确认 (with `confirmed_at`: it did, and is being sealed), settled 企业确认了, refused 企业没有同意, lapsed 取消了或者超时"""
    reason: str
    """Why it came to nothing, for people."""
    waits_for: str
    """Who is away, so that what the enterprise confirmed is not sealed yet; empty when nobody is."""
    uscc: str
    name: str
    """Of the enterprise."""
    es_id: str
    """印章编号"""
    url: str
    """By which 电子营业执照 is brought up: opened on a phone, or shown as a QR code for the holder to scan."""
    started_at: datetime
    lapses_at: datetime
    """If nobody confirmed by then, the documents are free again."""
    holder: str = field(repr=False)
    """Who decided, as 电子营业执照 says; masked, empty until then."""
    confirmed_at: datetime | None
    settled_at: datetime | None

    @property
    def waiting(self) -> bool:
        """Whether it still waits for the enterprise."""
        return self.state in {"prepared", "ordered"}


@dataclass(frozen=True)
class SealOrderState(SealFacts):
    """An order of a seal with its documents."""

    documents: tuple[SealedDocument, ...]


@dataclass(frozen=True)
class SealOrderMade(SealFacts):
    """The same as it was ordered: with what the enterprise signs."""

    documents: tuple[PreparedDocument, ...]


@dataclass(frozen=True)
class SignedFile:
    """A completely signed PDF, its digest checked."""

    content: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True)
class MendedFile:
    """A PDF put right so that it can be signed (整理, R147): what is seen is unchanged. Its digest is checked."""

    content: bytes = field(repr=False)
    sha256: str
    steps: Mapping[str, int]
    """What was done, as PdfCheck.mending codes it → how often."""


@dataclass(frozen=True)
class MendingStep:
    """One thing that mending does, in words for people."""

    code: str
    count: int
    text: str


@dataclass(frozen=True)
class Signature:
    """One signature of a document: 业务, 认证 and 签署流水号, and the certificate behind it."""

    slot: str
    role: str
    signer_name: str = field(repr=False)
    sign_no: str
    business_no: str
    verification_no: str
    ceremony_no: str
    certificate_serial: str
    certificate_base64: str
    """DER"""
    signed_at: datetime
    file_sm3: str
    """Of the file with this signature in it."""
    on_behalf_of: Behalf | None = None


@dataclass(frozen=True)
class TodoBehalf(Behalf):
    """A slot that he signs for another."""

    document: str
    """Title."""


@dataclass(frozen=True)
class TodoCase:
    """What of one batch waits for a person or his enterprise."""

    batch: str
    business: str
    case_no: str
    company: str
    title: str
    documents: tuple[str, ...]
    """Titles."""
    seal: bool
    """It waits for the enterprise's seal."""
    on_behalf_of: tuple[TodoBehalf, ...]
    """Those of its slots that he signs for another."""


@dataclass(frozen=True)
class Todos:
    """待办: documents by business, and the cases."""

    counts: dict[str, int]
    todos: tuple[TodoCase, ...]


@dataclass(frozen=True)
class PdfCheck:
    """Whether a file is a standard PDF that can be signed (R147); if not, why, and how to mend it."""

    admitted: bool
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    code: str | None = None
    message: str | None = None
    fix: str | None = None
    mendable: bool = False
    """Whether `pdf_mend` makes it one that can be signed."""
    mending: tuple[MendingStep, ...] = ()
    not_mended: str | None = None
    """Why it is not mended."""


@dataclass(frozen=True)
class TraceStep:
    """One thing that happened with a document."""

    at: datetime
    what: str
    who: str
    numbers: dict[str, str]
    note: str
    bad: bool


@dataclass(frozen=True)
class TracedDocument:
    """溯源: a document behind a number, and all that happened with it."""

    document: str
    title: str
    state: str
    case_no: str
    company: str
    found_as: tuple[str, ...]
    """As which kind of number it was found."""
    code: str | None
    """验签码; None while signatures are missing."""
    verify_url: str | None
    stamped_at: datetime | None
    stamp_problem: str
    steps: tuple[TraceStep, ...]
