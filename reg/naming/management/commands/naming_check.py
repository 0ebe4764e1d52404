"""`naming_check FILE.csv`: may each name be used by this kind of enterprise? (R104)"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reg.naming.tables import TableError, checked_rows, rows_of

COLUMNS = ("name", "entity_type")


class Command(BaseCommand):
    help = "逐行检查企业名称：输出原有两列，加上 通过/禁止/限制/格式错误 和理由（提示算通过）"
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV 文件，列：name, entity_type（企业类型的中文名称或代码）")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = rows_of(options["file"], COLUMNS)
        except TableError as wrong:
            raise CommandError(str(wrong)) from wrong
        out = csv.writer(sys.stdout, lineterminator="\n")
        for row, (judgement, why) in zip(rows, checked_rows(rows), strict=True):
            out.writerow([*(row[name] for name in COLUMNS), judgement, why])
