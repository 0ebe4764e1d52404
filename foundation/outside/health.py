"""Remembering how outside systems answer (外部系统运行状况), over all processes.

Each process counts for itself and writes at most once in some seconds, failures at once. Inside a transaction nothing is
written, since a failing call often rolls it back: what was counted there is written by the next call outside of one, or
when the job ends (`flush`).
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import DatabaseError, connection
from django.db.models import F, Value
from django.db.models.functions import Greatest

from foundation import clock

FLUSH_SECONDS = 5.0
SLOW_MS = 3000
"""From here on a system that answers is called 变慢."""


@dataclass(frozen=True)
class _Tally:
    """What a process has seen of one system since it last wrote."""

    ok: int = 0
    failed: int = 0
    ms: int = 0
    why: str = ""
    ok_at: datetime | None = None
    failed_at: datetime | None = None

    def with_answer(self, ms: int) -> _Tally:
        return replace(self, ok=self.ok + 1, ms=ms, ok_at=clock.wall())

    def with_failure(self, why: str) -> _Tally:
        return replace(self, failed=self.failed + 1, why=why[:80], failed_at=clock.wall())


_lock = threading.Lock()
_tallies: dict[str, _Tally] = {}
_written: dict[str, float] = {}


def remember(system: str, *, ok: bool, ms: int, why: str = "") -> None:
    """Note one answer. Never raises: health must not stop the call it watches."""
    with _lock:
        tally = _tallies.get(system, _Tally())
        _tallies[system] = tally.with_answer(ms) if ok else tally.with_failure(why)
        due = not ok or tally.failed > 0 or time.monotonic() - _written.get(system, -FLUSH_SECONDS) >= FLUSH_SECONDS
    if due:
        flush()


def flush() -> None:
    """Write what was counted, unless a transaction is open."""
    if not _tallies or connection.in_atomic_block:
        return
    with _lock:
        taken = dict(_tallies)
        _tallies.clear()
        _written.update(dict.fromkeys(taken, time.monotonic()))
    try:
        for system, tally in taken.items():
            _write(system, tally)
    except DatabaseError:
        connection.close()


def forget() -> None:
    """Drop what was counted and not written (tests)."""
    with _lock:
        _tallies.clear()
        _written.clear()


def _write(system: str, tally: _Tally) -> None:
    from foundation.outside.models import SystemHealth

    SystemHealth.objects.get_or_create(system=system)
    changes: dict[str, object] = {
        "ok_count": F("ok_count") + tally.ok,
        "failed_count": F("failed_count") + tally.failed,
    }
    if tally.ok_at:
        changes |= {"last_ok_at": Greatest(F("last_ok_at"), Value(tally.ok_at)), "last_ms": tally.ms}
    if tally.failed_at:
        changes |= {"last_failed_at": Greatest(F("last_failed_at"), Value(tally.failed_at)), "last_why": tally.why}
    SystemHealth.objects.filter(system=system).update(**changes)
