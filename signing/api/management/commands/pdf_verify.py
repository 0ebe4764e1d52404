"""`pdf_verify FILE… --root R.pem [--intermediate S.pem] [--crl L.crl]`: every signature explained. R141.

Exit 0: every file has signatures and all of them are good. 1: one is not, or a file is no PDF. 2: a file, certificate or
list cannot be read; the other files are told all the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from foundation import clock
from foundation.crypto.x509 import CertificateError, parse, parse_crl, parse_many
from foundation.pdf.folders import plain
from foundation.pdf.kinds import HEAD, Kind, sniff
from signing.pdf.apart import verify_apart
from signing.pdf.report import Problem, Report

GOOD, NOT_GOOD, USAGE = 0, 1, 2
LARGEST = 64 * 1024 * 1024


class Unreadable(Exception):
    """A path behind which there are no bytes; the message says why."""


class Command(BaseCommand):
    help = "验证 PDF 的电子签名：全部有效返回 0，有无效的或不是 PDF 的返回 1，文件或证书读不出返回 2"
    requires_system_checks: Any = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--root", type=Path, action="append", required=True, help="信任的根证书，PEM 或 DER，可以写几个"
        )
        parser.add_argument("--intermediate", type=Path, action="append", default=[], help="签发证书，可以写几个")
        parser.add_argument("--crl", type=Path, action="append", default=[], help="证书吊销列表，可以写几个")
        parser.add_argument("--json", action="store_true", help="每个文件一行 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        roots = [each for path in options["root"] for each in _given(path, _certificates)]
        between = [each for path in options["intermediate"] for each in _given(path, _certificates)]
        lists = [each for path in options["crl"] for each in _given(path, _revocations)]
        worst = GOOD
        for path in options["files"]:
            try:
                report = _verified(_read(path), roots, between, lists)
            except Unreadable as error:
                worst = USAGE
                self._tell_unreadable(path, str(error), as_json=options["json"])
                continue
            worst = max(worst, GOOD if report.ok else NOT_GOOD)
            self._tell(path, report, as_json=options["json"])
        if worst:
            sys.exit(worst)

    def _tell_unreadable(self, path: Path, why: str, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"file": plain(path), "ok": False, "unreadable": why}, ensure_ascii=False))
        else:
            self._say(f"{path}：读不出，{why}")

    def _tell(self, path: Path, report: Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"file": plain(path), **report.as_json()}, ensure_ascii=False))
            return
        count = len(report.signatures)
        self._say(f"{path}：{count} 个签名，{'全部有效' if report.ok else '没有通过'}")
        for problem in report.problems:
            self._say(f"  文件：{problem}（{problem.code}）")
        for each in report.signatures:
            self._say(f"  {each.sentence}")
            self._say(f"    第 {each.revision} 版，共 {report.revisions} 版；证书链：{' → '.join(each.chain) or '无'}")
            for problem in each.problems:
                self._say(f"    原因：{problem}（{problem.code}）")

    def _say(self, line: str) -> None:
        """Names come from the file: none may begin a line, move the cursor or turn the writing round."""
        self.stdout.write(plain(line))


def _verified(content: bytes, roots: list[bytes], between: list[bytes], lists: list[bytes]) -> Report:
    """What is no PDF is told at once, without a child."""
    if not content:
        return Report((), (Problem("empty", "这个文件是空的"),))
    if len(content) > LARGEST:
        return Report((), (Problem("too_big", f"文件超过 {LARGEST // 1024 // 1024} MB，没有验证"),))
    if sniff(content[:HEAD]) is not Kind.PDF:
        return Report((), (Problem("not_pdf", "这不是 PDF 文件"),))
    return verify_apart(content, roots, between, revocations=lists, now=_now())


def _now() -> datetime:
    """Legal time; the machine's where there is no database that could tell."""
    try:
        return clock.now()
    except DatabaseError:
        return clock.wall()


def _read(path: Path) -> bytes:
    """The bytes, or as many as show that there are too many."""
    try:
        if path.exists() and not path.is_file():
            raise Unreadable("这是目录，不是文件" if path.is_dir() else "这不是普通文件")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Unreadable("没有这个文件") from None
    except PermissionError:
        raise Unreadable("没有权限读") from None
    except OSError:
        raise Unreadable("磁盘或文件系统出错") from None


def _given(path: Path, parsed: Callable[[bytes], list[bytes]]) -> list[bytes]:
    """What a file of certificates or lists holds, DER; it ends the command when it cannot be used."""
    try:
        found = parsed(_read(path))
    except Unreadable as error:
        raise CommandError(f"{path}：读不出，{error}", returncode=USAGE) from None
    except CertificateError as error:
        raise CommandError(f"{path}：不能用，{error}", returncode=USAGE) from None
    if not found:
        raise CommandError(f"{path}：里面没有证书", returncode=USAGE)
    return found


def _certificates(content: bytes) -> list[bytes]:
    found = [parse(content)] if content[:1] == b"\x30" else parse_many(content)
    return [each.der for each in found]


def _revocations(content: bytes) -> list[bytes]:
    return [parse_crl(content).der]
