"""Names in a table: each row judged, in order, for the operators' commands (naming_compare, naming_check) and their tests."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from reg.catalog.source import CatalogueError
from reg.naming.checks import check_name
from reg.naming.comparison import Compared, Verdict, compare
from reg.naming.context import NameContext
from reg.naming.finding import SEVERITY_WORDS, NameFinding
from reg.naming.kinds import kind_of
from reg.naming.parsing import parse
from reg.naming.words import Matcher

PASSED, MALFORMED = "通过", "格式错误"
STRUCTURE = "N010"
CHARACTERS = {"N001", "N002", "N003"}


class TableError(ValueError):
    """The file cannot be read as the table that is asked for; the message says what to mend."""


def rows_of(path: Path, columns: Sequence[str]) -> list[Mapping[str, str]]:
    """Rows of a CSV file that has these columns; TableError otherwise. A byte-order mark is no matter."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise TableError(f"{path.name} 的第一行缺少列：{'、'.join(missing)}。应当有：{'、'.join(columns)}。")
            return list(reader)
    except FileNotFoundError:
        raise TableError(f"没有这个文件：{path}") from None
    except UnicodeDecodeError:
        raise TableError(f"{path.name} 不是 UTF-8 编码，请另存为 UTF-8 的 CSV 再试。") from None


def compared_rows(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """For each pair of names: 相同, 相近 or 不同, and the rule."""
    for row in rows:
        verdict = verdict_of(row["name_a"] or "", row["industry_a"] or "", row["name_b"] or "", row["industry_b"] or "")
        yield str(verdict.kind), verdict.rule


def verdict_of(name_a: str, industry_a: str, name_b: str, industry_b: str) -> Verdict:
    """What the first full name is to the second; industries as `code name`."""
    one = Compared(parse(name_a, _class_of(industry_a)).parts)
    other = Compared(parse(name_b, _class_of(industry_b)).parts)
    return compare(one, other)


def _class_of(industry: str) -> str:
    code = industry.strip().split(" ")[0][:4]
    return code if len(code) == 4 and code.isdigit() else ""


def checked_rows(rows: Iterable[Mapping[str, str]], matcher: Matcher | None = None) -> Iterator[tuple[str, str]]:
    """For each name: 通过, 禁止, 限制 or 格式错误, and the reason."""
    for row in rows:
        yield judged(row["name"] or "", row["entity_type"] or "", matcher)


def judged(name: str, entity_type: str, matcher: Matcher | None = None) -> tuple[str, str]:
    """The class of one name and the reason, the rule in front."""
    try:
        kind = kind_of(entity_type)
    except CatalogueError as unknown:
        return MALFORMED, str(unknown)
    read = parse(name)
    findings = [
        one
        for one in check_name(read.parts, NameContext(kind), matcher, typed=read.typed)
        if one.severity in {"forbid", "restrict"}
    ]
    if not findings:
        return PASSED, ""
    letters = findings[0].code in CHARACTERS
    broken = next((one for one in findings if one.code == STRUCTURE and not letters), None)
    worst = broken or findings[0]
    return MALFORMED if broken else SEVERITY_WORDS[worst.severity], reason(worst)


def reason(finding: NameFinding) -> str:
    """N020 字号应由…"""
    return f"{finding.code} {finding.message}"
