"""Whether the letters that a file brings along stay on their line: judged by their outlines, whoever drew them. R141.

Fonts and what packs them come in new versions, and what was sealed with the old ones stays good. So nothing is compared
with the fonts that happen to be installed; a program must be one whose letters nothing can move or enlarge.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from itertools import pairwise

_TABLES = {b"head", b"hhea", b"maxp", b"hmtx", b"loca", b"glyf"}
_MAY_BE_THERE = {b"cvt ", b"fpgm", b"prep"}
"""They move letters only on the demand of a letter's own program, and no letter may have one."""
_LARGEST_PROGRAM = 4 * 1024 * 1024
_HIGHEST = 1.1
"""In ems above the line: accents upon capitals are the highest that names have."""
_UNITS = range(16, 16385)
_COORDINATES = range(-32768, 32768)
_SHORT_X, _SHORT_Y, _AGAIN, _SAME_X, _SAME_Y = 0x02, 0x04, 0x08, 0x10, 0x20
Table = tuple[int, int]


def unpacked(content: bytes, most: int) -> bytes:
    """What a stream of a PDF holds, packed by zlib. ValueError unless it ends where it says, within `most` bytes."""
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(content, most)
    except zlib.error:
        raise ValueError("not packed by zlib") from None
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("more than is allowed")
    return plain


@lru_cache(maxsize=256)
def stay_on_line(packed: bytes) -> bool:
    """Whether this embedded TrueType program (packed) has plain letters alone, none higher than a line of text."""
    try:
        program = unpacked(packed, _LARGEST_PROGRAM)
        return _are_low(program, _directory(program))
    except (ValueError, IndexError, struct.error):
        return False


def _directory(program: bytes) -> dict[bytes, Table]:
    version, count = struct.unpack(">IH", program[:6])
    records = list(struct.iter_unpack(">4sIII", program[12 : 12 + 16 * count]))
    tables = {tag: (start, start + size) for tag, _, start, size in records}
    named = len(tables) == len(records) == count and _TABLES <= tables.keys() <= _TABLES | _MAY_BE_THERE
    if version != 0x00010000 or not named or max(end for _, end in tables.values()) > len(program):
        raise ValueError("not the tables of a plain font")
    return tables


def _are_low(program: bytes, tables: dict[bytes, Table]) -> bool:
    head, glyphs = tables[b"head"][0], program[slice(*tables[b"glyf"])]
    units, wide = (struct.unpack(">H", program[head + at : head + at + 2])[0] for at in (18, 50))
    count = struct.unpack(">H", program[tables[b"maxp"][0] + 4 :][:2])[0]
    offsets = struct.unpack(f">{count + 1}{'I' if wide else 'H'}", program[slice(*tables[b"loca"])])
    places = [at * (1 if wide else 2) for at in offsets]
    if units not in _UNITS or wide > 1 or places[-1] > len(glyphs) or places != sorted(places):
        return False
    return all(_top(glyphs[start:end]) <= _HIGHEST * units for start, end in pairwise(places) if start < end)


def _top(outline: bytes) -> int:
    """The highest point of a letter, whatever box it states. ValueError for one of several parts or with a program."""
    contours = struct.unpack(">h", outline[:2])[0]
    if contours == 0:
        return 0
    ends = struct.unpack(f">{contours}H", outline[10 : 10 + 2 * contours]) if contours > 0 else ()
    at = 10 + 2 * contours
    if not ends or any(outline[at : at + 2]) or list(ends) != sorted(ends):
        raise ValueError("not a plain letter")
    flags, at = _flags(outline, at + 2, ends[-1] + 1)
    at += sum(1 if flag & _SHORT_X else 0 if flag & _SAME_X else 2 for flag in flags)
    top = y = 0
    for flag in flags:
        if flag & _SHORT_Y:
            y += outline[at] if flag & _SAME_Y else -outline[at]
            at += 1
        elif not flag & _SAME_Y:
            y += struct.unpack(">h", outline[at : at + 2])[0]
            at += 2
        if y not in _COORDINATES:
            raise ValueError("a point that readers may take for another")
        top = max(top, y)
    return top


def _flags(outline: bytes, at: int, count: int) -> tuple[list[int], int]:
    """One for each point, and where they end."""
    flags = list[int]()
    while len(flags) < count:
        flag, again = outline[at], 0
        at += 1
        if flag & _AGAIN:
            again = outline[at]
            at += 1
        flags += [flag] * (1 + again)
    if len(flags) > count:
        raise ValueError("more flags than points")
    return flags, at
