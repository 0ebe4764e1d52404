"""`verify_audit`: walk the chain, name every changed, removed or inserted row; exit 1 when there is one."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import ProgrammingError

from foundation.audit import chain
from foundation.audit.models import AuditHead, AuditLink

MOST_NAMED = 10


class Command(BaseCommand):
    help = "核对审计链"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = self._walk()
        except ProgrammingError:
            self.stderr.write(
                "这个数据库里没有审计记录，或者它的结构和程序的版本不一致。请先启动一次企登（make run）。"
            )
            sys.exit(1)
        if count:
            sys.exit(1)

    def _walk(self) -> int:
        count = 0
        for fault in chain.verify():
            count += 1
            self.stdout.write(f"不对：{fault.message}")
        links, heads = AuditLink.objects.count(), AuditHead.objects.count()
        verdict = f"审计链有 {count} 处不对" if count else "审计链完好"
        self.stdout.write(f"{verdict}：核对了 {links} 条审计记录、{heads} 处签名。")
        self._tail()
        return count

    def _tail(self) -> None:
        """What the chain does not cover yet."""
        if waiting := chain.tail():
            named = "、".join(f"{event.pk}（{event.verb}）" for event in chain.waiting(MOST_NAMED))
            more = f"等 {waiting} 条" if waiting > MOST_NAMED else ""
            self.stdout.write(f"还没有入链：审计记录 {named}{more}。后台任务运行时一秒内入链。")
        else:
            self.stdout.write("没有等着入链的审计记录。")
        if lost := chain.numbers_lost():
            self.stdout.write(
                f"最后一条之后还发出过 {lost} 个编号，没有对应的记录：没有办成的事会这样，末尾的记录被删也会这样。"
            )
