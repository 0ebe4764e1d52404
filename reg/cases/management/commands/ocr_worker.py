"""`qideng reg ocr_worker`: the worker that reads identity cards (证件识别). A process of its own, for its memory and its pace."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "运行证件识别"

    def handle(self, *args: Any, **options: Any) -> None:
        from reg.integrations.ocr.engine import warm_up

        warm_up()
        call_command("worker", queues="ocr", concurrency=1, no_ticks=True)
