"""文书排版: data and a Typst template become one PDF/A-2b with known signature places and a text to be read aloud. R035.

What people typed travels as JSON strings and is placed as strings: it can never become Typst code. The result
depends on the data, the template and the legal day alone, so equal input gives equal bytes. System fonts are not
looked at; a character that none of our fonts has is refused by name, since PDF/A must not show an empty box.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import typst

from foundation.config import ROOT
from reg.materials.glyphs import MissingGlyph, printable

MATERIALS = Path(__file__).parent
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


class TypesetError(RuntimeError):
    """The template and its data do not fit: a fault of ours, never of what was typed."""


@dataclass(frozen=True)
class SlotPlace:
    """签署位: one box that one person signs or one seal is put in."""

    name: str
    page: int
    """Counted from 0."""
    x: float
    y: float
    """Lower left corner in points, from the lower left corner of the page."""
    width: float
    height: float
    role: str
    """A role of the materials list: legal_representative, sole_shareholder …"""
    kind: Literal["person", "seal"]
    signer: str
    """Who: person:<document type>:<number>, entity:<uscc> or authority:<code>."""
    signer_name: str


@dataclass(frozen=True)
class Typeset:
    """A paper as it came from the press."""

    pdf: bytes
    page_count: int
    slots: tuple[SlotPlace, ...]
    pages: tuple[str, ...]
    """What each page says, line by line, for those who listen instead of looking."""

    @property
    def text(self) -> str:
        """The whole reading text, page after page."""
        count = len(self.pages)
        return "\n\n".join(f"第 {n} 页，共 {count} 页\n{page}" for n, page in enumerate(self.pages, start=1))


class Typesetter:
    """A warm press: fonts are read once, every thread keeps one compiler per template."""

    def __init__(self, *, rare_character_fonts: Sequence[Path] = RARE_CHARACTER_FONTS) -> None:
        paths: list[str] = [str(path) for path in (*HOUSE_FONTS, *rare_character_fonts) if path.is_dir()]
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
        self._of_thread = threading.local()

    def compile(self, template_name: str, data: Mapping[str, Any], *, legal_day: date) -> Typeset:
        """Set one paper. Raises MissingGlyph for characters no font has, TypesetError for a broken template."""
        clean = printable(dict(data))
        try:
            pdf = self._press(template_name, clean, legal_day)
            where = json.loads(self._compiler(template_name).eval(_WHERE))
        except typst.TypstError as error:
            if not _refused(error):
                raise TypesetError(error.diagnostic) from error
            raise MissingGlyph.among(self._every_refused(template_name, clean, legal_day), clean) from error
        pages = _reading_text(where["said"], where["pages"])
        return Typeset(pdf, where["pages"], _places(template_name, where["slots"], clean), pages)

    def _press(self, template_name: str, clean: Mapping[str, Any], legal_day: date) -> bytes:
        made_on = {"year": legal_day.year, "month": legal_day.month, "day": legal_day.day}
        pdf = self._compiler(template_name).compile(
            format="pdf",
            pdf_standards="a-2b",
            # Tags would double the bytes that every signature digests; the reading text is kept beside the file.
            pdf_tags=False,
            sys_inputs={"data": json.dumps({**clean, "made_on": made_on}, ensure_ascii=False)},
            timestamp=datetime(legal_day.year, legal_day.month, legal_day.day, tzinfo=UTC),
        )
        if not isinstance(pdf, bytes):
            raise TypesetError(f"{template_name}: the compiler gave no file")
        return pdf

    def _every_refused(self, template_name: str, clean: Mapping[str, Any], legal_day: date) -> str:
        """The compiler names one character per place; so the named ones are taken out until it has no more to name."""
        refused = ""
        while True:
            try:
                self._press(template_name, _without(clean, refused), legal_day)
            except typst.TypstError as error:
                more = _refused(error)
                if not set(more) - set(refused):
                    return refused
                refused += more
            else:
                return refused

    def _compiler(self, template_name: str) -> typst.Compiler:
        ready: dict[str, typst.Compiler] = self._of_thread.__dict__.setdefault("compilers", {})
        if template_name not in ready:
            path = template_path(template_name)
            ready[template_name] = typst.Compiler(input=str(path), root=str(MATERIALS), font_paths=self._fonts)
        return ready[template_name]


@lru_cache(maxsize=1)
def typesetter() -> Typesetter:
    """The press of this process."""
    return Typesetter()


def compile(template_name: str, data: Mapping[str, Any], *, legal_day: date) -> Typeset:
    """Set one paper on the press of this process."""
    return typesetter().compile(template_name, data, legal_day=legal_day)


def template_path(template_name: str) -> Path:
    """Where the template of a document lies; raises TypesetError when there is no such document."""
    path = MATERIALS / "documents" / template_name / "template.typ"
    if not template_name.isidentifier() or not path.is_file():
        raise TypesetError(f"there is no document {template_name!r}")
    return path


def input_hash(template_name: str, data: Mapping[str, Any]) -> str:
    """What a paper was made of: equal hash, equal paper, and its signatures stay good. The day is not part of it."""
    digest = hashlib.sha256()
    for path in (template_path(template_name), *sorted((MATERIALS / "typst").glob("*.typ"))):
        digest.update(path.read_bytes())
    digest.update(json.dumps(printable(dict(data)), ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


def _places(template_name: str, found: Iterable[Mapping[str, Any]], data: Mapping[str, Any]) -> tuple[SlotPlace, ...]:
    asked = {slot["name"]: slot for slot in chain.from_iterable(group["slots"] for group in data.get("signatures", ()))}
    places = tuple(_place(asked[box["name"]], box) for box in found)
    if sorted(place.name for place in places) != sorted(asked):
        raise TypesetError(f"{template_name}: a signature slot is missing or stands twice")
    return places


def _place(slot: Mapping[str, Any], box: Mapping[str, Any]) -> SlotPlace:
    return SlotPlace(
        name=slot["name"],
        page=box["page"] - 1,
        x=_points(box["x"]),
        y=round(PAGE_HEIGHT - _points(box["y"]) - box["height"], 2),
        width=box["width"],
        height=box["height"],
        role=slot["role"],
        kind=slot["kind"],
        signer=slot["signer"],
        signer_name=slot["signer_name"],
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


def _without(value: Any, characters: str) -> Any:
    """The same data without these characters."""
    if isinstance(value, str):
        return value.translate({ord(char): None for char in characters})
    if isinstance(value, Mapping):
        return {key: _without(item, characters) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, characters) for item in value]
    return value


def _unescaped(text: str) -> str:
    return _RUST_ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
