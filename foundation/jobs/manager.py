"""Giving a job back to the queue when an equal one waits there already.

A job with a queueing lock may be deferred again while it is being done. When it then fails, or its worker is killed, it
cannot go back beside the other: the database refuses two of a kind. The library would leave it `doing` for ever, and with
it every job that needs its lock. The one that waits does the same work, so the other is let go.
"""

from __future__ import annotations

from typing import Any

import structlog
from procrastinate import App, exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status
from procrastinate.manager import QUEUEING_LOCK_CONSTRAINT, JobManager

log = structlog.get_logger(__name__)


class CarefulManager(JobManager):
    """The library's manager, but for this one case."""

    async def retry_job(self, job: Job, *args: Any, **options: Any) -> None:
        try:
            await super().retry_job(job, *args, **options)
        except exceptions.UniqueViolation as error:
            if error.constraint_name != QUEUEING_LOCK_CONSTRAINT:
                raise
            log.info("job.let_go", task=job.task_name, job=job.id, queueing_lock=job.queueing_lock)
            await self.finish_job(job, Status.FAILED, delete_job=True)


def worker_app() -> App:
    """The app as a worker uses it: connections of its own, and this manager."""
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # DjangoConnector only
    own: App = app.with_connector(connector)
    own.job_manager = CarefulManager(connector)
    return own
