"""一网通办: an application gets its 办件编号, and its steps are reported. R111; the outbox repeats what was not taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from foundation import clock
from foundation.outside.client import OutsideClient, OutsideDown

HTTP_BAD = 400


def filing_open(number: str, matter: str, applicant: Mapping[str, str]) -> str:
    """The 办件编号 of an application; asked again, the same one. OutsideDown while it cannot be had."""
    body = {"application_no": number, "matter_code": matter, "applicant": dict(applicant)}
    return str(_sent("/cases", body)["serial"])


def filing_report(serial: str, status: str, at: datetime | None) -> None:
    """One step, in the words of its contract. The time tells a repeated delivery from a second step."""
    if not serial:
        raise OutsideDown("onestop", "还没有办件编号")
    _sent(f"/cases/{serial}/status", {"status": status, "at": clock.to_shanghai(at).isoformat() if at else ""})


def _sent(path: str, body: dict[str, Any]) -> dict[str, Any]:
    reply = OutsideClient("onestop").post(path, body)
    if reply.status >= HTTP_BAD:
        raise OutsideDown("onestop", f"不接受（{reply.status}）")
    answer: dict[str, Any] = reply.json()
    return answer
