"""The two sides of a sample ID card (居民身份证样例): the layout of the second generation, 85.6 × 54 mm at 300 dpi.

The emblem is a plain disc and the portrait a drawing; a strip and a ground pattern say 样例 虚构 不得作为证件使用.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from foundation.pdf.fonts import GlyphMissing, draw_text, text_picture, text_width
from sandbox.idcards.portrait import portrait

Person = Mapping[str, Any]
"""One entry of data/stories/persons.yaml."""

WIDTH, HEIGHT = 1011, 638
MARK = "样例 虚构 不得作为证件使用"
BLACK, BLUE, RED = (24, 24, 26), (46, 104, 158), (178, 44, 48)
ADDRESS_CHARS = 11
PORTRAIT_BOX = (622, 92, 292, 372)


def front_jpeg(person: Person) -> bytes:
    """The side with the portrait; ValueError for somebody without a mainland ID card."""
    return _jpeg(front(person))


def back_jpeg(person: Person) -> bytes:
    """The side with authority and validity."""
    return _jpeg(back(person))


def front(person: Person) -> Image.Image:
    _require_card(person)
    picture = _ground(person["id_no"], warm=True)
    left, top, width, height = PORTRAIT_BOX
    picture.paste(portrait(person["id_no"], woman=person["gender"] == "女", size=(width, height)), (left, top))
    _mark(picture)
    draw = ImageDraw.Draw(picture)
    _label(draw, 62, 112, "姓  名")
    _name(draw, 168, 114, str(person["name"]))
    _label(draw, 62, 190, "性  别")
    _value(draw, 168, 191, str(person["gender"]))
    _label(draw, 300, 190, "民  族")
    _value(draw, 404, 191, ethnic_on_card(person))
    birth = as_date(person["birth"])
    _label(draw, 62, 266, "出  生")
    for x, value, x_label, label in (
        (168, str(birth.year), 262, "年"),
        (314 if birth.month < 10 else 304, str(birth.month), 354, "月"),
        (408 if birth.day < 10 else 398, str(birth.day), 446, "日"),
    ):
        _value(draw, x, 267, value)
        _label(draw, x_label, 266, label)
    _label(draw, 62, 344, "住  址")
    for number, line in enumerate(address_lines(str(person["address"]))):
        _value(draw, 168, 345 + number * 48, line, size=36)
    _label(draw, 62, 556, "公民身份号码")
    draw_text(draw, (332, 558), str(person["id_no"]), style="bold", size=42, fill=BLACK, spacing=5.4)
    return picture


def back(person: Person) -> Image.Image:
    _require_card(person)
    picture = _ground(person["id_no"][::-1], warm=False)
    _mark(picture)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((62, 54, 214, 206), fill=(196, 44, 48), outline=(214, 168, 62), width=9)
    draw_text(draw, (92, 148), "样例", style="bold", size=46, fill=(244, 214, 120))
    draw_text(draw, (300, 130), "中华人民共和国", style="serif", size=60, fill=BLACK, spacing=14)
    draw_text(draw, (276, 250), "居民身份证", style="serif", size=90, fill=BLACK, spacing=34)
    _label(draw, 200, 480, "签发机关")
    _value(draw, 384, 481, str(person.get("id_issuer") or "上海市公安局示例分局"), size=36)
    _label(draw, 200, 556, "有效期限")
    _value(draw, 384, 557, validity(person), size=36)
    return picture


# --- what is printed ---------------------------------------------------------------------------------------------


def ethnic_on_card(person: Person) -> str:
    """The card says 汉, not 汉族."""
    return str(person.get("ethnic") or "汉").removesuffix("族")


def as_date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def validity(person: Person) -> str:
    """2017.06.08-2037.06.08, or 2017.06.08-长期."""
    start = as_date(person.get("id_valid_from") or "2016-05-10")
    end = person.get("id_valid_to") or start.replace(year=start.year + 20)
    return f"{start:%Y.%m.%d}-{'长期' if str(end) == '长期' else f'{as_date(end):%Y.%m.%d}'}"


def address_lines(address: str) -> list[str]:
    """At most eleven characters a line; two digits take the room of one character."""
    lines, room = [""], float(ADDRESS_CHARS)
    for char in address:
        need = 0.55 if char.isascii() else 1.0
        if need > room:
            lines.append("")
            room = float(ADDRESS_CHARS)
        lines[-1] += char
        room -= need
    return lines


def _require_card(person: Person) -> None:
    if str(person["id_type"]) != "10":
        raise ValueError(f"{person.get('id', '?')} 没有居民身份证")


# --- how it is printed -------------------------------------------------------------------------------------------


def _label(draw: ImageDraw.ImageDraw, x: int, y: int, text: str) -> None:
    draw_text(draw, (x, y), text, style="sans", size=31, fill=BLUE)


def _value(draw: ImageDraw.ImageDraw, x: int, y: int, text: str, *, size: int = 37) -> None:
    draw_text(draw, (x, y), text, style="sans", size=size, fill=BLACK)


def _name(draw: ImageDraw.ImageDraw, x: float, y: int, name: str) -> None:
    """Set wide; a character that no font has (王𱍐测) is drawn, since a real card shows every name."""
    for char in name:
        try:
            x = draw_text(draw, (x, y), char, style="sans", size=45, fill=BLACK, spacing=6)
        except GlyphMissing:
            for part, at in (("彳", 0), ("鼎", 18)):
                narrow = text_picture(part, "sans", 45).resize((24 if at else 20, 63))
                draw.bitmap((round(x) + at, y - 48), narrow, fill=BLACK)
            x += 51


def _ground(seed: str, *, warm: bool) -> Image.Image:
    """Pale waves, blue to rose."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    shift = sum(ord(char) for char in seed) % 97
    across = columns / WIDTH
    left, right = ((222, 238, 246), (248, 226, 232)) if warm else ((236, 240, 246), (226, 240, 244))
    picture: NDArray[np.float64] = np.stack([left[i] + (right[i] - left[i]) * across for i in range(3)], axis=-1)
    for turn in range(4):
        wave = np.sin((rows + 26 * np.sin(columns / (74 + 9 * turn) + shift + turn)) / (5.2 + turn * 1.7))
        picture -= (wave > 0.93)[..., None] * np.array([16, 9, 5] if turn % 2 else [5, 11, 12])
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8), "RGB")


def _mark(picture: Image.Image) -> None:
    """The words across the ground and in a strip at the lower edge."""
    line = text_picture(MARK, "sans", 30)
    field = Image.new("L", (WIDTH * 2, HEIGHT * 3))
    for row, y in enumerate(range(0, HEIGHT * 3, 118)):
        for x in range(-(row % 2) * 260, WIDTH * 2, line.width + 130):
            field.paste(line, (x, y))
    field = field.rotate(24, resample=Image.Resampling.BILINEAR).crop((480, 620, 480 + WIDTH, 620 + HEIGHT))
    picture.paste((150, 70, 80), mask=field.point([value * 46 // 255 for value in range(256)]))
    draw = ImageDraw.Draw(picture)
    draw_text(draw, ((WIDTH - text_width(MARK, "sans", 22)) / 2, 622), MARK, style="sans", size=22, fill=RED, spacing=1)


def _jpeg(picture: Image.Image) -> bytes:
    corners = Image.new("L", picture.size)
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, WIDTH - 1, HEIGHT - 1), radius=36, fill=255)
    out = io.BytesIO()
    Image.composite(picture, Image.new("RGB", picture.size, "white"), corners).save(
        out, "JPEG", quality=92, dpi=(300, 300)
    )
    return out.getvalue()
