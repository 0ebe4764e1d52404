"""Page pictures with the viewer's watermark (R143): the PDF itself never leaves for a signer."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from foundation import clock
from foundation.crypto.port import CryptoError
from foundation.files.services import file_read
from foundation.pdf.fonts import GlyphMissing, draw_text, text_width
from foundation.pdf.render import JPEG_QUALITY, NotRenderable, open_document, page_sizes, render_page, stamp
from foundation.ui.dates import cn_date
from signing.tasks.models import Document, Task
from signing.tasks.selectors import Paper
from signing.tasks.states import PENDING

WIDTH = 1000
ASK = "一直这样，请告诉请您签的单位"
AMBER, AMBER_SOFT, AMBER_INK = (185, 122, 18), (253, 240, 217), (133, 80, 0)
GREY, GREY_INK = (150, 162, 176), (93, 104, 116)


class NotShown(Exception):
    """The file of a document is not there, was changed, or is no PDF that can be drawn."""


def page_jpeg(paper: Paper, number: int, viewer: str) -> bytes:
    """Page `number` (from 1) as this signer may see it: his own places marked, everybody else's named. NotShown."""
    document = paper.document
    pdf = _bytes(document)
    try:
        plain = render_page(pdf, number - 1, WIDTH)
        width_pt, height_pt = page_sizes(pdf)[number - 1]
    except NotRenderable as error:
        raise NotShown from error
    picture = stamp(plain, watermark(viewer))
    _mark(picture, document, paper, number - 1, (picture.width / width_pt, height_pt))
    return _jpeg(picture)


def _bytes(document: Document) -> bytes:
    if document.current is None:
        raise NotShown
    try:
        return file_read(document.current)
    except (OSError, CryptoError) as error:
        raise NotShown from error


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def page_texts(document: Document) -> list[str]:
    """The words of each page, for the text version of a document that came without one. NotShown."""
    try:
        with open_document(_bytes(document)) as opened:
            return [opened[number].get_textpage().get_text_bounded() for number in range(len(opened))]
    except NotRenderable as error:
        raise NotShown from error


def watermark(viewer: str) -> str:
    """卫甲 11月23日 签署预览: the person who looks, for a company's document too."""
    today = clock.today()
    return f"{viewer} {cn_date(today, today=today)} 签署预览"


def _mark(picture: Image.Image, document: Document, paper: Paper, page: int, scale: tuple[float, float]) -> None:
    draw = ImageDraw.Draw(picture)
    mine = {task.pk for task in paper.tasks}
    waiting = document.tasks.filter(state__in=PENDING, place__page=page)
    for task in waiting.select_related("subject", "authorisation__principal"):
        box = _box(task, *scale)
        if task.pk in mine:
            _mine(draw, box, _here(task))
        else:
            _other(draw, box, "等企业盖章" if task.kind == Task.Kind.SEAL else f"等 {task.subject.name} 签名")


def _here(task: Task) -> str:
    if task.principal:
        return f"请代 {task.principal.name} 签"
    return "请在此盖章" if task.kind == Task.Kind.SEAL else "请在此签名"


def _box(task: Task, factor: float, height: float) -> tuple[float, float, float, float]:
    at = task.place
    top = height - at["y"] - at["height"]
    return at["x"] * factor, top * factor, (at["x"] + at["width"]) * factor, (top + at["height"]) * factor


def _mine(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], words: str) -> None:
    draw.rounded_rectangle(box, radius=6, fill=AMBER_SOFT)
    _dashes(draw, box, AMBER)
    _centred(draw, box, words, "bold", AMBER_INK)


def _other(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], words: str) -> None:
    draw.rounded_rectangle(box, radius=6, outline=GREY, width=1)
    _centred(draw, box, words, "sans", GREY_INK)


def _dashes(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colour: tuple[int, int, int]) -> None:
    left, top, right, bottom = box
    for start in range(0, round(right - left), 20):
        end = min(left + start + 12, right)
        draw.line((left + start, top, end, top), fill=colour, width=3)
        draw.line((left + start, bottom, end, bottom), fill=colour, width=3)
    for start in range(0, round(bottom - top), 20):
        end = min(top + start + 12, bottom)
        draw.line((left, top + start, left, end), fill=colour, width=3)
        draw.line((right, top + start, right, end), fill=colour, width=3)


def _centred(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    words: str,
    style: str,
    colour: tuple[int, int, int],
) -> None:
    """The words in the middle of the box, as large as they fit; a name with a rare character becomes a plain word."""
    left, top, right, bottom = box
    size = max(10, min(30, round((bottom - top) * 0.42)))
    try:
        while size > 10 and text_width(words, style, size) > (right - left) * 0.92:
            size -= 1
        x = (left + right - text_width(words, style, size)) / 2
        draw_text(draw, (x, (top + bottom) / 2 + size * 0.38), words, style=style, size=size, fill=colour)
    except GlyphMissing:
        _centred(draw, box, "等签名", style, colour)
