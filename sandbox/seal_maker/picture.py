"""印模: the picture of a company's round seal, 40 mm: a red ring, a star, the name along the rim. PNG, transparent."""

from __future__ import annotations

import io
import math
from functools import lru_cache

from PIL import Image, ImageDraw

from foundation.pdf.fonts import text_picture

MILLIMETRES = 40
RED = (212, 23, 28)
SIDE, FINER = 400, 3
"""Pixels of a side, and how much finer it is drawn before it is reduced."""
LEVELS = 6
"""Of opacity: enough for a smooth edge, and a small file."""
_RING, _RING_WIDTH = 0.490, 0.026
_STAR = 0.165
_FOOT, _SIZE = 0.335, 0.122
"""Where the letters stand and how large they are, in parts of a side."""
_WIDEST_ARC, _WIDEST_STEP = math.radians(292), math.radians(33)


@lru_cache(maxsize=64)
def seal_png(name: str) -> bytes:
    """The picture for this name. GlyphMissing when no font has one of its characters."""
    side = SIDE * FINER
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    edge = side * (0.5 - _RING)
    draw.ellipse((edge, edge, side - edge, side - edge), outline=255, width=round(side * _RING_WIDTH))
    draw.polygon(_star(side), fill=255)
    _write(mask, name)
    return _packed(mask.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def _star(side: int) -> list[tuple[float, float]]:
    """Five points, one of them up."""
    inner = _STAR * math.sin(math.radians(18)) / math.sin(math.radians(126))
    corners = []
    for index in range(10):
        angle, radius = math.pi / 2 + index * math.pi / 5, inner if index % 2 else _STAR
        corners.append((side * (0.5 + radius * math.cos(angle)), side * (0.5 - radius * math.sin(angle))))
    return corners


def _write(mask: Image.Image, name: str) -> None:
    """Every character on its place of the arc, head outwards, narrowed when the name is long."""
    side, count = mask.width, len(name)
    step = min(_WIDEST_ARC / count, _WIDEST_STEP)
    size = round(side * _SIZE)
    widest = step * (_FOOT + _SIZE * 0.25) * side
    for index, character in enumerate(name):
        glyph = text_picture(character, "seal", size)
        glyph = glyph.resize((max(1, round(min(glyph.width, widest))), glyph.height), Image.Resampling.LANCZOS)
        angle = (count - 1) / 2 * step - index * step
        turned = glyph.rotate(math.degrees(angle), resample=Image.Resampling.BICUBIC, expand=True)
        middle = side * _FOOT + size * 0.38
        x, y = side / 2 - middle * math.sin(angle), side / 2 - middle * math.cos(angle)
        mask.paste(255, (round(x - turned.width / 2), round(y - turned.height / 2)), turned)


def _packed(mask: Image.Image) -> bytes:
    """One red in steps of opacity."""
    steps = [round(level * 255 / (LEVELS - 1)) for level in range(LEVELS)]
    picture = Image.frombytes("P", mask.size, mask.point([round(v * (LEVELS - 1) / 255) for v in range(256)]).tobytes())
    picture.putpalette(RED * LEVELS)
    out = io.BytesIO()
    picture.save(out, "PNG", bits=4, transparency=bytes(steps), optimize=True, dpi=(SIDE / MILLIMETRES * 25.4,) * 2)
    return out.getvalue()
