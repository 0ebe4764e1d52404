"""制章系统 (R139): the electronic seal of an enterprise, and whether it still stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from foundation.crypto.eseal import Seal, SealError, seal_read
from foundation.outside.client import OutsideClient, OutsideDown, Reply
from foundation.outside.result import Found, NotFound, Result
from signing.integrations.wire import bytes64, chain64, taken, text

SYSTEM = "seal_maker"
Status = Literal["valid", "revoked", "expired", "replaced"]


@dataclass(frozen=True)
class Made:
    """A seal as the maker gave it, not yet believed, and the certificates above the maker's, DER."""

    seal: Seal
    chain: tuple[bytes, ...]
    status: Status


class MakerRefuses(Exception):
    """The seal maker knows the call and says no, for good. The message is its sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def seal_of(uscc: str) -> Result[Made]:
    """The seal that an enterprise uses now. MakerRefuses when it has none."""
    try:
        reply = OutsideClient(SYSTEM).get(f"/seals/{uscc}")
        if reply.status in {404, 409}:
            raise MakerRefuses(text(reply, reply.json(), "message", "这家企业没有电子印章"))
        data = taken(reply)
        if text(reply, data, "uscc") != uscc:
            raise OutsideDown(SYSTEM, "给出了另一家企业的印章")
        seal = seal_read(bytes64(reply, data, "seal_base64"))
        return Found(Made(seal, chain64(reply, data), _status(reply, data)))
    except SealError as error:
        raise MakerRefuses(str(error)) from None
    except OutsideDown as down:
        return down.unavailable()


def seal_status(es_id: str) -> Result[Status]:
    """How a seal stands now; an answer about another seal is none."""
    try:
        reply = OutsideClient(SYSTEM).get(f"/status/{es_id}")
        if reply.status == 404:
            return NotFound()
        data = taken(reply)
        if text(reply, data, "es_id") != es_id:
            raise OutsideDown(SYSTEM, "答的是另一枚印章")
        return Found(_status(reply, data))
    except OutsideDown as down:
        return down.unavailable()


def _status(reply: Reply, data: dict[str, object]) -> Status:
    match text(reply, data, "status"):
        case "valid" | "revoked" | "expired" | "replaced" as status:
            return status
    raise OutsideDown(SYSTEM, "回答看不懂")
