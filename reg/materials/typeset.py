"""文书排版: data and a Typst template become one PDF/A-2b with known signature places and a text to be read aloud. R035.

The press is foundation.pdf.press; here stand the documents of reg, who signs in which box, and which character of which
entry no font has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from foundation.pdf.press import RARE_CHARACTER_FONTS, Box, Press, Pressed, PressError, Undisplayable
from reg.materials.glyphs import MissingGlyph, printable

MATERIALS = Path(__file__).parent


class TypesetError(PressError):
    """The template and its data do not fit: a fault of ours, never of what was typed."""


@dataclass(frozen=True)
class SlotPlace(Box):
    """签署位: one box that one person signs or one seal is put in."""

    role: str
    """A role of the materials list: legal_representative, sole_shareholder …"""
    kind: Literal["person", "seal"]
    signer: str
    """Who: person:<document type>:<number>, entity:<uscc> or authority:<code>."""
    signer_name: str


@dataclass(frozen=True)
class Typeset(Pressed):
    """A paper as it came from the press, with who signs where."""

    slots: tuple[SlotPlace, ...]

    @property
    def page_count(self) -> int:
        return len(self.pages)


class Typesetter:
    """The press with reg's documents."""

    def __init__(self, *, rare_character_fonts: Sequence[Path] = RARE_CHARACTER_FONTS) -> None:
        self._press = Press(MATERIALS, rare_character_fonts=rare_character_fonts)

    def compile(self, template_name: str, data: Mapping[str, Any], *, legal_day: date) -> Typeset:
        """Set one paper. Raises MissingGlyph for characters no font has, TypesetError for a broken template."""
        clean, path = printable(dict(data)), template_path(template_name)
        try:
            made = self._press.set(path, clean, legal_day=legal_day)
        except Undisplayable as error:
            raise MissingGlyph.among(self._every_refused(path, clean, legal_day, error.characters), clean) from error
        except PressError as error:
            raise TypesetError(str(error)) from error
        return Typeset(made.pdf, made.pages, made.boxes, _places(template_name, made.boxes, clean))

    def _every_refused(self, path: Path, clean: Mapping[str, Any], legal_day: date, refused: str) -> str:
        """The compiler names one character per place; so the named ones are taken out until it has no more to name."""
        while True:
            try:
                self._press.set(path, _without(clean, refused), legal_day=legal_day)
            except Undisplayable as error:
                if not set(error.characters) - set(refused):
                    return refused
                refused += error.characters
            except PressError:
                return refused
            else:
                return refused


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


def _places(template_name: str, boxes: Iterable[Box], data: Mapping[str, Any]) -> tuple[SlotPlace, ...]:
    asked = {slot["name"]: slot for slot in chain.from_iterable(group["slots"] for group in data.get("signatures", ()))}
    places = tuple(_place(asked[box.name], box) for box in boxes)
    if sorted(place.name for place in places) != sorted(asked):
        raise TypesetError(f"{template_name}: a signature slot is missing or stands twice")
    return places


def _place(slot: Mapping[str, Any], box: Box) -> SlotPlace:
    who = {key: slot[key] for key in ("role", "kind", "signer", "signer_name")}
    return SlotPlace(**asdict(box), **who)


def _without(value: Any, characters: str) -> Any:
    """The same data without these characters."""
    if isinstance(value, str):
        return value.translate({ord(char): None for char in characters})
    if isinstance(value, Mapping):
        return {key: _without(item, characters) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, characters) for item in value]
    return value
