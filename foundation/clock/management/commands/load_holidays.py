"""`load_holidays [file]`: write the table of holidays; a year in the file replaces that year in the table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.clock.holidays import FILE, HolidayFileError, holidays_load, holidays_missing


class Command(BaseCommand):
    help = "写入节假日表"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=FILE, help="节假日文件，默认随程序带的那一份")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            years = holidays_load(options["file"])
        except (HolidayFileError, OSError, KeyError) as error:
            raise CommandError(f"节假日文件读不了：{error}") from None
        self.stdout.write(f"写入节假日 {years[0]}—{years[-1]} 年" if years else "文件里没有年份")
        for year in holidays_missing():
            self.stdout.write(f"还没有 {year} 年的节假日表，这一年只按周一至周五算工作日")
