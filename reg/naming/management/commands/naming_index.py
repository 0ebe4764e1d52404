"""`naming_index`: put every enterprise of the register that is not in the index yet into it; safe to run again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reg.naming.register import names_of_register


class Command(BaseCommand):
    help = "把登记簿里还没有进名称库的企业名称拆分、编入名称库；可以反复运行"

    def handle(self, *args: Any, **options: Any) -> None:
        filed, unsure = names_of_register()
        self.stdout.write(f"编入 {filed} 个企业名称，其中 {unsure} 个拆分没有把握，等人工校正")
