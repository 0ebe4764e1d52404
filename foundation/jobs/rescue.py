"""Jobs whose worker was killed are given to another (a killed worker leaves them `doing` for ever)."""

from __future__ import annotations

import asyncio

import structlog

from foundation.jobs.manager import worker_app

log = structlog.get_logger(__name__)
STALLED_AFTER = 30
"""Seconds without a sign of life of the worker. It gives one every HEARTBEAT seconds."""
HEARTBEAT = 10
EVERY = 15


def rescue_stalled() -> int:
    """Put stalled jobs back; returns how many."""
    return asyncio.run(_rescue())


async def _rescue() -> int:
    rescued = 0
    own = worker_app()
    async with own.open_async():
        for stalled in await own.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
            await own.job_manager.retry_job(stalled)
            log.warning("job.rescued", task=stalled.task_name, job=stalled.id)
            rescued += 1
    return rescued


def tick() -> None:
    """The ticker's entry."""
    rescue_stalled()
