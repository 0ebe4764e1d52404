"""What others add to a signed file beside signatures (后加的内容): revisions nobody signed, places laid over a page. R141.

Other people's software makes a signature's field in the revision that signs it, so a field may be new; it may neither
stay unsigned nor cover the page (SSA).
"""

from __future__ import annotations

from collections.abc import Sequence

from signing.pdf.errors import SigningError
from signing.pdf.fields import Field, catalog, pages, signature_fields, widgets_of
from signing.pdf.objects import PdfFile
from signing.pdf.report import Problem
from signing.pdf.syntax import Dict, PdfSyntaxError, number_of, reference_of, references_in

A4 = (595.0, 842.0)
LARGEST = 0.25
"""Share of a page that a field made after the first signature may take."""


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
        known = {field.number for field in signature_fields(file, first)}
        added = [field for field in signature_fields(file) if field.number not in known]
    except (SigningError, PdfSyntaxError, UnicodeDecodeError) as error:
        return [Problem("structure", f"文件结构有误，不能验证（{error}）")]
    if any(not field.signed for field in added):
        problems.append(Problem("form", "签名之后新增了没有签的签名位置"))
    if any(_share(file, field) > LARGEST for field in added):
        problems.append(Problem("widget", "签名之后新增的签名位置盖住了页面的一大块"))
    return list(dict.fromkeys(problems))


def _brings_validation_data(file: PdfFile, revision: int) -> bool:
    """Whether a revision writes certificates and revocation lists for signatures that stand (/DSS)."""
    old, new = (catalog(file, each).get(b"DSS") for each in (revision - 1, revision))
    return new is not None and (old != new or bool(references_in(new) & file.changed(revision)))


def _share(file: PdfFile, field: Field) -> float:
    """How much of its page a field covers; 1 when that cannot be told."""
    sizes = {page.number: page.size for page in pages(file)}
    try:
        return max(_area(file, each, sizes) for each in widgets_of(file, field))
    except (PdfSyntaxError, ValueError):
        return 1.0


def _area(file: PdfFile, widget: Dict, sizes: dict[int, tuple[float, float]]) -> float:
    left, bottom, right, top = (number_of(file.resolve(each)) for each in file.items_of(widget.get(b"Rect")))
    width, height = sizes.get(reference_of(widget.get(b"P")) or 0, A4)
    return abs((right - left) * (top - bottom)) / (width * height)
