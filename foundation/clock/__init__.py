"""What time it is (法定时间). `now()` is legal time: the wall clock plus an offset that only the sandbox can set.

Law, notices, documents, signatures and certificates read `now()` and `today()`; sessions, tickets, leases,
retries and rate limits read `wall()`. Storage is UTC; law and pages speak Asia/Shanghai.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from foundation.config import config

SHANGHAI = ZoneInfo("Asia/Shanghai")
CACHE_SECONDS = 1.0

_lock = threading.Lock()
_cached: tuple[float, timedelta] | None = None


def wall() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Legal time, aware, UTC."""
    return wall() + _offset()


def today() -> date:
    """The legal day in Shanghai."""
    return to_shanghai(now()).date()


def to_shanghai(moment: datetime) -> datetime:
    """The same moment on Shanghai's clock; as it is at the two ends of the calendar, where there is no other clock."""
    try:
        return moment.astimezone(SHANGHAI)
    except OverflowError:
        return moment


def shanghai_day(moment: datetime) -> date:
    """The day in Shanghai on which `moment` lies."""
    return to_shanghai(moment).date()


def _offset() -> timedelta:
    global _cached
    if not config().sandbox:
        return timedelta()
    with _lock:
        fresh = time.monotonic()
        if _cached and fresh - _cached[0] < CACHE_SECONDS:
            return _cached[1]
        from foundation.clock.models import ClockOffset

        offset = ClockOffset.read()
        _cached = (fresh, offset)
        return offset


def forget() -> None:
    """Drop the cached offset: called by whoever just set it, and between tests."""
    global _cached
    with _lock:
        _cached = None
