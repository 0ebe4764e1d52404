"""The loop that delivers callbacks: a thread of the web process, or the command `callbacks`."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, connection

from sandbox.callbacks.services import callbacks_deliver
from sandbox.callbacks.wake import wait

POLL_SECONDS = 0.5
AFTER_TROUBLE_SECONDS = 3.0
log = logging.getLogger(__name__)


def run(stop: threading.Event | None = None) -> None:
    """Deliver until `stop`. A database that went away is waited for: what is queued survives."""
    while stop is None or not stop.is_set():
        pause = POLL_SECONDS
        try:
            callbacks_deliver()
        except DatabaseError:
            log.warning("callbacks: the database did not answer, trying again")
            pause = AFTER_TROUBLE_SECONDS
        finally:
            connection.close()
        wait(pause)


def start() -> threading.Thread:
    """Run the loop in a daemon thread of this process."""
    thread = threading.Thread(target=run, name="callbacks", daemon=True)
    thread.start()
    return thread
