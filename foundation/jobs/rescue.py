"""Jobs whose worker was killed are given to another (a killed worker leaves them `doing` for ever)."""

from __future__ import annotations

import asyncio

import structlog
from procrastinate.contrib.django import app

log = structlog.get_logger(__name__)
STALLED_AFTER = 30


def rescue_stalled() -> int:
    """Put stalled jobs back; returns how many."""
    return asyncio.run(_rescue())


async def _rescue() -> int:
    rescued = 0
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # DjangoConnector only
    async with worker_app.open_async():
        for stalled in await worker_app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
            await worker_app.job_manager.retry_job(stalled)
            log.warning("job.rescued", task=stalled.task_name, job=stalled.id)
            rescued += 1
    return rescued


def tick() -> None:
    """The ticker's entry."""
    rescue_stalled()
