"""`worker`: run the jobs and the periodic duties of this project until told to stop (SIGTERM, SIGINT)."""

from __future__ import annotations

import os
import socket
import threading
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from foundation import clock
from foundation.jobs import rescue, running, ticker, troubles
from foundation.jobs.models import WorkerBeat

BEAT_SECONDS = 5
FORGOTTEN = timedelta(hours=1)
"""A worker that was killed stays on the operator's page for so long."""


class Command(BaseCommand):
    help = "运行后台任务"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queues", default="", help="只做这些队列，逗号分隔；空为全部（不含 ocr）")
        parser.add_argument("--concurrency", type=int, default=4)
        parser.add_argument("--no-ticks", action="store_true", help="不做定时任务")

    def handle(self, *args: Any, **options: Any) -> None:
        queues = [q for q in options["queues"].split(",") if q] or settings.QIDENG_QUEUES
        name = f"{settings.QIDENG_PROJECT}:{','.join(queues)}:{socket.gethostname()}:{os.getpid()}"
        started, stop = clock.wall(), threading.Event()

        def beat() -> None:
            WorkerBeat.objects.update_or_create(
                name=name, defaults={"queues": ",".join(queues), "started_at": started, "beat_at": clock.wall()}
            )

        def begin() -> None:
            threading.Thread(target=_beating, args=(beat, stop), daemon=True).start()
            if not options["no_ticks"]:
                duties = import_module(settings.QIDENG_SUBSCRIPTIONS).TICKS
                own = [ticker.Tick("rescue", rescue.EVERY, rescue.tick), ticker.Tick("troubles", 600, troubles.sweep)]
                ticker.start([*own, *duties], stop)

        def end() -> None:
            stop.set()
            WorkerBeat.objects.filter(name=name).delete()

        WorkerBeat.objects.filter(beat_at__lt=clock.wall() - FORGOTTEN).delete()
        running.run(queues=queues, name=name, concurrency=options["concurrency"], at_begin=begin, at_end=end)


def _beating(beat: Any, stop: threading.Event) -> None:
    from django.db import DatabaseError, connections

    while True:
        try:
            beat()
        except DatabaseError:
            connections.close_all()
        if stop.wait(BEAT_SECONDS):
            connections.close_all()
            return
