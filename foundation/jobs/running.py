"""A worker from start to stop. Told to stop, it takes no new job, gives those in hand some seconds, puts the rest back into
the queue and ends: the library alone would wait for a job's thread as long as that lasts, and be killed waiting.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Sequence

import structlog
from django.db import connections
from procrastinate import exceptions
from procrastinate.worker import Worker

from foundation.jobs import rescue, troubles
from foundation.jobs.manager import worker_app

log = structlog.get_logger(__name__)
GRACE = 6.0
"""Seconds for jobs in hand; whoever supervises us (qideng up, systemd, Kubernetes) waits longer than this."""
AT_END = 2.0
POLL_SECONDS = 1.0


def run(
    *, queues: Sequence[str], name: str, concurrency: int, at_begin: Callable[[], None], at_end: Callable[[], None]
) -> None:
    """Work until SIGTERM or SIGINT. Does not return when a job would not end: the process ends then and there."""
    asyncio.run(_run(queues, name, concurrency, at_begin, at_end))
    at_end()


def settle_memory() -> None:
    """What is loaded by now stays to the end: no collection of garbage walks through it again, in the middle of a job."""
    gc.collect()
    gc.freeze()


async def _run(
    queues: Sequence[str], name: str, concurrency: int, at_begin: Callable[[], None], at_end: Callable[[], None]
) -> None:
    own = worker_app()
    async with own.open_async():
        own.perform_import_paths()  # type: ignore[no-untyped-call]  # the library's own omission
        worker = Worker(
            own,
            queues=queues,
            name=name,
            concurrency=concurrency,
            fetch_job_polling_interval=POLL_SECONDS,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=rescue.HEARTBEAT,
            stalled_worker_timeout=rescue.STALLED_AFTER,
            task_middleware=[troubles.remembering],
        )
        settle_memory()
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        at_begin()
        working = asyncio.ensure_future(worker.run())  # type: ignore[no-untyped-call]  # as above
        asked = asyncio.ensure_future(told.wait())
        await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        worker.stop()  # type: ignore[no-untyped-call]  # as above
        if not working.done() and not (await asyncio.wait({working}, timeout=GRACE))[0]:
            await _leave(worker, at_end)
        await working


async def _leave(worker: Worker, at_end: Callable[[], None]) -> None:
    """Put back what is in hand and end the process: a thread that still runs would hold it."""
    in_hand = [context.job for context in worker._running_jobs.values()]
    for job in in_hand:
        log.warning("job.put_back", task=job.task_name, job=job.id)
        try:
            await worker.app.job_manager.retry_job(job)
        except exceptions.ConnectorException:
            log.warning("job.not_put_back", job=job.id)  # it is rescued when our sign of life is old

    def end() -> None:
        at_end()
        connections.close_all()

    await asyncio.wait({asyncio.ensure_future(asyncio.to_thread(end))}, timeout=AT_END)
    os._exit(0)
