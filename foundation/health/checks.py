"""The questions behind /readyz and the figures behind /metrics."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from foundation import clock

WORKER_SILENT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Check:
    """One question and its answer."""

    name: str
    ok: bool
    detail: str
    needed: bool = True
    """Whether pages cannot be served while this is not ok."""


def database() -> Check:
    began = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as problem:
        return Check("database", False, type(problem).__name__)
    return Check("database", True, f"{(time.perf_counter() - began) * 1000:.1f} ms")


def migrations() -> Check:
    try:
        waiting = _waiting_migrations()
    except DatabaseError as problem:
        return Check("migrations", False, type(problem).__name__)
    return Check("migrations", not waiting, "applied" if not waiting else f"waiting: {', '.join(waiting[:5])}")


def _waiting_migrations() -> list[str]:
    if _known_applied():
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        _known_applied().append(True)
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@cache
def _known_applied() -> list[bool]:
    """Filled once every migration was seen applied: they are not unapplied under a running process."""
    return []


def worker() -> Check | None:
    """The youngest sign of life of a worker; None where the project keeps no such table."""
    age = worker_age()
    if age is None:
        return (
            Check("worker", False, "no worker is running", needed=False)
            if apps.is_installed("foundation.jobs")
            else None
        )
    return Check("worker", age <= WORKER_SILENT_AFTER.total_seconds(), f"last beat {age:.0f} s ago", needed=False)


def worker_age() -> float | None:
    """Seconds since a worker was last heard; None when none is known."""
    if not apps.is_installed("foundation.jobs"):
        return None
    model = apps.get_model("jobs", "WorkerBeat")
    last = model._default_manager.order_by("-beat_at").values_list("beat_at", flat=True).first()
    return None if last is None else max(0.0, (clock.wall() - last).total_seconds())


def all_checks() -> list[Check]:
    """Every check that makes sense now: without a database only that is said."""
    first = database()
    if not first.ok:
        return [first]
    rest = [first, migrations()]
    if rest[1].ok:
        beat = worker()
        rest += [beat] if beat else []
    return rest
