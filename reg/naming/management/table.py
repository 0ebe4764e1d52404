"""What the operators' commands on tables of names share: read the file, judge each row, print one CSV line for each."""

from __future__ import annotations

import csv
import sys
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reg.naming.tables import TableError, rows_of


class TableCommand(BaseCommand):
    """One line for each row, in order: its own columns, then what is said of it."""

    requires_system_checks: tuple[str, ...] = ()
    columns: ClassVar[tuple[str, ...]]

    @abstractmethod
    def judge(self, rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
        """Two columns for each row."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=f"UTF-8 的 CSV 文件，列：{', '.join(self.columns)}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = rows_of(options["file"], self.columns)
        except TableError as wrong:
            raise CommandError(str(wrong)) from wrong
        out = csv.writer(sys.stdout, lineterminator="\n")
        for row, said in zip(rows, self.judge(rows), strict=True):
            out.writerow([*(row[name] for name in self.columns), *said])
