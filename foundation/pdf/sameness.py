"""Do two PDFs show the same (整理前后对照)? Page by page as pictures, inside the confined child. R147."""

from __future__ import annotations

import pypdfium2
from PIL import Image, ImageChops

from foundation.pdf.render import NotRenderable, open_documents, render_open_page

PIXELS = 1.35
"""For each point: small print is eight pixels high."""
TOLERANCE = 8
"""By how many levels of 255 a pixel may differ in any colour: rounding, no more."""
POINTS = 0.5
"""By how much a page's side may differ."""


class Unlike(Exception):
    """A page that does not look as it did, from 1; 0 when the documents cannot be compared at all."""

    def __init__(self, page: int) -> None:
        super().__init__(page)
        self.page = page


def same_pages(before: bytes, after: bytes) -> int:
    """How many pages both show alike; Unlike at the first that differs."""
    number = 0
    try:
        with open_documents(before, after) as (old, new):
            count = len(old)
            for number in range(1, max(count, len(new)) + 1):
                if number > min(count, len(new)) or not _same_page(old, new, number - 1):
                    raise Unlike(number)
            return count
    except NotRenderable as error:
        raise Unlike(number) from error


def _same_page(old: pypdfium2.PdfDocument, new: pypdfium2.PdfDocument, page: int) -> bool:
    sizes = old.get_page_size(page), new.get_page_size(page)
    if any(abs(one - other) > POINTS for one, other in zip(*sizes, strict=True)):
        return False
    width = round(sizes[0][0] * PIXELS)
    return not differ(*(render_open_page(each, page, width, alpha=True) for each in (old, new)))


def differ(one: Image.Image, other: Image.Image) -> bool:
    """Whether any pixel of two RGB pictures differs by more than the tolerance."""
    if one.size != other.size:
        return True
    beyond = ImageChops.difference(one, other).point(lambda levels: 255 * (levels > TOLERANCE))
    return beyond.getbbox() is not None
