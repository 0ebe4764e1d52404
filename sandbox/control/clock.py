"""Moving legal time (法定时间): here first, then reg and signing are told by a signed call. Forward only."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from foundation import clock
from foundation.clock.models import ClockOffset
from foundation.config import Project, config
from foundation.outside.signed import sign_request
from sandbox.kit.body import Refused

TOLD: tuple[Project, ...] = ("reg", "signing")
NAMES = {"reg": "企登", "signing": "电子签名"}
PATH = "/internal/clock"
TIMEOUT = httpx.Timeout(5, connect=2)
FARTHEST = timedelta(days=30 * 365)


@dataclass(frozen=True)
class Told:
    """What an application said to the new time."""

    project: str
    name: str
    ok: bool
    said: str


def clock_move_to(moment: datetime) -> list[Told]:
    """Make `moment` (aware) the legal time, everywhere; whole seconds, so that all three run alike.

    Refused(409) when that lies before the present legal time.
    """
    ahead = timedelta(seconds=math.ceil((moment - clock.wall()).total_seconds()))
    if ahead > FARTHEST:
        raise Refused(422, "too_far", "最多往前走 30 年")
    if ahead < timedelta():
        raise Refused(409, "backwards", "法定时间只能往前走")
    try:
        ClockOffset.move_to(ahead)
    except ValueError as error:
        raise Refused(409, "backwards", str(error)) from None
    return clock_tell()


def clock_tell() -> list[Told]:
    """Tell both applications the present offset (again): harmless when they know it."""
    ahead = ClockOffset.read()
    return [_tell(project, ahead) for project in TOLD]


def _tell(project: Project, ahead: timedelta) -> Told:
    body = json.dumps({"ahead_seconds": int(ahead.total_seconds())}).encode()
    base = httpx.URL(config().base_url(project))
    path = base.path.rstrip("/") + PATH
    headers = {**sign_request("sandbox", "POST", path, body), "X-App-Id": "sandbox", "Content-Type": "application/json"}
    try:
        reply = httpx.post(
            base.copy_with(path=path),
            content=body,
            headers=headers,
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        return Told(project, NAMES[project], ok=False, said=f"连不上：{type(error).__name__}")
    said = "时间一致了" if reply.is_success else f"HTTP {reply.status_code}：{reply.text[:80]}"
    return Told(project, NAMES[project], ok=reply.is_success, said=said)
