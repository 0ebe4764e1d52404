"""What others add to a signed file beside signatures (后加的内容): revisions nobody signed, places laid over a page. R141.

Other people's software makes a signature's field in the revision that signs it, so a field may be new; it may neither
stay unsigned nor, new or prepared, cover the page (SSA).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from signing.pdf.errors import SigningError
from signing.pdf.fields import Field, Page, acro_form, catalog, pages, signature_fields, widgets_of
from signing.pdf.objects import PdfFile
from signing.pdf.report import Problem
from signing.pdf.syntax import Dict, PdfSyntaxError, Raw, number_of, references_in

A4 = 595.0 * 842.0
LARGEST = 0.25
"""Share of a page that a field signed after the first signature may take."""
_REDRAWN = Problem("form", "签名之后要求阅读器重画表单，填写的内容可能变样")


def added_since(file: PdfFile, closed: Sequence[int]) -> list[Problem]:
    """Judge what came after the first of the revisions that signatures and time-stamps close."""
    try:
        first = closed[0]
        unsigned = [each for each in range(first + 1, file.revisions) if each not in closed]
        problems = [
            Problem("saved_after", "签名之后文件又被保存过，追加的内容不属于任何签名")
            for each in unsigned
            if not _brings_validation_data(file, each)
        ]
        known = {field.number: field.signed for field in signature_fields(file, first)}
        later = [field for field in signature_fields(file) if not known.get(field.number)]
    except (SigningError, PdfSyntaxError, UnicodeDecodeError) as error:
        return [Problem("structure", f"文件结构有误，不能验证（{error}）")]
    if any(not field.signed for field in later if field.number not in known):
        problems.append(Problem("form", "签名之后新增了没有签的签名位置"))
    if _is_redrawn(file, -1) and not _is_redrawn(file, first):
        problems.append(_REDRAWN)
    problems += cover_problems(file, [field for field in later if field.signed or field.number not in known])
    return list(dict.fromkeys(problems))


def cover_problems(file: PdfFile, later: Sequence[Field]) -> list[Problem]:
    """Fields that were signed after the first signature and take more of a page than a signature needs."""
    large = [field.name for field, share in zip(later, _shares(file, later), strict=True) if share > LARGEST]
    return [Problem("widget", f"后签的签名位置“{name}”盖住了页面的一大块") for name in large]


def _is_redrawn(file: PdfFile, revision: int) -> bool:
    return file.resolve(acro_form(file, revision).get(b"NeedAppearances"), revision).strip() == b"true"


def _brings_validation_data(file: PdfFile, revision: int) -> bool:
    """Whether a revision writes certificates and revocation lists for signatures that stand (/DSS)."""
    old, new = (catalog(file, each).get(b"DSS") for each in (revision - 1, revision))
    return new is not None and (old != new or bool(references_in(new) & file.changed(revision)))


def _shares(file: PdfFile, fields: Sequence[Field]) -> Iterator[float]:
    """How much of a page that shows it each field covers; 1 when that cannot be told."""
    shown = [(_size(each), references_in(_listed(file, each))) for each in pages(file)] if fields else []
    for field in fields:
        try:
            yield max(
                _area(file, entries) / min((size for size, listed in shown if number in listed), default=A4)
                for number, entries in widgets_of(file, field)
            )
        except (PdfSyntaxError, ValueError):
            yield 1.0


def _listed(file: PdfFile, page: Page) -> Raw:
    return file.resolve(page.entries.get(b"Annots"))


def _area(file: PdfFile, widget: Dict) -> float:
    left, bottom, right, top = (number_of(file.resolve(each)) for each in file.items_of(widget.get(b"Rect")))
    return abs((right - left) * (top - bottom))


def _size(page: Page) -> float:
    return page.size[0] * page.size[1]
