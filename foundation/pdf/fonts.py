"""Fonts for pictures that we draw ourselves (水印, 样例): Noto Sans SC first, Hanazono for rare characters (生僻字).

Documents are Typst's business; this is for Pillow only. A character that no font has is an error that names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from foundation.config import ROOT

_NPM = ROOT / "node_modules" / "@expo-google-fonts"
_FILES: dict[str, tuple[Path, ...]] = {
    "sans": (_NPM / "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",),
    "bold": (_NPM / "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",),
    "serif": (_NPM / "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",),
    "seal": (_NPM / "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",),
}
_RARE = tuple(Path("/usr/share/fonts/truetype/hanazono") / name for name in ("HanaMinA.ttf", "HanaMinB.ttf"))
_NOWHERE, _PROBE = "\U0010fffd", 20


class GlyphMissing(ValueError):
    """No installed font can draw this character."""

    def __init__(self, char: str) -> None:
        super().__init__(f"没有字体能显示“{char}”（U+{ord(char):04X}）")
        self.char = char


@cache
def _load(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@cache
def font(style: str, size: int) -> ImageFont.FreeTypeFont:
    """The font of a style (sans, bold, serif, seal) at a size in pixels; OSError when set-up has not brought it."""
    for path in _FILES[style]:
        if path.exists():
            return _load(str(path), size)
    raise OSError(f"没有找到字体 {_FILES[style][0].name}，请先运行 make setup")


@cache
def _blank(path: str) -> bytes:
    return bytes(_load(path, _PROBE).getmask(_NOWHERE))


@cache
def _has(path: str, char: str) -> bool:
    """Whether a font file has a glyph: drawn, the character differs from the box for missing ones."""
    return char.isspace() or bytes(_load(path, _PROBE).getmask(char)) != _blank(path)


@cache
def _file_for(char: str, style: str) -> str:
    for path in (*_FILES[style], *(rare for rare in _RARE if rare.exists())):
        if _has(str(path), char):
            return str(path)
    raise GlyphMissing(char)


def _face(char: str, style: str, size: int) -> ImageFont.FreeTypeFont:
    font(style, size)
    return _load(_file_for(char, style), size)


def _runs(text: str, style: str, size: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    run, current = "", None
    for char in text:
        face = _face(char, style, size)
        if current is not None and face is not current:
            yield run, current
            run = ""
        run, current = run + char, face
    if current is not None:
        yield run, current


def text_width(text: str, style: str, size: int) -> float:
    """Width of one line in pixels."""
    return sum(face.getlength(run) for run, face in _runs(text, style, size))


def draw_text(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    *,
    style: str,
    size: int,
    fill: int | tuple[int, ...],
    spacing: float = 0,
) -> float:
    """One line, its left end and baseline at `at`, each character from a font that has it; the x where it ends.

    `spacing` is added after each character (for numbers set wide). GlyphMissing when no font has a character.
    """
    x, y = at
    for run, face in _runs(text, style, size):
        for piece in run if spacing else (run,):
            draw.text((x, y), piece, font=face, fill=fill, anchor="ls")
            x += face.getlength(piece) + spacing
    return x


def text_picture(text: str, style: str, size: int) -> Image.Image:
    """One line as an alpha mask, cropped to its height."""
    width = max(1, round(text_width(text, style, size)))
    picture = Image.new("L", (width, round(size * 1.4)))
    draw_text(ImageDraw.Draw(picture), (0, size * 1.08), text, style=style, size=size, fill=255)
    return picture
