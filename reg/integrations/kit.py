"""What adapters share: one question in, one answer of ours out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from foundation.outside.client import OutsideClient, OutsideDown, Reply
from foundation.outside.result import Found, NotFound, Result

HTTP_NOT_FOUND = 404
HTTP_BAD = 400
Answer = Mapping[str, Any]


def asked(
    system: str, send: Callable[[OutsideClient], Reply], read: Callable[[Answer], dict[str, Any] | None]
) -> Result[dict[str, Any]]:
    """Send one question. `read` turns the system's answer into ours, None where it says that there is nothing;
    a KeyError or wrong type in it means that the answer made no sense."""
    try:
        reply = send(OutsideClient(system))
        if reply.status == HTTP_NOT_FOUND:
            return NotFound()
        if reply.status >= HTTP_BAD:
            raise OutsideDown(system, f"不接受这个问题（{reply.status}）")
        try:
            value = read(reply.json())
        except (KeyError, TypeError, ValueError):
            raise OutsideDown(system, "回答看不懂") from None
    except OutsideDown as down:
        return down.unavailable()
    return NotFound() if value is None else Found(value)


def same(answer: Answer, key: str, asked_for: str) -> None:
    """OutsideDown-by-ValueError when the answer is about somebody else than asked (a lying system must not be believed)."""
    if key in answer and str(answer[key]) != asked_for:
        raise ValueError(f"{key} differs from what was asked")
