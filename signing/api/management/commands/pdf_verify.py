"""`pdf_verify FILE… --root R.pem [--intermediate S.pem]`: every signature explained. R141.

Exit 0: every file has signatures and all of them are good. 1: one is not. 2: a file or certificate cannot be read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.crypto.x509 import CertificateError, parse, parse_many
from signing.pdf.apart import verify_apart
from signing.pdf.report import Report

UNREADABLE = 2


class Command(BaseCommand):
    help = "验证 PDF 的电子签名：全部有效返回 0，有无效的返回 1，文件或证书读不出返回 2"
    requires_system_checks: Any = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--root", type=Path, action="append", required=True, help="信任的根证书，PEM 或 DER，可以写几个"
        )
        parser.add_argument("--intermediate", type=Path, action="append", default=[], help="签发证书，可以写几个")
        parser.add_argument("--json", action="store_true", help="每个文件一行 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        roots = [each for path in options["root"] for each in _certificates(path)]
        between = [each for path in options["intermediate"] for each in _certificates(path)]
        contents = [(path, _read(path)) for path in options["files"]]
        reports = [(path, verify_apart(content, roots, between)) for path, content in contents]
        for path, report in reports:
            self._tell(path, report, as_json=options["json"])
        if not all(report.ok for _, report in reports):
            sys.exit(1)

    def _tell(self, path: Path, report: Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"file": str(path), **report.as_json()}, ensure_ascii=False))
            return
        count = len(report.signatures)
        self.stdout.write(f"{path}：{count} 个签名，{'全部有效' if report.ok else '没有通过'}")
        for problem in report.problems:
            self.stdout.write(f"  文件：{problem}（{problem.code}）")
        for each in report.signatures:
            self.stdout.write(f"  {each.sentence}")
            self.stdout.write(
                f"    第 {each.revision} 版，共 {report.revisions} 版；证书链：{' → '.join(each.chain) or '无'}"
            )
            for problem in each.problems:
                self.stdout.write(f"    原因：{problem}（{problem.code}）")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"读不出文件 {path}：{error.strerror}", returncode=UNREADABLE) from None


def _certificates(path: Path) -> list[bytes]:
    content = _read(path)
    try:
        found = [parse(content)] if content[:1] == b"\x30" else parse_many(content)
    except CertificateError as error:
        raise CommandError(f"{path} 不是证书：{error}", returncode=UNREADABLE) from None
    if not found:
        raise CommandError(f"{path} 里没有证书", returncode=UNREADABLE)
    return [each.der for each in found]
