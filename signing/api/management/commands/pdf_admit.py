"""`pdf_admit FILE…`: whether each file is a standard PDF that can be signed (R147). Exit 1 if any is not.

`--mend DIR` writes what can be put right into DIR, never over a file that is there, and says on a second line what was
done or why not; then exit 1 means that a file is neither admitted nor mended.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.pdf.folders import admit_files

USAGE = 2


class Command(BaseCommand):
    help = "检查 PDF 能不能签署：每个文件一行 FILE admit 或 FILE reject: 原因"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument(
            "--mend",
            type=Path,
            metavar="DIR",
            help="能整理的，整理后写进这个目录，再加一行 FILE mended: 新文件 做了什么，或 FILE not mended: 原因",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path | None = options["mend"]
        if folder is not None and not folder.is_dir():
            raise CommandError(f"没有目录 {folder}", returncode=USAGE)
        if admit_files(options["files"], for_signing=True, mend_into=folder):
            sys.exit(1)
