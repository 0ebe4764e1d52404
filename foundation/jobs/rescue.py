"""Jobs whose worker was killed are given to another (a killed worker leaves them `doing` for ever)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from django.db.models import Q
from django.db.models.functions import Now
from procrastinate import exceptions
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.errors import RaiseException

from foundation.jobs.manager import worker_app

log = structlog.get_logger(__name__)
STALLED_AFTER = 20
"""Seconds without a sign of life of the worker. It gives one every HEARTBEAT seconds; three may be late. Who waits for a signature
waits so long, and at most EVERY seconds more, when the worker is killed."""
HEARTBEAT = 5
EVERY = 5


def rescue_stalled() -> int:
    """Put stalled jobs back; returns how many. Mostly there are none, and one question is all."""
    silent = Q(worker=None) | Q(worker__last_heartbeat__lt=Now() - timedelta(seconds=STALLED_AFTER))
    if not ProcrastinateJob.objects.filter(silent, status="doing").exists():
        return 0
    return asyncio.run(_rescue())


async def _rescue() -> int:
    rescued = 0
    own = worker_app()
    async with own.open_async():
        for stalled in await own.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
            try:
                await own.job_manager.retry_job(stalled)
            except exceptions.ConnectorException as error:
                if not isinstance(error.__cause__, RaiseException):
                    raise
                log.info(
                    "job.ended", task=stalled.task_name, job=stalled.id
                )  # meanwhile: its worker was slow, not dead
                continue
            log.warning("job.rescued", task=stalled.task_name, job=stalled.id)
            rescued += 1
    return rescued


def tick() -> None:
    """The ticker's entry."""
    rescue_stalled()
