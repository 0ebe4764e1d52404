"""Background work (procrastinate on PostgreSQL): jobs are deferred in the transaction that wants them and are idempotent,
because a worker may be killed in the middle and the job is then given to another.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import procrastinate
from django.db import close_old_connections, connections
from procrastinate import exceptions
from procrastinate.contrib.django import app

from foundation.outside import health

FIRST_WAIT = 2
LONGEST_WAIT = 300


class Backoff(procrastinate.BaseRetryStrategy):
    """2, 4, 8 … 300 seconds between tries, `attempts` tries in all. After the last one the job stands as failed, for the
    operator to see and start again."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> procrastinate.RetryDecision | None:
        if job.attempts + 1 >= self.attempts:
            return None
        wait = min(FIRST_WAIT * 2**job.attempts, LONGEST_WAIT)
        return procrastinate.RetryDecision(retry_in={"seconds": wait})


class Job:
    """A function that the worker runs. Call it directly in tests; `defer` it everywhere else."""

    def __init__(self, task: Any, function: Callable[..., None]) -> None:
        self._task = task
        self._function = function
        functools.update_wrapper(self, function)

    def __call__(self, **arguments: Any) -> None:
        self._function(**arguments)

    def defer(self, **arguments: Any) -> int:
        """Have the worker run it; joins the current transaction."""
        return int(self._task.defer(**arguments))

    def defer_each(self, arguments: Sequence[Mapping[str, Any]], *, lock: Callable[[Mapping[str, Any]], str]) -> None:
        """`defer` for many at once, each under the lock of its own arguments."""
        jobs = [self._task.configure(lock=lock(one)).make_new_job(**one) for one in arguments]
        if jobs:
            app.job_manager.batch_defer_jobs(jobs)

    def configure(self, **options: Any) -> Deferrer:
        """Options of procrastinate for this one time: lock, queueing_lock, schedule_in, priority."""
        return Deferrer(self._task.configure(**options))


class Deferrer:
    """A job with options."""

    def __init__(self, deferrer: Any) -> None:
        self._deferrer = deferrer

    def defer(self, **arguments: Any) -> int:
        return int(self._deferrer.defer(**arguments))

    def defer_once(self, **arguments: Any) -> None:
        """Defer unless an equal one (same queueing_lock) is waiting already."""
        from django.db import transaction

        try:
            with transaction.atomic():
                self._deferrer.defer(**arguments)
        except exceptions.AlreadyEnqueued:
            return


def job(*, queue: str = "default", attempts: int = 10, name: str | None = None) -> Callable[[Callable[..., None]], Job]:
    """Declare a job. Its name is module and function, so that a rename is seen by the worker of the old code as unknown."""

    def declare(function: Callable[..., None]) -> Job:
        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            close_old_connections()
            try:
                function(**arguments)
            finally:
                health.flush()
                connections.close_all()

        task = app.task(
            queue=queue, name=name or f"{function.__module__}.{function.__qualname__}", retry=Backoff(attempts)
        )
        return Job(task(run), function)

    return declare
