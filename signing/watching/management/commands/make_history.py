"""`make_history DAYS`: figures of past days for demonstration, marked as such; `make_history 0` takes them away again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.identity.actor import Actor
from signing.watching.making import OnlyForDemonstration, history_make


class Command(BaseCommand):
    help = "做示范用的签署统计（只在演示环境）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("days", type=int, help="过去多少天；0 表示清掉示范数据")
        parser.add_argument("--seed", type=int, default=1, help="同一个数做出的结果相同")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["days"] <= 400:
            raise CommandError("天数要在 0 到 400 之间")
        try:
            begun = history_make(actor=Actor.system("command"), days=options["days"], seed=options["seed"])
        except OnlyForDemonstration:
            raise CommandError("这不是演示环境（SANDBOX 没有打开），不做示范数据") from None
        self.stdout.write(f"做了 {options['days']} 天、{begun} 份签署的示范统计" if begun else "示范统计已清掉")
