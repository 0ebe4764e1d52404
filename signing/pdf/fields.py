"""Signature fields of a document: where they are, which are signed, on which page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from signing.pdf.errors import SigningError
from signing.pdf.objects import PdfFile
from signing.pdf.syntax import Dict, PdfSyntaxError, Raw, name_of, number_of, parse_array, reference_of, text_of

_DEEPEST, _MOST = 32, 20_000


@dataclass(frozen=True)
class Field:
    """A field of the form that takes a signature."""

    name: str
    number: int
    """Object number of the field, which is its own widget in all files we make."""
    entries: Dict
    """As written."""
    kind: bytes
    """/FT, its own or inherited."""

    @property
    def signed(self) -> bool:
        return self.entries.get(b"V", b"null").strip() != b"null"


UNSEEN = 2 | 32
"""Flags of an annotation that is not on the screen: hidden, no view."""


def widgets_of(file: PdfFile, field: Field) -> list[tuple[int | None, Dict]]:
    """What shows the field, with its object number: itself, its kids, or both."""
    kids = [(reference_of(each), file.dict_of(each)) for each in file.items_of(field.entries.get(b"Kids"))]
    own = [(field.number, field.entries)] if b"Rect" in field.entries or not kids else []
    return [*own, *kids]


def is_drawn(file: PdfFile, field: Field) -> bool:
    """Whether the field, or one of its widgets, has a size and is not hidden."""
    try:
        return any(_has_room(file, each) for _, each in widgets_of(file, field))
    except (PdfSyntaxError, ValueError):
        return False


def _has_room(file: PdfFile, widget: Dict) -> bool:
    corners = [number_of(file.resolve(each)) for each in file.items_of(widget.get(b"Rect"))]
    flags = int(number_of(file.resolve(widget.get(b"F", b"0"))))
    return len(corners) == 4 and corners[0] != corners[2] and corners[1] != corners[3] and not flags & UNSEEN


def catalog(file: PdfFile, revision: int = -1) -> Dict:
    """The document catalog."""
    return file.dict_of(b"%d 0 R" % file.root_at(revision), revision)


def acro_form(file: PdfFile, revision: int = -1) -> Dict:
    """The interactive form; empty when there is none."""
    return file.dict_of(catalog(file, revision).get(b"AcroForm"), revision)


def signature_fields(file: PdfFile, revision: int = -1) -> list[Field]:
    """Every signature field, in the order of the form."""
    return [field for field in all_fields(file, revision) if field.kind == b"/Sig"]


def all_fields(file: PdfFile, revision: int = -1) -> Sequence[Field]:
    """Every field that is an object of its own, parents before children."""
    key = "fields", revision % file.revisions
    if key not in file.worked_out:
        file.worked_out[key] = tuple(_walked(file, revision))
    found: Sequence[Field] = file.worked_out[key]
    return found


def _walked(file: PdfFile, revision: int) -> Iterator[Field]:
    waiting = [(raw, "", b"", 0) for raw in reversed(file.items_of(acro_form(file, revision).get(b"Fields"), revision))]
    seen: set[int] = set()
    while waiting:
        raw, above, kind, depth = waiting.pop()
        number = reference_of(raw)
        if number is None or number in seen:
            continue
        seen.add(number)
        if depth > _DEEPEST or len(seen) > _MOST:
            raise SigningError("structure", "文件结构有误：表单层次过深")
        entries = file.dict_of(raw, revision)
        own = text_of(entries[b"T"]) if b"T" in entries else ""
        name = ".".join(part for part in (above, own) if part)
        kind = entries.get(b"FT", kind).strip()
        yield Field(name, number, entries, kind)
        waiting.extend((kid, name, kind, depth + 1) for kid in reversed(file.items_of(entries.get(b"Kids"), revision)))


def find_field(file: PdfFile, name: str) -> Field:
    """The signature field of this name; SigningError when there is none."""
    for field in all_fields(file):
        if field.name == name and field.kind == b"/Sig":
            return field
    raise SigningError("no_field", f"文件里没有名为“{name}”的签名位置")


@dataclass(frozen=True)
class Page:
    """One page as it is shown."""

    number: int
    """Object number."""
    entries: Dict
    box: tuple[float, float, float, float]
    """The visible box in the page's own coordinates: left, bottom, right, top."""
    rotation: int
    """0, 90, 180 or 270, clockwise."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as shown."""
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return (height, width) if self.rotation % 180 else (width, height)

    def place(self, x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
        """A rectangle measured on the page as shown, in the page's own coordinates."""
        left, bottom, right, top = self.box
        return {
            0: (left + x, bottom + y, left + x + width, bottom + y + height),
            90: (right - y - height, bottom + x, right - y, bottom + x + width),
            180: (right - x - width, top - y - height, right - x, top - y),
            270: (left + y, top - x - width, left + y + height, top - x),
        }[self.rotation]


def pages(file: PdfFile, revision: int = -1) -> list[Page]:
    """The pages in order."""
    found: list[Page] = []
    waiting: list[tuple[Raw, Dict]] = [(catalog(file, revision).get(b"Pages", b"null"), {})]
    seen: set[int] = set()
    while waiting:
        raw, inherited = waiting.pop()
        number = reference_of(raw)
        if number is None or number in seen or len(seen) > _MOST:
            raise SigningError("structure", "文件结构有误：页面树不能读取")
        seen.add(number)
        entries = file.dict_of(raw, revision)
        known = {key: entries.get(key, inherited.get(key)) for key in (b"MediaBox", b"CropBox", b"Rotate")}
        passed = {key: value for key, value in known.items() if value is not None}
        if b"Kids" in entries:
            waiting.extend((kid, passed) for kid in reversed(file.items_of(entries[b"Kids"], revision)))
        else:
            found.append(_page(file, number, entries, passed, revision))
    return found


def _page(file: PdfFile, number: int, entries: Dict, passed: Dict, revision: int) -> Page:
    media = _box(file, passed.get(b"MediaBox", b"[0 0 595 842]"), revision)
    crop = _box(file, passed[b"CropBox"], revision) if b"CropBox" in passed else media
    box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    rotation = round(number_of(file.resolve(passed.get(b"Rotate", b"0"), revision))) % 360
    if rotation % 90 or box[2] <= box[0] or box[3] <= box[1]:
        raise SigningError("structure", "文件结构有误：页面尺寸或旋转角度不对")
    return Page(number, entries, box, rotation)


def _box(file: PdfFile, raw: Raw, revision: int) -> tuple[float, float, float, float]:
    values = [number_of(file.resolve(item, revision)) for item in parse_array(file.resolve(raw, revision))]
    if len(values) != 4:
        raise SigningError("structure", "文件结构有误：页面尺寸不对")
    x1, y1, x2, y2 = values
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def type_of(entries: Dict) -> bytes:
    """The /Type of a dictionary, empty when it has none."""
    return name_of(entries[b"Type"]) if entries.get(b"Type", b"").startswith(b"/") else b""
