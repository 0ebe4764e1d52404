"""`make_names N`: fill the index with N invented names, for load and for bench-naming."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.config import config
from reg.naming.bulk import names_make


class Command(BaseCommand):
    help = "造出 N 个虚构企业名称写入名称库（压力测试用）；同一个种子总是造出同样的名称"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, help="名称数")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--jobs", type=int, default=2, help="进程数")

    def handle(self, *args: Any, **options: Any) -> None:
        count = options["count"]
        if config().mode == "production":
            raise CommandError("生产环境不造名称")
        if count < 1 or options["jobs"] < 1:
            raise CommandError("名称数和进程数至少是 1")
        begun, told = time.monotonic(), 0
        for done in names_make(count, seed=options["seed"], jobs=options["jobs"]):
            if done - told >= count // 10:
                told = done
                self.stdout.write(f"{done} / {count} 个，用时 {time.monotonic() - begun:.0f} 秒")
        self.stdout.write(f"写入 {count} 个名称并建好索引，共用 {time.monotonic() - begun:.1f} 秒")
