"""电子营业执照 (R139, R146): the seal of an enterprise. 签名原文 goes out, the value comes back."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from foundation.crypto import crypto
from foundation.outside.client import OutsideClient, OutsideDown, Reply
from foundation.outside.result import Found, NotFound, Result
from signing.integrations.ca import Issued
from signing.integrations.wire import bytes64, chain64, moment, sentence, taken, text

SYSTEM = "elicence"


@dataclass(frozen=True)
class Ordered:
    """A seal that waits for the enterprise on the page at `url`."""

    order_no: str
    url: str


@dataclass(frozen=True)
class SealOutcome:
    """How an order stands."""

    order_no: str
    ref: str
    status: Literal["waiting", "signed", "refused", "expired"]
    values: Mapping[str, bytes]
    """SM2 value (DER) by the reference of each document; empty unless signed."""
    certificate: bytes
    holder: str = field(default="", repr=False)
    """Who decided; empty where it is not said."""
    at: datetime | None = None
    """When he did, by the clock of 电子营业执照."""


class LicenceRefuses(Exception):
    """电子营业执照 knows the call and says no, for good: no licence, not usable. The message is its sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def seal_certificate(uscc: str) -> Result[Issued]:
    """The signing certificate of an enterprise's licence: it is named inside what is signed, so it is needed first.

    LicenceRefuses when the enterprise has no usable licence.
    """
    try:
        reply = OutsideClient(SYSTEM).get(f"/certificates/{uscc}")
        data = _accepted(reply)
        if text(reply, data, "uscc") != uscc:
            raise OutsideDown(SYSTEM, "给出了另一家企业的证书")
        return Found(Issued(bytes64(reply, data, "cert_base64"), chain64(reply, data)))
    except OutsideDown as down:
        return down.unavailable()


def seal_order(
    *, uscc: str, documents: Sequence[tuple[str, str, bytes]], title: str, callback_url: str, return_url: str, ref: str
) -> Result[Ordered]:
    """Ask the enterprise to sign these bytes, one (reference, title, 签名原文) per document, with one confirmation."""
    body = {
        "uscc": uscc,
        "title": title,
        "documents": [
            {
                "ref": name,
                "title": document_title,
                "plaintext_base64": base64.b64encode(plain).decode(),
                "digest_hex": crypto().sm3(plain).hex(),
            }
            for name, document_title, plain in documents
        ],
        "callback_url": callback_url,
        "return_url": return_url,
        "ref": ref,
    }
    try:
        reply = OutsideClient(SYSTEM).post("/seal/prepare", body, idempotency_key=ref)
        data = _accepted(reply)
        return Found(Ordered(text(reply, data, "order_no", most=80), text(reply, data, "url", most=400)))
    except OutsideDown as down:
        return down.unavailable()


def seal_outcome(order_no: str) -> Result[SealOutcome]:
    """How an order stands now."""
    try:
        reply = OutsideClient(SYSTEM).get(f"/seal/orders/{order_no}")
        if reply.status == 404:
            return NotFound()
        data = taken(reply)
        status = text(reply, data, "status")
        signed = status == "signed"
        return Found(
            SealOutcome(
                order_no=text(reply, data, "order_no"),
                ref=text(reply, data, "ref"),
                status="signed"
                if signed
                else "refused"
                if status == "refused"
                else "expired"
                if status == "expired"
                else "waiting",
                values=_values(reply, data) if signed else {},
                certificate=bytes64(reply, data, "cert_base64") if signed else b"",
                holder=text(reply, data, "holder_name", ""),
                at=moment(reply, data, "at"),
            )
        )
    except OutsideDown as down:
        return down.unavailable()


def _accepted(reply: Reply) -> dict[str, object]:
    if 400 <= reply.status < 500 and reply.status not in {401, 408, 429}:
        raise LicenceRefuses(sentence(reply, reply.json(), "message", "电子营业执照没有接受这次请求"))
    return taken(reply)


def _values(reply: Reply, data: dict[str, object]) -> dict[str, bytes]:
    values = data.get("values")
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise OutsideDown(SYSTEM, "回答看不懂")
    return {text(reply, one, "ref"): bytes64(reply, one, "value_base64") for one in values}
