"""Short periodic work of the worker: one thread per duty, one worker at a time for each duty (advisory lock)."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, connection, connections

from foundation.outside import health

log = structlog.get_logger(__name__)
KEEP_OPEN = 10.0
"""A duty that is done less often than every so many seconds gives its connection back in between."""


@dataclass(frozen=True)
class Tick:
    """A duty and how often it is done, in seconds."""

    name: str
    every: float
    run: Callable[[], None]
    first: float | None = None
    """Seconds from the start of the worker to the first time; none: as between two times."""


def run_under_lock(tick: Tick) -> bool:
    """Do the duty once unless another worker is doing it; True when it was done here.

    The lock belongs to the connection (no pooler that mixes transactions may stand between), so that a duty opens and
    ends transactions of its own, and a worker that dies lets go of it.
    """
    with _lock_for(tick) as mine:
        if mine:
            tick.run()
    return mine


@contextmanager
def _lock_for(tick: Tick) -> Iterator[bool]:
    key = zlib.crc32(f"tick:{tick.name}".encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with suppress(DatabaseError), connection.cursor() as cursor:  # a lost connection has let go already
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def start(ticks: Sequence[Tick], stop: threading.Event) -> list[threading.Thread]:
    """Start a thread per duty; they end soon after `stop` is set."""
    threads = [
        threading.Thread(target=_loop, args=(tick, stop), name=f"tick-{tick.name}", daemon=True) for tick in ticks
    ]
    for thread in threads:
        thread.start()
    return threads


def _loop(tick: Tick, stop: threading.Event) -> None:
    pause = tick.every if tick.first is None else tick.first
    while not stop.wait(pause):
        pause = tick.every
        try:
            run_under_lock(tick)
            health.flush()
        except DatabaseError:
            log.warning("tick.database_unavailable", tick=tick.name)
            connections.close_all()
            stop.wait(1)
        except Exception:  # a failing duty must not end the thread; the next round tries again
            log.exception("tick.failed", tick=tick.name)
        if tick.every > KEEP_OPEN:
            connections.close_all()
    connections.close_all()
