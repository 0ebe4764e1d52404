"""Short periodic work of the worker: one thread per duty, one worker at a time for each duty (advisory lock)."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, connection, connections, transaction

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Tick:
    """A duty and how often it is done, in seconds."""

    name: str
    every: float
    run: Callable[[], None]


def run_under_lock(tick: Tick) -> bool:
    """Do the duty once unless another worker is doing it; True when it was done here."""
    key = zlib.crc32(f"tick:{tick.name}".encode())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        row = cursor.fetchone()
        if not row or not row[0]:
            return False
        tick.run()
    return True


def start(ticks: Sequence[Tick], stop: threading.Event) -> list[threading.Thread]:
    """Start a thread per duty; they end soon after `stop` is set."""
    threads = [
        threading.Thread(target=_loop, args=(tick, stop), name=f"tick-{tick.name}", daemon=True) for tick in ticks
    ]
    for thread in threads:
        thread.start()
    return threads


def _loop(tick: Tick, stop: threading.Event) -> None:
    while not stop.wait(tick.every):
        try:
            run_under_lock(tick)
        except DatabaseError:
            log.warning("tick.database_unavailable", tick=tick.name)
            connections.close_all()
            stop.wait(1)
        except Exception:  # a failing duty must not end the thread; the next round tries again
            log.exception("tick.failed", tick=tick.name)
    connections.close_all()
