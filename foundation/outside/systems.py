"""外部系统 as the operator knows them: what each is for, whether it is set up, how it answers, what happens without it.

A project lists its systems in the module named by settings.QIDENG_OPERATIONS as `SYSTEMS`. Every one can say
`check_config()` without calling anybody, and be tried with a call that changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings

from foundation.config import config
from foundation.outside import health
from foundation.outside.client import OutsideClient, OutsideDown, Reply
from foundation.outside.models import SystemHealth
from foundation.outside.signed import caller_key_problem, own_key_problem

NOT_LET_IN = frozenset({401, 403})
ASKS_NOTHING = frozenset({400, 422})
"""How a system answers a question without content: it understood who asks, and that nothing was asked."""


class Standing(StrEnum):
    """How a system stands, in the operator's words."""

    GOOD = "正常"
    SLOW = "变慢"
    DOWN = "不通"
    UNSET = "没有配置"
    UNUSED = "还没用过"


@dataclass(frozen=True)
class Probe:
    """A call that changes nothing, signed like every other; `good` are the statuses that show that we were understood."""

    method: Literal["GET", "POST"]
    path: str
    good: frozenset[int] = ASKS_NOTHING

    def send(self, client: OutsideClient) -> Reply:
        return client.get(self.path) if self.method == "GET" else client.post(self.path, {})


def asking(path: str, *good: int) -> Probe:
    """GET; 200 is a good answer, and what else is named."""
    return Probe("GET", path, frozenset({200, *good}))


def sending(path: str) -> Probe:
    """POST without content, which a system refuses as incomplete."""
    return Probe("POST", path)


@dataclass(frozen=True)
class Setup:
    """What `check_config` found. No `problems`: it may be called."""

    base: str
    host: str
    """The only host that calls to this system go to."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """What came of trying a system now."""

    ok: bool
    ms: int
    why: str = ""


@dataclass(frozen=True)
class System:
    """One outside system as this project uses it."""

    code: str
    """Under which its address is configured (OUTSIDE_<CODE>_URL) and its health remembered."""
    title: str
    used_for: str
    when_down: str
    """What we do while it does not answer, beyond what its lookups declare."""
    probe: Probe
    calls_back: bool = False
    """It calls us, signed with a key that we must know."""
    own_base: Callable[[], str] | None = None
    """Where the address comes from when it is a system of this installation."""

    @property
    def variable(self) -> str:
        return f"{self.code.upper()}_BASE_URL" if self.own_base else f"OUTSIDE_{self.code.upper()}_URL"

    @property
    def caller(self) -> str:
        """Who signs its calls: the stand-in speaks for all it stands in for."""
        return "sandbox" if config().sandbox and not self.own_base else self.code

    def base(self) -> str:
        return self.own_base() if self.own_base else config().outside_url(self.code)

    def check_config(self) -> Setup:
        """Address, host and keys, looked at without a call."""
        base = self.base()
        problems = [*_address_problems(self, base), *_key_problems(self)]
        return Setup(base, urlsplit(base).netloc.rpartition("@")[2], tuple(problems))

    def try_now(self) -> Trial:
        """One call that changes nothing; what comes of it is remembered like that of any call."""
        setup = self.check_config()
        if setup.problems:
            return Trial(False, 0, "；".join(setup.problems))
        began = time.monotonic()
        try:
            reply = self.probe.send(OutsideClient(self.code, setup.base))
        except OutsideDown as down:
            return Trial(False, _ms(began), down.why)
        why = self._misunderstood(reply)
        if why:
            health.remember(self.code, ok=False, ms=0, why=why)
        health.flush()
        return Trial(not why, _ms(began), why)

    def _misunderstood(self, reply: Reply) -> str:
        if reply.status in NOT_LET_IN:
            return f"不认我们的签名（{reply.status}）"
        return "" if reply.status in self.probe.good else f"回答和约定的不一样（{reply.status}）"


def _ms(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _address_problems(system: System, base: str) -> Iterator[str]:
    if not system.own_base and not config().outside_is_named(system.code):
        yield f"没有设置 {system.variable}"
        return
    try:
        parts = urlsplit(base)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        yield f"{system.variable} 要写成 https://主机/路径"
    elif parts.username or parts.password or parts.query or parts.fragment:
        yield f"{system.variable} 里不能有账号、问号或井号"


def _key_problems(system: System) -> Iterator[str]:
    if problem := own_key_problem(settings.QIDENG_PROJECT):
        yield problem
    if system.calls_back and (problem := caller_key_problem(system.caller)):
        yield problem


# ---- the page ----


@dataclass(frozen=True)
class SystemLine:
    """What the operator reads of one system."""

    code: str
    title: str
    used_for: str
    when_down: tuple[str, ...]
    standing: Standing
    base: str
    host: str
    problems: tuple[str, ...]
    last_ok_at: datetime | None
    last_failed_at: datetime | None
    last_why: str
    last_ms: int

    @property
    def needs_care(self) -> bool:
        """Whether the operator has something to look after."""
        return self.standing in {Standing.SLOW, Standing.DOWN, Standing.UNSET}


def system_lines(systems: Iterable[System], declared: Mapping[str, Sequence[str]] | None = None) -> list[SystemLine]:
    """A line for each system. `declared`: by code, what its lookups say happens while nobody answers."""
    rows = {row.system: row for row in SystemHealth.objects.all()}
    return [_line(system, rows.get(system.code), (declared or {}).get(system.code, ())) for system in systems]


def _line(system: System, row: SystemHealth | None, declared: Sequence[str]) -> SystemLine:
    setup = system.check_config()
    return SystemLine(
        code=system.code,
        title=system.title,
        used_for=system.used_for,
        when_down=(*declared, *([system.when_down] if system.when_down else [])),
        standing=Standing.UNSET if setup.problems else standing_of(row),
        base=setup.base,
        host=setup.host,
        problems=setup.problems,
        last_ok_at=row.last_ok_at if row else None,
        last_failed_at=row.last_failed_at if row else None,
        last_why=row.last_why if row else "",
        last_ms=row.last_ms if row else 0,
    )


def standing_of(row: SystemHealth | None) -> Standing:
    """How a system that is set up stands: the later of its last answer and its last failure decides."""
    if row is None or not (row.last_ok_at or row.last_failed_at):
        return Standing.UNUSED
    if row.last_failed_at and (row.last_ok_at is None or row.last_failed_at > row.last_ok_at):
        return Standing.DOWN
    return Standing.SLOW if row.last_ms >= health.SLOW_MS else Standing.GOOD
