"""Why jobs fail, for the operator: kept beside the queue in words that hold no personal data.

The sentence of an error of ours that was written for the operator is kept; of any other only its kind, since its message
may repeat what somebody typed. The whole of it stands in the log under the job's number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation import clock
from foundation.jobs.models import JobTrouble
from foundation.outside.client import OutsideDown


def reason_of(error: BaseException) -> str:
    """What the operator may read of an error."""
    if isinstance(error, OutsideDown):
        return f"{error.system} {error.why}"[:160]
    return str(getattr(error, "for_operator", "") or f"内部错误（{type(error).__name__}）")[:160]


def remembering(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Middleware of the worker: a failing try leaves its reason, one that succeeds after failures takes it away."""
    try:
        result = call_next()
    except Exception as error:  # whatever fails, its kind is kept and it fails on
        _keep(context.job.id, reason_of(error))
        raise
    if context.job.attempts:
        _keep(context.job.id, "")
    return result


def _keep(job: int, why: str) -> None:
    """Never raises: what watches a job must not decide how it ends."""
    try:
        if why:
            JobTrouble.objects.update_or_create(job=job, defaults={"why": why, "at": clock.wall()})
        else:
            JobTrouble.objects.filter(job=job).delete()
    except DatabaseError:
        connection.close()
    finally:
        connections.close_all()


def sweep() -> None:
    """Ticker: forget the reasons of jobs that are gone."""
    JobTrouble.objects.exclude(job__in=ProcrastinateJob.objects.values("pk")).delete()
