"""Remembering how outside systems answer. Written at most once in some seconds per process, failures at once."""

from __future__ import annotations

import threading
import time
from collections import defaultdict

from django.db import DatabaseError, connection
from django.db.models import F

from foundation import clock

FLUSH_SECONDS = 5.0


class _Tally:
    def __init__(self) -> None:
        self.ok = 0
        self.flushed = 0.0


_lock = threading.Lock()
_tallies: dict[str, _Tally] = defaultdict(_Tally)


def remember(system: str, *, ok: bool, ms: int, why: str) -> None:
    """Note one answer. Never raises: health must not stop the call it watches."""
    with _lock:
        tally = _tallies[system]
        tally.ok += ok
        if ok and time.monotonic() - tally.flushed < FLUSH_SECONDS:
            return
        count, tally.ok, tally.flushed = tally.ok, 0, time.monotonic()
    if connection.in_atomic_block:
        return
    try:
        _write(system, ok=ok, count=count, ms=ms, why=why)
    except DatabaseError:
        connection.close()


def _write(system: str, *, ok: bool, count: int, ms: int, why: str) -> None:
    from foundation.outside.models import SystemHealth

    SystemHealth.objects.get_or_create(system=system)
    row = SystemHealth.objects.filter(system=system)
    if ok:
        row.update(last_ok_at=clock.wall(), last_ms=ms, ok_count=F("ok_count") + count)
    else:
        row.update(
            last_failed_at=clock.wall(),
            last_why=why[:80],
            failed_count=F("failed_count") + 1,
            ok_count=F("ok_count") + count,
        )
