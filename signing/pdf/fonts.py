"""Letters in a signature's appearance: TrueType subsets, embedded as ISO 32000-2, 9.7 asks (and PDF/A-2 with it).

Names keep every character: what Noto Serif SC lacks comes from HanaMin; what both lack is refused by name.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Literal

from foundation.config import ROOT
from signing.pdf.errors import SigningError
from signing.pdf.syntax import Raw, reference, write_array

Face = Literal["serif", "bold", "sans"]
_NPM = ROOT / "node_modules" / "@expo-google-fonts"
_FACES: dict[str, Path] = {
    "serif": _NPM / "noto-serif-sc" / "400Regular" / "NotoSerifSC_400Regular.ttf",
    "bold": _NPM / "noto-serif-sc" / "700Bold" / "NotoSerifSC_700Bold.ttf",
    "sans": _NPM / "noto-sans-sc" / "400Regular" / "NotoSansSC_400Regular.ttf",
}
_FALLBACKS = tuple(Path("/usr/share/fonts/truetype/hanazono") / name for name in ("HanaMinA.ttf", "HanaMinB.ttf"))
_KEPT = (b"head", b"hhea", b"maxp", b"cvt ", b"fpgm", b"prep")
_COMPOSITE_WORDS, _COMPOSITE_SCALE, _COMPOSITE_MORE = 0x0001, 0x0008, 0x0020
_COMPOSITE_XY, _COMPOSITE_2X2 = 0x0040, 0x0080


class TrueType:
    """A TrueType file, read where it lies."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        count = struct.unpack(">H", self._data[4:6])[0]
        records = (self._data[12 + 16 * index : 28 + 16 * index] for index in range(count))
        self._tables = {record[:4]: struct.unpack(">II", record[8:]) for record in records}
        head, hhea = self.table(b"head"), self.table(b"hhea")
        self.units: int = struct.unpack(">H", head[18:20])[0]
        self.box = struct.unpack(">4h", head[36:44])
        self.ascent, self.descent = struct.unpack(">2h", hhea[4:8])
        self._long_offsets = struct.unpack(">h", head[50:52])[0] == 1
        self._metrics = struct.unpack(">H", hhea[34:36])[0]
        self._widths: dict[str, int] = {}
        self._glyphs = _character_map(self.table(b"cmap"))

    def table(self, tag: bytes) -> bytes:
        start, size = self._tables[tag]
        return self._data[start : start + size]

    def glyph(self, character: str) -> int:
        """The glyph of a character, 0 when the font lacks it."""
        return self._glyphs.get(ord(character), 0)

    def advance(self, glyph: int) -> tuple[int, int]:
        """Width and left bearing in the font's units."""
        start = self._tables[b"hmtx"][0]
        last = min(glyph, self._metrics - 1)
        width, bearing = struct.unpack(">Hh", self._data[start + 4 * last : start + 4 * last + 4])
        if glyph >= self._metrics:
            at = start + 4 * self._metrics + 2 * (glyph - self._metrics)
            bearing = struct.unpack(">h", self._data[at : at + 2])[0]
        return width, bearing

    def width(self, character: str) -> int:
        """Width of a character in the font's units."""
        if character not in self._widths:
            self._widths[character] = self.advance(self.glyph(character))[0]
        return self._widths[character]

    def outline(self, glyph: int) -> bytes:
        """The glyph's record in `glyf`."""
        start, size = self._tables[b"loca"][0], 4 if self._long_offsets else 2
        pair = self._data[start + size * glyph : start + size * (glyph + 2)]
        first, end = struct.unpack(">II" if size == 4 else ">HH", pair)
        base, factor = self._tables[b"glyf"][0], 1 if size == 4 else 2
        return self._data[base + first * factor : base + end * factor]

    def subset(self, characters: Sequence[str]) -> bytes:
        """A font file that holds these characters as glyphs 1, 2, 3 … in this order."""
        order = [0, *(self.glyph(character) for character in characters)]
        place: dict[int, int] = {}
        for index, glyph in enumerate(order):
            place.setdefault(glyph, index)
        outlines = list[bytes]()
        while len(outlines) < len(order):
            outlines.append(_renumbered(self.outline(order[len(outlines)]), order, place))
        return self._assemble(order, outlines)

    def _assemble(self, order: list[int], outlines: list[bytes]) -> bytes:
        padded = [outline + bytes(-len(outline) % 4) for outline in outlines]
        offsets = [0]
        for outline in padded:
            offsets.append(offsets[-1] + len(outline))
        tables = {tag: self.table(tag) for tag in _KEPT if tag in self._tables}
        tables[b"head"] = tables[b"head"][:8] + bytes(4) + tables[b"head"][12:50] + b"\0\1" + tables[b"head"][52:]
        tables[b"hhea"] = tables[b"hhea"][:34] + struct.pack(">H", len(order))
        tables[b"maxp"] = tables[b"maxp"][:4] + struct.pack(">H", len(order)) + tables[b"maxp"][6:]
        tables[b"hmtx"] = b"".join(struct.pack(">Hh", *self.advance(glyph)) for glyph in order)
        tables[b"loca"] = struct.pack(f">{len(offsets)}I", *offsets)
        tables[b"glyf"] = b"".join(padded)
        return _font_file(tables)


def _renumbered(outline: bytes, order: list[int], place: dict[int, int]) -> bytes:
    """A composite glyph names its parts by number: give them their new ones, adding parts that are not there yet."""
    if len(outline) < 10 or struct.unpack(">h", outline[:2])[0] >= 0:
        return outline
    changed, at, flags = bytearray(outline), 10, _COMPOSITE_MORE
    while flags & _COMPOSITE_MORE:
        flags, part = struct.unpack(">HH", outline[at : at + 4])
        if part not in place:
            place[part] = len(order)
            order.append(part)
        changed[at + 2 : at + 4] = struct.pack(">H", place[part])
        at += 4 + (4 if flags & _COMPOSITE_WORDS else 2)
        at += 2 if flags & _COMPOSITE_SCALE else 4 if flags & _COMPOSITE_XY else 8 if flags & _COMPOSITE_2X2 else 0
    return bytes(changed)


def _font_file(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">IHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    directory, body, at = b"", b"", 12 + 16 * count
    for tag in sorted(tables):
        content = tables[tag] + bytes(-len(tables[tag]) % 4)
        directory += tag + struct.pack(">III", _checksum(content), at, len(tables[tag]))
        body += content
        at += len(content)
    file = head + directory + body
    adjustment = struct.pack(">I", (0xB1B0AFBA - _checksum(file)) & 0xFFFFFFFF)
    spot = (
        12 + 16 * count + sum(len(tables[tag]) + -len(tables[tag]) % 4 for tag in sorted(tables) if tag < b"head") + 8
    )
    return file[:spot] + adjustment + file[spot + 4 :]


def _checksum(content: bytes) -> int:
    return int(sum(struct.unpack(f">{len(content) // 4}I", content))) & 0xFFFFFFFF


def _character_map(cmap: bytes) -> dict[int, int]:
    count = struct.unpack(">H", cmap[2:4])[0]
    offsets = (struct.unpack(">I", cmap[8 + 8 * index : 12 + 8 * index])[0] for index in range(count))
    found: dict[int, int] = {}
    for offset in offsets:
        kind = struct.unpack(">H", cmap[offset : offset + 2])[0]
        if kind == 12:
            return _segments(cmap[offset:])
        if kind == 4:
            found = _short_segments(cmap[offset:])
    return found


def _segments(table: bytes) -> dict[int, int]:
    groups = struct.iter_unpack(">III", table[16 : 16 + 12 * struct.unpack(">I", table[12:16])[0]])
    return {code: glyph + code - first for first, last, glyph in groups for code in range(first, last + 1)}


def _short_segments(table: bytes) -> dict[int, int]:
    count = struct.unpack(">H", table[6:8])[0] // 2
    ends, starts, deltas, ranges = (
        struct.unpack(f">{count}H", table[at : at + 2 * count])
        for at in (14, 16 + 2 * count, 16 + 4 * count, 16 + 6 * count)
    )
    found: dict[int, int] = {}
    for index in range(count):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            glyph = code
            if ranges[index]:
                at = 16 + 6 * count + 2 * index + ranges[index] + 2 * (code - starts[index])
                glyph = struct.unpack(">H", table[at : at + 2])[0]
            if glyph or not ranges[index]:
                found[code] = (glyph + deltas[index]) & 0xFFFF
    return found


@cache
def _load(path: Path) -> TrueType | None:
    return TrueType(path) if path.exists() else None


def face(name: Face) -> TrueType:
    """The face of this name; SigningError when the fonts were not installed."""
    font = _load(_FACES[name])
    if font is None:
        raise SigningError("font", f"缺少字体文件 {_FACES[name].name}，请重新安装前端依赖")
    return font


def fonts_for(text: str, name: Face) -> list[tuple[TrueType, str]]:
    """The text in runs, each with the font that has its characters. SigningError names a character no font has."""
    runs: list[tuple[TrueType, str]] = []
    for character in text:
        font = _font_of(character, name)
        if runs and runs[-1][0] is font:
            runs[-1] = (font, runs[-1][1] + character)
        else:
            runs.append((font, character))
    return runs


def _font_of(character: str, name: Face) -> TrueType:
    for font in (face(name), *map(_load, _FALLBACKS)):
        if font is not None and font.glyph(character):
            return font
    raise SigningError("glyph", f"字体里没有“{character}”（U+{ord(character):04X}）这个字，不能生成签名外观")


@dataclass(frozen=True)
class Embedded:
    """A subset ready to be written: its objects refer to each other by their place in `objects`."""

    font: TrueType
    characters: str
    """Glyph n is character n - 1."""
    objects: tuple[bytes, ...]
    """Bodies; `%(0)d` and so on stand for object numbers. The first is the font itself."""

    @cached_property
    def _codes(self) -> dict[str, bytes]:
        return {character: b"%04X" % index for index, character in enumerate(self.characters, 1)}

    def encode(self, text: str) -> Raw:
        """The text as a string to show."""
        return b"<" + b"".join([self._codes[character] for character in text]) + b">"

    def width(self, text: str) -> float:
        """Width of the text at size 1."""
        return text_width(self.font, text)

    def numbered(self, first: int) -> dict[int, bytes]:
        """The objects under numbers from `first` upwards."""
        return {first + index: _filled(body, first) for index, body in enumerate(self.objects)}


def text_width(font: TrueType, text: str) -> float:
    """Width of the text at size 1."""
    return sum(font.width(character) for character in text) / font.units


_MARK = b"\x00ref%d\x00"


def _filled(body: bytes, first: int) -> bytes:
    for index in range(5):
        body = body.replace(_MARK % index, reference(first + index))
    return body


@lru_cache(maxsize=256)
def embed(font: TrueType, characters: str) -> Embedded:
    """A subset of `font` with these characters, as the five objects of a Type0 font."""
    program = font.subset(characters)
    packed = zlib.compress(program, 6)
    scale = 1000 / font.units
    tag = "".join(chr(65 + (zlib.crc32(program) >> shift) % 26) for shift in (0, 4, 8, 12, 16, 20))
    name = f"{tag}+{font.name}".encode()
    widths = write_array(b"%d" % round(font.advance(font.glyph(each))[0] * scale) for each in characters)
    box = write_array(b"%d" % round(value * scale) for value in font.box)
    unicode_map = zlib.compress(_to_unicode(characters), 6)
    bodies = (
        b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%b]/ToUnicode %b>>"
        % (name, _MARK % 1, _MARK % 4),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor %b/DW 1000/W[1 %b]/CIDToGIDMap/Identity>>" % (name, _MARK % 2, widths),
        b"<</Type/FontDescriptor/FontName/%b/Flags 4/FontBBox%b/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80"
        b"/FontFile2 %b>>" % (name, box, font.ascent * scale, font.descent * scale, font.ascent * scale, _MARK % 3),
        stream(packed, b"/Filter/FlateDecode/Length1 %d" % len(program)),
        stream(unicode_map, b"/Filter/FlateDecode"),
    )
    return Embedded(font, characters, bodies)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """The body of a stream object."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def _to_unicode(characters: Iterable[str]) -> bytes:
    rows = [
        f"<{index:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for index, character in enumerate(characters, 1)
    ]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
