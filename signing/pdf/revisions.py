"""版本之间的差异: what each later revision changed, and whether a signature may change it.

A digest cannot see this: two good signatures may stand over a page that was swapped between them. After the first
signature a revision may do one thing: give a signature field that was there its value and its appearance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signing.pdf.errors import SigningError
from signing.pdf.fields import Field, acro_form, all_fields, catalog, pages, signature_fields
from signing.pdf.objects import PdfFile
from signing.pdf.report import Problem
from signing.pdf.syntax import Dict, PdfSyntaxError, reference, reference_of, references_in

_MAY_CHANGE = {b"V", b"AP", b"F", b"M"}
_TRAILER_BOOKKEEPING = {
    *(b"Size", b"Prev", b"ID", b"Type", b"W", b"Index", b"Length", b"Filter", b"DecodeParms"),
}
_MOST_NAMED = 6
_CATALOG_PARTS = (
    (b"OCProperties", Problem("layers", "签名之后改动了图层，有的内容可能被藏起来或显出来")),
    (b"OpenAction", Problem("action", "签名之后改动了打开文件时的动作")),
    (b"AA", Problem("action", "签名之后改动了自动执行的动作")),
    (b"Names", Problem("names", "签名之后改动了附件、脚本或链接目标")),
    (b"DSS", Problem("validation", "签名之后改动了附在文件里的验证资料")),
)
"""What the catalogue refers to beside pages and form, and how a change of it is told."""


@dataclass(frozen=True)
class Change:
    """What one revision did."""

    revision: int
    signed: tuple[str, ...]
    """Names of the fields that got their value."""
    problems: tuple[Problem, ...]


def changes_after(file: PdfFile, baseline: int, known: Sequence[Field]) -> list[Change]:
    """Every revision after `baseline`, judged. `known` are the signature fields of the file as it is."""
    fields = {field.number: field for field in known}
    return [_judge(file, revision, fields) for revision in range(baseline + 1, file.revisions)]


def _judge(file: PdfFile, revision: int, fields: Mapping[int, Field]) -> Change:
    before = revision - 1
    problems: list[Problem] = []
    signed: list[Field] = []
    fresh: set[int] = set()
    touched: list[int] = []
    for number in sorted(file.changed(revision)):
        if file.value(number, before) == b"null":
            fresh.add(number)
        elif number in fields and not _has_value(file, number, before) and _has_value(file, number, revision):
            signed.append(fields[number])
        else:
            touched.append(number)
    if touched:
        problems += _name(file, revision, touched)
    own: set[int] = set()
    for field in signed:
        problems += _unlawful(file, revision, field, fresh)
        own |= _reach(file, revision, _added(file, revision, field), fresh)
    if not signed and not touched:
        problems.append(Problem("saved_after", "签名之后文件又被保存过，追加的内容不属于任何签名"))
    if signed and fresh - own:
        problems.append(Problem("unknown_objects", "签名时夹带了不属于该签名的对象"))
    problems += _hidden(file, revision, fresh)
    return Change(revision, tuple(field.name for field in signed), tuple(problems))


def _hidden(file: PdfFile, revision: int, fresh: set[int]) -> list[Problem]:
    problems = []
    if file.untidy(revision):
        problems.append(Problem("hidden_bytes", "追加的部分藏有不属于任何对象的内容"))
    if file.hybrid(revision):
        problems.append(Problem("hybrid", "追加的部分有两套交叉引用，不同的阅读器会看到不同的内容"))
    if file.mentions(fresh | file.carriers(revision), revision - 1):
        problems.append(Problem("shadow", "追加的对象填补了原文件里预留的空引用，可能改变已签署的内容"))
    old, new = (_lasting(file.trailer(each)) for each in (revision - 1, revision))
    if old != new:
        problems.append(Problem("trailer", "文件的根对象或文档信息被换掉了"))
    return problems


def _lasting(trailer: Dict) -> dict[bytes, int | bytes]:
    kept = ((key, value) for key, value in trailer.items() if key not in _TRAILER_BOOKKEEPING)
    return {key: reference_of(value) or value.strip() for key, value in kept}


def _entries(file: PdfFile, number: int, revision: int) -> Dict:
    return file.dict_of(reference(number), revision)


def _has_value(file: PdfFile, number: int, revision: int) -> bool:
    return _entries(file, number, revision).get(b"V", b"null").strip() != b"null"


def _added(file: PdfFile, revision: int, field: Field) -> set[int]:
    """The objects that a field's new value and appearance refer to directly."""
    entries = _entries(file, field.number, revision)
    return references_in(entries.get(b"V", b"") + b" " + entries.get(b"AP", b""))


def _unlawful(file: PdfFile, revision: int, field: Field, fresh: set[int]) -> list[Problem]:
    """What a field that was just signed changed beyond its value and appearance."""
    old, new = (_entries(file, field.number, each) for each in (revision - 1, revision))
    differing = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    if differing - _MAY_CHANGE or new.get(b"F", b"132") not in {old.get(b"F", b"132"), b"4", b"132"}:
        return [Problem("widget", f"签名位置“{field.name}”在签名时被移动或改动过")]
    if reference_of(new.get(b"V")) not in fresh:
        return [Problem("value_object", f"签名位置“{field.name}”的签名数据不是签名时写入的")]
    if b"AP" in differing:
        appearance = file.dict_of(new.get(b"AP"), revision)
        if set(appearance) != {b"N"} or reference_of(appearance[b"N"]) not in fresh:
            return [Problem("appearance", f"签名位置“{field.name}”的外观不是签名时写入的")]
    return []


def _reach(file: PdfFile, revision: int, start: set[int], fresh: set[int]) -> set[int]:
    found: set[int] = set()
    waiting = list(start & fresh)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting.extend(file.references(file.value(number, revision)) & fresh)
    return found


def _name(file: PdfFile, revision: int, touched: list[int]) -> list[Problem]:
    """Say in plain words what the touched objects are."""
    try:
        known = _roles(file, revision - 1)
    except (PdfSyntaxError, SigningError):
        known = {}
    problems = [known.get(number) or Problem("object", f"改动了文件的第 {number} 号对象") for number in touched]
    problems += _page_problems(file, revision)
    return list(dict.fromkeys(problems))[:_MOST_NAMED]


def _page_problems(file: PdfFile, revision: int) -> list[Problem]:
    try:
        old, new = pages(file, revision - 1), pages(file, revision)
    except (PdfSyntaxError, SigningError):
        return [Problem("pages", "签名之后页面不能读取了")]
    if len(old) != len(new):
        verb = "增加" if len(new) > len(old) else "删去"
        return [Problem("pages", f"签名之后{verb}了页面（原 {len(old)} 页，现 {len(new)} 页）")]
    problems = []
    for index, (was, now) in enumerate(zip(old, new, strict=True), 1):
        if was.number != now.number:
            problems.append(Problem("pages", f"签名之后第 {index} 页被换掉了"))
        elif was.entries.get(b"Annots") != now.entries.get(b"Annots"):
            problems.append(Problem("annotation", f"签名之后在第 {index} 页添加或改动了批注"))
    return problems


def _roles(file: PdfFile, revision: int) -> dict[int, Problem]:
    """What every important object is, as of a revision; the first that applies counts."""
    roles: dict[int, Problem] = {}

    def note(numbers: set[int], problem: Problem) -> None:
        for number in numbers:
            roles.setdefault(number, problem)

    shown = pages(file, revision)
    for field in signature_fields(file, revision):
        if field.signed:
            note({field.number}, Problem("signed_field", f"签名“{field.name}”在签署之后被改动或替换"))
            note(references_in(field.entries[b"V"]), Problem("signed_value", f"签名“{field.name}”的签名数据被替换"))
            drawn = _closure(
                file, revision, references_in(field.entries.get(b"AP", b"")), {each.number for each in shown}
            )
            note(drawn, Problem("signed_appearance", f"签名“{field.name}”的外观在签署之后被替换"))
    root = file.root_at(revision)
    note({root}, Problem("catalog", "签名之后改动了文档目录"))
    entries = catalog(file, revision)
    note(references_in(entries.get(b"AcroForm", b"")), Problem("form", "签名之后改动了表单结构（例如新增签名位置）"))
    note(references_in(acro_form(file, revision).get(b"Fields", b"")), Problem("form", "签名之后改动了表单域"))
    note({each.number for each in all_fields(file, revision)}, Problem("form", "签名之后改动了表单域"))
    note(references_in(entries.get(b"Metadata", b"")), Problem("metadata", "签名之后改动了文档的元数据"))
    note(references_in(file.trailer(revision).get(b"Info", b"")), Problem("metadata", "签名之后改动了文档信息"))
    stop = {each.number for each in shown} | {root}
    for key, problem in _CATALOG_PARTS:
        note(_closure(file, revision, references_in(entries.get(key, b"")), stop), problem)
    for index, page in enumerate(shown, 1):
        note({page.number}, Problem("page", f"签名之后改动了第 {index} 页"))
        for key in (b"Contents", b"Resources"):
            used = _closure(file, revision, references_in(page.entries.get(key, b"")), stop)
            note(used, Problem("content", f"签名之后改动了第 {index} 页的内容"))
        drawn = _closure(file, revision, references_in(page.entries.get(b"Annots", b"")), stop)
        note(drawn, Problem("annotation", f"签名之后改动了第 {index} 页上的批注或表单域"))
    note(references_in(entries.get(b"Pages", b"")), Problem("pages", "签名之后改动了页面的顺序或数量"))
    return roles


def _closure(file: PdfFile, revision: int, start: set[int], stop: set[int]) -> set[int]:
    """Everything that can be reached without passing through `stop`."""
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        number = waiting.pop()
        if number not in found and number not in stop:
            found.add(number)
            waiting.extend(file.references(file.value(number, revision)))
    return found
