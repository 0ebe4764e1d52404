"""电子签名 as reg uses it: batches, their state, signed files, one-time entry. Every call is signed and idempotent.

What is said over the wire is said by `signing_client`, whose first customer reg is; here it is carried by reg's own HTTP
client (limits, health) and answered as a port answers.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from foundation.config import config
from foundation.outside.client import OutsideClient, OutsideDown, Reply, misunderstood
from foundation.outside.result import Found, NotFound, Result
from signing_client import (
    Batch,
    BatchState,
    Call,
    Conflict,
    Entity,
    Missing,
    NotUnderstood,
    Person,
    Refused,
    SigningClient,
    TracedDocument,
)

SYSTEM = "signing"
UNPROCESSABLE, BAD = 422, 400
READ_SECONDS = 20.0
TAKEN = {"key_reused", "ref_used"}
"""Why a batch is refused whose reference was used before."""
T = TypeVar("T")


class OverOutside:
    """reg's HTTP client as the transport of `signing_client`."""

    def __init__(self) -> None:
        self.client = OutsideClient("signing", config().base_url("signing"), read_seconds=READ_SECONDS)

    def send(self, call: Call) -> Reply:
        return self.client.request(call.method, call.path, call.body, call.headers)


def _asked(
    question: Callable[[SigningClient], T], refused: str, *, nothing: tuple[type[Refused], ...] = (Missing,)
) -> Result[T]:
    """The answer to one question, as ports answer. `refused`: what the operator reads when it is not accepted; `nothing`:
    refusals that mean that there is nothing (yet)."""
    try:
        return Found(question(SigningClient(OverOutside())))
    except nothing:
        return NotFound()
    except Refused as no:
        down = OutsideDown(SYSTEM, f"{refused}（{no.status}）：{no.message[:200]}")
    except NotUnderstood as nonsense:
        down = misunderstood(SYSTEM, str(nonsense))
    except OutsideDown as silent:
        down = silent
    return down.unavailable()


def create_batch(order: Batch) -> Result[BatchState]:
    """Hand over documents with their slots. The same reference with the same order is answered as the first time; one that was
    taken before, unheard, with something else about its signers (a mobile) stands as it was taken."""
    return _asked(lambda client: _created(client, order), "不接受这批文书", nothing=())


def _created(client: SigningClient, order: Batch) -> BatchState:
    try:
        return client.batch_create(order)
    except Conflict as no:
        if no.code not in TAKEN:
            raise
        standing = client.batch_show(order.ref)
        there = {document.ref for document in standing.documents}
        if standing.cancelled_at or not there.issuperset(document.ref for document in order.documents):
            raise
        return standing


def batch_state(ref: str) -> Result[BatchState]:
    """State of every document and every signature of a batch."""
    return _asked(lambda client: client.batch_show(ref), "查不到")


def cancel_batch(ref: str) -> Result[BatchState]:
    """End everything that is open; repeating it changes nothing."""
    return _asked(lambda client: client.batch_cancel(ref), "没有取消")


def fetch_signed(ref: str, *, sha256: str | None = None) -> Result[bytes]:
    """The completely signed PDF; a file that differs from its stated digest is not taken. NotFound: signatures are missing."""

    def fetch(client: SigningClient) -> bytes:
        content = client.document_signed(ref, sha256=sha256).content
        if not content.startswith(b"%PDF"):
            raise NotUnderstood("签好的文件不是 PDF")
        return content

    return _asked(fetch, "取不到签好的文件", nothing=(Missing, Conflict))


def ticket(person: Person, *, entity: Entity | None = None, batch: str | None = None) -> Result[str]:
    """A one-time address that lets one person in, within 60 seconds. NotFound: the batch has not come there yet."""
    return _asked(lambda client: client.ticket_issue(person, entity=entity, batch=batch), "不给入口")


def remind(batch: str) -> Result[int]:
    """催签; returns how many were texted."""
    return _asked(lambda client: client.batch_remind(batch), "没有催", nothing=())


def authority_seal(
    pdf: bytes,
    *,
    slots: Sequence[Mapping[str, Any]],
    authority: str,
    name: str,
    ref: str,
    case_no: str,
    title: str,
) -> Result[bytes]:
    """登记机关电子印章: the PDF with the authority's seal in its slots. The same ref gives the same answer. No method of
    `signing_client`: no other business system may have it put on."""
    body = {
        "ref": ref,
        "authority": authority,
        "name": name,
        "case_no": case_no,
        "title": title,
        "pdf_base64": b64encode(pdf).decode(),
        "slots": [{key: slot[key] for key in ("name", "page", "x", "y", "width", "height")} for slot in slots],
    }
    try:
        reply = OverOutside().client.post("/api/authority-seals", body, idempotency_key=ref)
        if reply.status >= BAD or not reply.content.startswith(b"%PDF"):
            raise OutsideDown(SYSTEM, f"没有盖章（{reply.status}）")
        return Found(reply.content)
    except OutsideDown as down:
        return down.unavailable()


def trace(number: str, *, staff: str, masked: bool) -> Result[tuple[TracedDocument, ...]]:
    """溯源: the documents behind any 流水号, whoever may see them; the caller leaves out what his reader may not."""

    def ask(client: SigningClient) -> tuple[TracedDocument, ...]:
        try:
            return client.evidence_trace(number, staff=staff, masked=masked)
        except Refused as no:
            if no.status == UNPROCESSABLE:  # what cannot be a number has nothing behind it
                return ()
            raise

    return _asked(ask, "查不到", nothing=())


def evidence(code: str, *, staff: str) -> Result[bytes]:
    """The evidence of one document as a ZIP, with the parts of all signers."""
    return _asked(lambda client: client.evidence_export(code, staff=staff), "取不到证据")
