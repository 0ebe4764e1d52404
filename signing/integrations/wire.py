"""Reading what an outside system answered. Whatever is not as agreed counts as no sensible answer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from foundation.outside.client import OutsideDown, Reply

LONGEST_SENTENCE = 1000
"""Signs that are read; who keeps a sentence cuts it to his own length."""


def taken(reply: Reply, *statuses: int) -> dict[str, Any]:
    """The JSON of an answer whose status is one of `statuses` (200 and 201 by default); OutsideDown otherwise."""
    if reply.status not in (statuses or (200, 201)):
        raise OutsideDown(reply.system, f"不接受这次请求（{reply.status}）")
    return reply.json()


def text(reply: Reply, data: Mapping[str, Any], key: str, default: str | None = None, *, most: int = 0) -> str:
    """A text of the answer; OutsideDown when it is missing and has no default, longer than `most` signs (0: of any length), or
    nothing that can be kept."""
    value = data.get(key, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (most and len(value) > most) or not _can_be_kept(value):
        raise OutsideDown(reply.system, "回答看不懂")
    return value


def _can_be_kept(value: str) -> bool:
    """Neither half a surrogate pair nor NUL, which no database takes."""
    return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)


def sentence(reply: Reply, data: Mapping[str, Any], key: str, default: str = "") -> str:
    """What an outside system says to people, on one line: without control characters, and no longer than a sentence is."""
    said = text(reply, data, key, default)[:LONGEST_SENTENCE]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in said).split()) or default


def moment(reply: Reply, data: Mapping[str, Any], key: str) -> datetime | None:
    """An ISO time of the answer, None where it is absent; OutsideDown when it is no time."""
    value = text(reply, data, key, "")
    if not value:
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise OutsideDown(reply.system, "回答看不懂") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def bytes64(reply: Reply, data: Mapping[str, Any], key: str) -> bytes:
    """Bytes in base64; OutsideDown when they are none."""
    try:
        return base64.b64decode(text(reply, data, key), validate=True)
    except binascii.Error:
        raise OutsideDown(reply.system, "回答看不懂") from None


def chain64(reply: Reply, data: Mapping[str, Any]) -> tuple[bytes, ...]:
    """The certificates under `chain`, DER in base64, issuer first; none when it is absent."""
    chain = data.get("chain", [])
    if not isinstance(chain, list):
        raise OutsideDown(reply.system, "回答看不懂")
    return tuple(bytes64(reply, {"at": item}, "at") for item in chain)
