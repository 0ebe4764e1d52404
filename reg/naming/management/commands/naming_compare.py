"""`naming_compare FILE.csv`: is the first name of each row the same as the second, or near it? (R104)"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reg.naming.tables import TableError, compared_rows, rows_of

COLUMNS = ("name_a", "industry_a", "name_b", "industry_b")


class Command(BaseCommand):
    help = "逐行比对两个企业名称：输出原有四列，加上 相同/相近/不同 和规则编号"
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV 文件，列：name_a, industry_a, name_b, industry_b")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = rows_of(options["file"], COLUMNS)
        except TableError as wrong:
            raise CommandError(str(wrong)) from wrong
        out = csv.writer(sys.stdout, lineterminator="\n")
        for row, (kind, rule) in zip(rows, compared_rows(rows), strict=True):
            out.writerow([*(row[name] for name in COLUMNS), kind, rule])
