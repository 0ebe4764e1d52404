"""`pdf_admit FILE…`: whether each file is a standard PDF that can be signed (R147). Exit 1 if any is not."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation.pdf.admission import admit_files


class Command(BaseCommand):
    help = "检查 PDF 能不能签署：每个文件一行 FILE admit 或 FILE reject: 原因"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        if admit_files(options["files"], for_signing=True):
            sys.exit(1)
