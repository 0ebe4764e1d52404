"""`recount DAYS`: count the hours of the past days anew from the live tables; harmless at any time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from signing.watching.counting import recount


class Command(BaseCommand):
    help = "重新统计过去几天的签署"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("days", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"重新统计了 {recount(timedelta(days=options['days']))} 个小时")
