"""电子签名 as reg uses it: batches, their state, signed files, one-time entry. Every call is signed and idempotent."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter, ValidationError

from foundation.config import config
from foundation.outside.client import OutsideClient, OutsideDown
from foundation.outside.result import Found, NotFound, Result

NOT_FOUND, CONFLICT, UNPROCESSABLE, BAD = 404, 409, 422, 400
READ_SECONDS = 20.0


def _client() -> OutsideClient:
    return OutsideClient("signing", config().base_url("signing"), read_seconds=READ_SECONDS)


def create_batch(body: Mapping[str, Any], *, idempotency_key: str) -> Result[dict[str, Any]]:
    """Hand over documents with their slots. The same key with the same body is answered as the first time."""
    try:
        reply = _client().post("/api/batches", dict(body), idempotency_key=idempotency_key)
        if reply.status >= BAD:
            raise OutsideDown(
                "signing", f"不接受这批文书（{reply.status}）：{reply.content[:200].decode(errors='replace')}"
            )
        return Found(reply.json())
    except OutsideDown as down:
        return down.unavailable()


def batch_state(ref: str) -> Result[dict[str, Any]]:
    """State of every document and every signature of a batch."""
    try:
        reply = _client().get(f"/api/batches/{ref}")
        if reply.status == NOT_FOUND:
            return NotFound()
        if reply.status >= BAD:
            raise OutsideDown("signing", f"查不到（{reply.status}）")
        return Found(reply.json())
    except OutsideDown as down:
        return down.unavailable()


def cancel_batch(ref: str) -> Result[dict[str, Any]]:
    """End everything that is open; repeating it changes nothing."""
    try:
        reply = _client().post(f"/api/batches/{ref}/cancel", {})
        if reply.status == NOT_FOUND:
            return NotFound()
        if reply.status >= BAD:
            raise OutsideDown("signing", f"没有取消（{reply.status}）")
        return Found(reply.json())
    except OutsideDown as down:
        return down.unavailable()


def fetch_signed(ref: str) -> Result[bytes]:
    """The completely signed PDF; a file that differs from its stated digest is not taken."""
    try:
        reply = _client().get(f"/api/documents/{ref}/signed")
        if reply.status in {NOT_FOUND, CONFLICT}:
            return NotFound()
        if reply.status >= BAD or not reply.content.startswith(b"%PDF"):
            raise OutsideDown("signing", f"取不到签好的文件（{reply.status}）")
        return Found(reply.content)
    except OutsideDown as down:
        return down.unavailable()


def digest(content: bytes) -> str:
    """SHA-256 as the task API states it."""
    return sha256(content).hexdigest()


def ticket(body: Mapping[str, Any]) -> Result[str]:
    """A one-time address that lets one person in, within 60 seconds. NotFound: the batch has not come there yet."""
    try:
        reply = _client().post("/api/tickets", dict(body))
        if reply.status == NOT_FOUND:
            return NotFound()
        if reply.status >= BAD:
            raise OutsideDown("signing", f"不给入口（{reply.status}）")
        return Found(str(reply.json()["url"]))
    except (OutsideDown, KeyError) as error:
        down = error if isinstance(error, OutsideDown) else OutsideDown("signing", "回答看不懂")
        return down.unavailable()


def remind(body: Mapping[str, Any]) -> Result[int]:
    """催签; returns how many were texted."""
    try:
        reply = _client().post("/api/remind", dict(body))
        if reply.status >= BAD:
            raise OutsideDown("signing", f"没有催（{reply.status}）")
        return Found(int(reply.json().get("told", 0)))
    except OutsideDown as down:
        return down.unavailable()


def authority_seal(pdf: bytes, *, slots: list[dict[str, Any]], authority: str, name: str, ref: str) -> Result[bytes]:
    """登记机关电子印章: the PDF with the authority's seal in its slots. The same ref gives the same answer."""
    body = {
        "ref": ref,
        "authority": authority,
        "name": name,
        "pdf_base64": b64encode(pdf).decode(),
        "slots": [{key: slot[key] for key in ("name", "page", "x", "y", "width", "height")} for slot in slots],
    }
    try:
        reply = _client().post("/api/authority-seals", body, idempotency_key=ref)
        if reply.status >= BAD or not reply.content.startswith(b"%PDF"):
            raise OutsideDown("signing", f"没有盖章（{reply.status}）")
        return Found(reply.content)
    except OutsideDown as down:
        return down.unavailable()


@dataclass(frozen=True)
class TraceStep:
    """One thing that happened with a signed document."""

    at: datetime
    what: str
    who: str
    numbers: dict[str, str]
    note: str
    bad: bool


@dataclass(frozen=True)
class TracedDocument:
    """A document behind a number, and all that happened with it."""

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


_TRACED: TypeAdapter[tuple[TracedDocument, ...]] = TypeAdapter(tuple[TracedDocument, ...])


def trace(number: str, *, staff: str, masked: bool) -> Result[tuple[TracedDocument, ...]]:
    """溯源: the documents behind any 流水号, whoever may see them; the caller leaves out what his reader may not."""
    try:
        reply = _client().post("/api/trace", {"number": number, "staff": staff, "masked": masked})
        if reply.status == UNPROCESSABLE:
            return Found(())
        if reply.status >= BAD:
            raise OutsideDown("signing", f"查不到（{reply.status}）")
        try:
            return Found(_TRACED.validate_python(reply.json()["documents"]))
        except (ValidationError, KeyError):
            raise OutsideDown("signing", "回答看不懂") from None
    except OutsideDown as down:
        return down.unavailable()


def evidence(code: str, *, staff: str) -> Result[bytes]:
    """The evidence of one document as a ZIP, with the parts of all signers."""
    try:
        reply = _client().post(f"/api/evidence/{code}", {"staff": staff})
        if reply.status == NOT_FOUND:
            return NotFound()
        if reply.status >= BAD or not reply.content.startswith(b"PK"):
            raise OutsideDown("signing", f"取不到证据（{reply.status}）")
        return Found(reply.content)
    except OutsideDown as down:
        return down.unavailable()
