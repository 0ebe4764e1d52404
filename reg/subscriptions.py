"""Composition root: event → handlers, and the periodic duties of the worker. The one place that knows who hears what."""

from __future__ import annotations

from foundation.audit import ticks as audit
from foundation.files.services import file_sweep
from foundation.jobs.ticker import Tick
from foundation.outbox import Subscriptions
from foundation.outbox.tasks import sweep as outbox_sweep
from foundation.outside.lookups import retry_due

SUBSCRIPTIONS: Subscriptions = {}


def _sweep_files() -> None:
    file_sweep()


TICKS = [
    Tick("audit", 1, audit.link),
    Tick("outbox", 30, outbox_sweep),
    Tick("lookups", 5, retry_due),
    Tick("files", 600, _sweep_files),
]
