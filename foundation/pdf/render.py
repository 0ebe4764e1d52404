"""Pages as pictures (页面图片): what signers, applicants and examiners look at. R143.

Nobody is shown the PDF itself while it can be signed; pages are JPEG with the viewer's watermark.
pdfium is not thread-safe: one lock per process.
"""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache

import pypdfium2
from PIL import Image

from foundation.pdf.fonts import GlyphMissing, text_picture

JPEG_QUALITY = 80
MAX_WIDTH = 2000
MAX_PIXELS = 8_000_000
WATERMARK_ALPHA = 38
WATERMARK_ANGLE = 30

_pdfium = threading.Lock()


class NotRenderable(ValueError):
    """The bytes are no PDF that pdfium opens, or the page is not there."""


@contextmanager
def open_document(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """A pdfium document under the lock; nothing of it may leave the block."""
    with open_documents(pdf) as (document,):
        yield document


@contextmanager
def open_documents(*pdfs: bytes) -> Iterator[list[pypdfium2.PdfDocument]]:
    """Several at once, to look at them side by side."""
    with _pdfium, ExitStack() as opened:
        yield [opened.enter_context(closing(_document(pdf))) for pdf in pdfs]


def _document(pdf: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise NotRenderable(str(error)) from error
    document.init_forms()  # without it the appearances of signature fields are not drawn
    return document


def page_count(pdf: bytes) -> int:
    """How many pages; NotRenderable when it is no PDF."""
    with open_document(pdf) as document:
        return len(document)


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in points, as seen (after /Rotate)."""
    with open_document(pdf) as document:
        return [document.get_page_size(number) for number in range(len(document))]


def render_page(pdf: bytes, page: int, width_px: int) -> Image.Image:
    """Page `page` (0-based) as an RGB picture about `width_px` wide, never more than MAX_PIXELS."""
    with open_document(pdf) as document:
        return render_open_page(document, page, width_px)


def render_open_page(document: pypdfium2.PdfDocument, page: int, width_px: int, *, alpha: bool = False) -> Image.Image:
    """As render_page, for a caller that holds the document open.

    pdfium smooths the letters of form fields by colours; with `alpha` it smooths them like those of the page.
    """
    if not 0 <= page < len(document):
        raise NotRenderable(f"no page {page} of {len(document)}")
    try:
        loaded = document[page]
        with closing(loaded):
            width, height = loaded.get_size()
            if width <= 0 or height <= 0:
                raise NotRenderable(f"page {page} measures {width} × {height}")
            scale = min(max(1, min(width_px, MAX_WIDTH)) / width, math.sqrt(MAX_PIXELS / (width * height)))
            layout = pypdfium2.raw.FPDFBitmap_BGRA if alpha else None
            bitmap = loaded.render(scale=scale, rev_byteorder=True, force_bitmap_format=layout)
            with closing(bitmap):
                picture: Image.Image = bitmap.to_pil().convert("RGB")
                return picture
    except pypdfium2.PdfiumError as error:
        raise NotRenderable(str(error)) from error


def render_page_jpeg(pdf: bytes, page: int, width_px: int, watermark: str | None = None) -> bytes:
    """Page `page` (0-based) as JPEG; `watermark` names the viewer and runs across the page again and again."""
    picture = render_page(pdf, page, width_px)
    if watermark:
        picture = stamp(picture, watermark)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def stamp(picture: Image.Image, text: str) -> Image.Image:
    """The picture with `text` repeated along the diagonal, faint enough to read through."""
    mask = _watermark(text, *picture.size)
    picture.paste((60, 60, 60), mask=mask)
    return picture


@lru_cache(maxsize=16)
def _watermark(text: str, width: int, height: int) -> Image.Image:
    """The watermark of one viewer for one page size; kept since he turns page after page."""
    size = max(12, width // 42)
    line = _line_mask(text, size)
    step_x, step_y = line.width + size * 4, size * 6
    reach = math.ceil(math.hypot(width, height))
    field = Image.new("L", (reach, reach))
    for row, y in enumerate(range(0, reach, step_y)):
        for x in range(-(row % 2) * step_x // 2, reach, step_x):
            field.paste(line, (x, y))
    field = field.rotate(WATERMARK_ANGLE, resample=Image.Resampling.BILINEAR)
    left, top = (reach - width) // 2, (reach - height) // 2
    return field.crop((left, top, left + width, top + height)).point(lambda value: value * WATERMARK_ALPHA // 255)


def _line_mask(text: str, size: int) -> Image.Image:
    """The text; a character that no font has is left out, since a viewer's rare name must not hide his document."""
    while True:
        try:
            return text_picture(text, "sans", size)
        except GlyphMissing as missing:
            text = text.replace(missing.char, "〇" if missing.char != "〇" else "")
