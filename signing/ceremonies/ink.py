"""Handwriting (手写签名): a picture comes from the pad; only its pixels are kept, cropped and in one ink colour."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

PREFIX = "data:image/png;base64,"
MAX_TEXT = 1_500_000
MAX_SIDE = 2600
LEAST_PIXELS = 250
"""Inked pixels below which nothing readable was written."""
LEAST_SIDE = 24
SEEN = 48
"""Alpha from which a pixel counts as ink."""
TARGET = (480, 200)
MARGIN = 6
PEN = (16, 36, 61)


class InkUnusable(ValueError):
    """What came from the pad is no signature; the message tells what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Ink:
    """A signature as drawn: PNG on a clear ground, made here."""

    png: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Ink:
        """From the pad's data URL. InkUnusable when nothing was written, or when it is no picture of ours."""
        if not text.strip():
            raise InkUnusable("还没有写下签名。请在方框里写，或者改用标准字体。")
        if not text.startswith(PREFIX) or len(text) > MAX_TEXT:
            raise InkUnusable("签名没有传上来。请重写一遍，或者改用标准字体。")
        try:
            raw = base64.b64decode(text[len(PREFIX) :], validate=True)
            picture = Image.open(io.BytesIO(raw), formats=["PNG"])
            if max(picture.size) > MAX_SIDE:
                raise InkUnusable("签名图片太大。请重写一遍，或者改用标准字体。")
            alpha = picture.convert("RGBA").getchannel("A")
        except (binascii.Error, UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            if isinstance(error, InkUnusable):
                raise
            raise InkUnusable("签名没有传上来。请重写一遍，或者改用标准字体。") from None
        return cls(_clean(alpha))


def _clean(alpha: Image.Image) -> bytes:
    """The ink alone, cropped, at most TARGET pixels."""
    seen = alpha.point(lambda value: 255 if value >= SEEN else 0)
    box = seen.getbbox()
    if box is None:
        raise InkUnusable("还没有写下签名。请在方框里写，或者改用标准字体。")
    if seen.histogram()[255] < LEAST_PIXELS or max(box[2] - box[0], box[3] - box[1]) < LEAST_SIDE:
        raise InkUnusable("签名太短，看不清。请把姓名写完整。")
    left, top, right, bottom = box
    ink = alpha.crop((left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN))
    ink.thumbnail(TARGET, Image.Resampling.LANCZOS)
    picture = Image.new("RGBA", ink.size, (*PEN, 0))
    picture.putalpha(ink)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
