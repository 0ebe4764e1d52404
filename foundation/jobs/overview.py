"""后台任务 as the operator sees them: workers and whether they live, queues, jobs that failed, hang or are tried again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation import audit, clock
from foundation.health.checks import WORKER_SILENT_AFTER
from foundation.identity.actor import Actor
from foundation.jobs.models import JobTrouble, WorkerBeat
from foundation.jobs.rescue import STALLED_AFTER

MOST = 50


@dataclass(frozen=True)
class WorkerLine:
    """A worker process."""

    name: str
    queues: tuple[str, ...]
    started_at: datetime
    beat_at: datetime
    alive: bool


@dataclass(frozen=True)
class QueueLine:
    """What lies in a queue, and whether anybody looks at it."""

    name: str
    waiting: int
    oldest: datetime | None
    """Since when the first of those that are due has been waiting."""
    later: int
    """Tried again at their time."""
    doing: int
    failed: int
    served: bool


@dataclass(frozen=True)
class JobLine:
    """A job that does not go as it should. Its arguments are not shown."""

    number: int
    task: str
    queue: str
    state: str
    """failed, stalled, again."""
    attempts: int
    why: str
    at: datetime | None
    """When it last failed, or its worker was last heard."""
    next_at: datetime | None


@dataclass(frozen=True)
class Jobs:
    """Everything on one page."""

    workers: tuple[WorkerLine, ...]
    queues: tuple[QueueLine, ...]
    failed: tuple[JobLine, ...]
    stalled: tuple[JobLine, ...]
    again: tuple[JobLine, ...]


def jobs_overview() -> Jobs:
    """How the background work of this project stands now; at most 50 jobs of a kind, the newest first."""
    workers = _workers()
    return Jobs(
        workers=workers,
        queues=_queues({queue for worker in workers if worker.alive for queue in worker.queues}),
        failed=_lines(_jobs().filter(status="failed"), "failed"),
        stalled=_lines(_stalled(), "stalled"),
        again=_lines(_jobs().filter(status="todo", attempts__gt=0), "again"),
    )


def _workers() -> tuple[WorkerLine, ...]:
    limit = clock.wall() - WORKER_SILENT_AFTER
    return tuple(
        WorkerLine(row.name, tuple(row.queues.split(",")), row.started_at, row.beat_at, row.beat_at > limit)
        for row in WorkerBeat.objects.order_by("name")
    )


def _queues(served: set[str]) -> tuple[QueueLine, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT queue_name,
                 count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
                 (SELECT min(coalesce(j.scheduled_at, e.at)) FROM procrastinate_jobs j
                    JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
                    WHERE j.queue_name = q.queue_name AND j.status = 'todo'
                      AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())),
                 count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
                 count(*) FILTER (WHERE status = 'doing'),
                 count(*) FILTER (WHERE status = 'failed')
               FROM procrastinate_jobs q GROUP BY queue_name"""
        )
        found: dict[str, tuple[Any, ...]] = {row[0]: row[1:] for row in cursor.fetchall()}
    ours = sorted({task.queue for name, task in app.tasks.items() if not name.startswith(("builtin", "procrastinate"))})
    names = dict.fromkeys([*settings.QIDENG_QUEUES, *ours, *sorted(found)])
    return tuple(_queue(name, found.get(name, (0, None, 0, 0, 0)), name in served) for name in names)


def _queue(name: str, counted: tuple[Any, ...], served: bool) -> QueueLine:
    waiting, oldest, later, doing, failed = counted
    return QueueLine(name, waiting, oldest, later, doing, failed, served)


def _jobs() -> QuerySet[ProcrastinateJob]:
    jobs: QuerySet[ProcrastinateJob] = ProcrastinateJob.objects.select_related("worker").order_by("-pk")
    return jobs


def _stalled() -> QuerySet[ProcrastinateJob]:
    silent = clock.wall() - timedelta(seconds=STALLED_AFTER)
    return _jobs().filter(Q(worker=None) | Q(worker__last_heartbeat__lt=silent), status="doing")


def _lines(jobs: Iterable[ProcrastinateJob], state: str) -> tuple[JobLine, ...]:
    rows = list(jobs[:MOST])  # type: ignore[index]  # always a query set
    known = JobTrouble.objects.in_bulk([row.pk for row in rows])
    return tuple(_line(row, state, known.get(row.pk)) for row in rows)


def _line(row: Any, state: str, trouble: JobTrouble | None) -> JobLine:
    heard = row.worker.last_heartbeat if row.worker else None
    return JobLine(
        number=row.pk,
        task=row.task_name,
        queue=row.queue_name,
        state=state,
        attempts=row.attempts,
        why=trouble.why if trouble else "",
        at=heard if state == "stalled" else trouble.at if trouble else None,
        next_at=row.scheduled_at if state == "again" else None,
    )


class NoSuchFailure(Exception):
    """The job is not there as failed: it was started again already, or is done."""


@transaction.atomic
def job_retry(*, actor: Actor, number: int) -> bool:
    """再试一次: give a failed job one more try. True when it waits now, False when an equal one waits and does its work.

    Jobs are idempotent, so a try too many does no harm; a second tap finds no failed job (NoSuchFailure).
    """
    job = ProcrastinateJob.objects.select_for_update().filter(pk=number, status="failed").first()
    if job is None:
        raise NoSuchFailure
    waits = _put_back(number)
    audit.record(actor, "job.retry", "job", str(number), task=job.task_name, waits=waits)
    return waits


def _put_back(number: int) -> bool:
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [number])
        except IntegrityError:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'failed'", [number])
            return False
    return True
