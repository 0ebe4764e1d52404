"""What stands in the place of a page or a photograph that cannot be shown: a picture that says so."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from foundation.pdf.fonts import draw_text, text_width
from foundation.pdf.render import JPEG_QUALITY

SORRY = ("这一页现在显示不出来", "不是您这边的问题，请过一会儿再看")
GREY_INK = (93, 104, 116)


def sorry_jpeg(width: int, *, more: Sequence[str] = ()) -> bytes:
    """As wide as the page would have been, of the shape of A4; `more`: what to do when it stays so."""
    lines = (*SORRY, *more)
    size = min(30, width * 9 // 10 // max(map(len, lines)))
    picture = Image.new("RGB", (width, round(width * 1.414)), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    for number, words in enumerate(lines):
        style = "sans" if number else "bold"
        left = (width - text_width(words, style, size)) / 2
        top = picture.height / 3 + number * size * 2.3
        draw_text(draw, (left, top), words, style=style, size=size, fill=GREY_INK)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
