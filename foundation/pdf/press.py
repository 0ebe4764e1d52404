"""排版: data and a Typst template become one PDF/A-2b with known signature places and a text to be read aloud.

What people typed travels as JSON strings and is placed as strings: it can never become Typst code. The result depends on
the data, the template and the legal day alone, so equal input gives equal bytes. System fonts are not looked at; a
character that none of our fonts has is refused, since PDF/A must not show an empty box.

A template marks its end with `<end>`, each signature box with `(name:, width:, height:) <slot>`, what is read with `<say>`.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst

from foundation.config import ROOT

HOUSE_FONTS = tuple(
    ROOT / "node_modules/@expo-google-fonts" / folder
    for folder in ("noto-serif-sc/400Regular", "noto-serif-sc/700Bold", "noto-sans-sc/400Regular")
)
RARE_CHARACTER_FONTS = (Path("/usr/share/fonts/truetype/hanazono"),)
"""花园明朝 (Debian fonts-hanazono): rare characters of names that Noto Serif SC lacks. Used where it is installed."""

PAGE_HEIGHT = 841.89
"""A4, in points."""

_WHERE = (
    "(pages: query(<end>).first().location().page(),"
    " slots: query(<slot>).map(it => it.value + it.location().position()),"
    " said: query(<say>).map(it => (it.location().page(), it.value)))"
)
_REFUSED_TEXT = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_RUST_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")


class PressError(RuntimeError):
    """The template and its data do not fit: a fault of ours, never of what was typed."""


class Undisplayable(ValueError):
    """No font of ours has these characters; the compiler names one per place, so there may be more."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


@dataclass(frozen=True)
class Box:
    """Where a signature box lies."""

    name: str
    page: int
    """Counted from 0."""
    x: float
    y: float
    """Lower left corner in points, from the lower left corner of the page."""
    width: float
    height: float


@dataclass(frozen=True)
class Pressed:
    """A paper as it came from the press."""

    pdf: bytes
    pages: tuple[str, ...]
    """What each page says, line by line, for those who listen instead of looking."""
    boxes: tuple[Box, ...]

    @property
    def text(self) -> str:
        """The whole reading text, page after page."""
        count = len(self.pages)
        return "\n\n".join(f"第 {n} 页，共 {count} 页\n{page}" for n, page in enumerate(self.pages, start=1))


class Press:
    """A warm press: fonts are read once, every thread keeps one compiler per template. `root`: what templates may import."""

    def __init__(self, root: Path, *, rare_character_fonts: Sequence[Path] = RARE_CHARACTER_FONTS) -> None:
        paths: list[str] = [str(path) for path in (*HOUSE_FONTS, *rare_character_fonts) if path.is_dir()]
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
        self._root = root
        self._of_thread = threading.local()

    def set(self, template: Path, data: Mapping[str, Any], *, legal_day: date) -> Pressed:
        """Set one paper. Raises Undisplayable for characters no font has, PressError for a broken template."""
        compiler = self._compiler(template)
        try:
            pdf = self._compile(compiler, data, legal_day)
            where = json.loads(compiler.eval(_WHERE))
        except typst.TypstError as error:
            if refused := _refused(error):
                raise Undisplayable(refused) from error
            raise PressError(error.diagnostic) from error
        if not isinstance(pdf, bytes):
            raise PressError(f"{template.parent.name}: the compiler gave no file")
        return Pressed(pdf, _reading_text(where["said"], where["pages"]), tuple(map(_box, where["slots"])))

    def _compile(self, compiler: typst.Compiler, data: Mapping[str, Any], legal_day: date) -> Any:
        made_on = {"year": legal_day.year, "month": legal_day.month, "day": legal_day.day}
        return compiler.compile(
            format="pdf",
            pdf_standards="a-2b",
            # Tags would double the bytes that every signature digests; the reading text is kept beside the file.
            pdf_tags=False,
            sys_inputs={"data": json.dumps({**data, "made_on": made_on}, ensure_ascii=False)},
            timestamp=datetime(legal_day.year, legal_day.month, legal_day.day, tzinfo=UTC),
        )

    def _compiler(self, template: Path) -> typst.Compiler:
        ready: dict[Path, typst.Compiler] = self._of_thread.__dict__.setdefault("compilers", {})
        if template not in ready:
            ready[template] = typst.Compiler(input=str(template), root=str(self._root), font_paths=self._fonts)
        return ready[template]


def _box(found: Mapping[str, Any]) -> Box:
    return Box(
        name=found["name"],
        page=found["page"] - 1,
        x=_points(found["x"]),
        y=round(PAGE_HEIGHT - _points(found["y"]) - found["height"], 2),
        width=found["width"],
        height=found["height"],
    )


def _points(length: str) -> float:
    return float(length.removesuffix("pt"))


def _reading_text(said: Iterable[tuple[int, str]], page_count: int) -> tuple[str, ...]:
    lines: list[list[str]] = [[] for _ in range(page_count)]
    for page, words in said:
        lines[page - 1].append(words)
    return tuple("\n".join(page) for page in lines)


def _refused(error: typst.TypstError) -> str:
    """The characters that the compiler could not display; empty when it stopped for another reason."""
    return "".join(_unescaped(found) for found in _REFUSED_TEXT.findall(error.diagnostic))


def _unescaped(text: str) -> str:
    return _RUST_ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
