"""多源认证 (R138, R145, R151): H5 face check and three-in-one identity check, opened here, done on its own page, asked for the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from foundation import clock
from foundation.outside.client import OutsideClient, OutsideDown
from foundation.outside.result import Found, NotFound, Result
from signing.integrations.wire import moment, sentence, taken, text

SYSTEM = "verification"
LASTS = timedelta(minutes=15)
SCANNED_WITHIN = timedelta(minutes=5)
OVER = frozenset({404, 409})
Purpose = Literal["face", "three_in_one"]


@dataclass(frozen=True)
class Opened:
    """A check that waits for the person on the page at `url`."""

    provider_no: str
    url: str
    lapses_at: datetime
    """Wall clock."""


@dataclass(frozen=True)
class Outcome:
    """How a check stands. What it says about whom and for which tasks is compared with what we asked."""

    provider_no: str
    ref: str
    settled: bool
    passed: bool
    method: str
    serial_no: str
    """认证流水号."""
    at: datetime | None
    bound: tuple[str, ...] | None
    id_type: str | None
    id_number: str | None = field(repr=False)
    """Whom it checked, the number masked, where the system says so."""
    scanned_at: datetime | None
    """Wall clock: when another phone scanned the latest QR picture."""
    why: str


@dataclass(frozen=True)
class QrCode:
    """What opens a face check on another phone, once."""

    url: str = field(repr=False)
    ends_at: datetime
    """Wall clock: until when it may be scanned."""


def check_open(
    *,
    ref: str,
    name: str,
    id_type: str,
    id_number: str,
    purpose: Purpose,
    return_url: str,
    callback_url: str,
    bind: Sequence[str],
) -> Result[Opened]:
    """Ask for a check of this person; the same `ref` opens one check."""
    body = {
        "ref": ref,
        "name": name,
        "id_type": id_type,
        "id_number": id_number,
        "purpose": purpose,
        "return_url": return_url,
        "callback_url": callback_url,
        "bind": list(bind),
    }
    try:
        reply = OutsideClient(SYSTEM).post("/sessions", body, idempotency_key=ref)
        data = taken(reply)
        lapses = moment(reply, data, "expires_at") or clock.wall() + LASTS
        return Found(
            Opened(
                text(reply, data, "session_no", most=80),
                text(reply, data, "url", most=400),
                min(lapses, clock.wall() + LASTS),
            )
        )
    except OutsideDown as down:
        return down.unavailable()


def check_qr(provider_no: str) -> Result[QrCode]:
    """生成二维码 for a face check, in place of the picture before. NotFound when the check is over there."""
    try:
        reply = OutsideClient(SYSTEM).post(f"/sessions/{provider_no}/qr", {})
        if reply.status in OVER:
            return NotFound()
        data = taken(reply)
        if text(reply, data, "session_no") != provider_no:
            raise OutsideDown(SYSTEM, "回答的是另一次核验")
        latest = clock.wall() + SCANNED_WITHIN
        return Found(QrCode(text(reply, data, "url"), min(moment(reply, data, "expires_at") or latest, latest)))
    except OutsideDown as down:
        return down.unavailable(timedelta(seconds=5))


def check_outcome(provider_no: str) -> Result[Outcome]:
    """How a check stands now."""
    try:
        reply = OutsideClient(SYSTEM).get(f"/sessions/{provider_no}")
        if reply.status == 404:
            return NotFound()
        data = taken(reply)
        passed = data.get("passed")
        bound, about = data.get("bind"), data.get("about")
        whom = about if isinstance(about, dict) else None
        return Found(
            Outcome(
                provider_no=text(reply, data, "session_no"),
                ref=text(reply, data, "ref"),
                settled=passed is not None,
                passed=passed is True,
                method=text(reply, data, "method", ""),
                serial_no=text(reply, data, "serial_no", "", most=80),
                at=moment(reply, data, "at"),
                bound=tuple(map(str, bound)) if isinstance(bound, list) else None,
                id_type=text(reply, whom, "id_type", "") if whom is not None else None,
                id_number=text(reply, whom, "id_number", "") if whom is not None else None,
                scanned_at=moment(reply, data, "scanned_at"),
                why=sentence(reply, data, "why"),
            )
        )
    except OutsideDown as down:
        return down.unavailable(timedelta(seconds=5))
