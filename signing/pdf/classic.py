"""PDF files whose cross-reference is a chain of classic tables (ISO 32000-2, 7.5.4): ours, and most simple ones.

Read strictly: what is not exactly this grammar is `NotClassic` and goes to the library.
Every section is one revision: an original or an incremental update, ending with its own `%%EOF`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from signing.pdf.errors import NotClassic, SigningError
from signing.pdf.objects import PdfFile
from signing.pdf.syntax import (
    Dict,
    PdfSyntaxError,
    Raw,
    integer_of,
    parse_array,
    read_dict,
    reference_of,
    skip_space,
    string_of,
    write_array,
    write_dict,
)

_TAIL = re.compile(rb"startxref[\r\n ]+(\d{1,10})[\r\n ]+%%EOF(\r\n|\n|\r|)")
_SUBSECTION = re.compile(rb"(\d{1,10}) (\d{1,7})[ ]*(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"(\d{10}) \d{5} ([nf])[ \r][\r\n]")
_SPACE_ONLY = re.compile(rb"[\0\t\n\f\r ]*")
_LONGEST_REMEMBERED = 16384
_ENTRIES = re.compile(rb"(?:\d{10} (?:00000 n|\d{5} f)[ \r][\r\n])*")


class _Table(NamedTuple):
    """What the text of a cross-reference table and its trailer says, wherever it stands."""

    offsets: Mapping[int, int | None]
    trailer: Dict
    previous: int | None
    lowest: int
    """The first position it names; -1 when it names none."""
    highest: int


@dataclass(frozen=True)
class Section:
    """One cross-reference table with its trailer."""

    xref: int
    """Where its table begins."""
    eof: int
    """Just after its `%%EOF`."""
    end: int
    """After the line end that follows, if one does."""
    table: _Table

    @property
    def offsets(self) -> Mapping[int, int | None]:
        """Object number to position; None: freed."""
        return self.table.offsets

    @property
    def trailer(self) -> Dict:
        return self.table.trailer


class ClassicFile(PdfFile):
    """A file read as a chain of classic tables."""

    def __init__(self, data: bytes, sections: list[Section]) -> None:
        super().__init__(data)
        self.sections = sections
        self.revisions = len(sections)
        self.size = max(integer_of(section.trailer.get(b"Size")) for section in sections)

    @classmethod
    def read(cls, data: bytes) -> ClassicFile:
        """NotClassic when the file is anything else; SigningError when it is encrypted."""
        tail = data.rfind(b"startxref")
        match = _TAIL.fullmatch(data, tail) if tail >= 0 else None
        if not match or not data.startswith(b"%PDF-"):
            raise NotClassic
        found: list[Section] = []
        at, limit = int(match[1]), tail
        try:
            while True:
                section = _read_section(data, at, limit)
                previous = section.table.previous
                found.append(section)
                if previous is None:
                    break
                if not 0 < previous < section.xref:
                    raise NotClassic
                at, limit = previous, section.xref
        except (PdfSyntaxError, ValueError):
            raise NotClassic from None
        found.reverse()
        start = 0
        for section in found:
            _check_offsets(section, start)
            start = section.end
        return cls(data, found)

    def root_at(self, revision: int) -> int:
        return _root(self.sections[revision])

    def ends(self, revision: int) -> tuple[int, int]:
        return self.sections[revision].eof, self.sections[revision].end

    def changed(self, revision: int) -> set[int]:
        return set(self.sections[revision].offsets) - {0}

    def position(self, number: int, revision: int = -1) -> int | None:
        last = revision % len(self.sections)
        for section in reversed(self.sections[: last + 1]):
            if number in section.offsets:
                return section.offsets[number]
        return None

    def trailer(self, revision: int = -1) -> Dict:
        return self.sections[revision].trailer

    def tail(self, revision: int) -> int:
        return self.sections[revision].xref

    def append(self, objects: Mapping[int, bytes]) -> bytes:
        last = self.sections[-1]
        parts, at = [self.data], len(self.data)
        if not self.data.endswith((b"\n", b"\r")):
            parts.append(b"\n")
            at += 1
        offsets: dict[int, int] = {}
        for number in sorted(objects):
            offsets[number] = at
            parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, objects[number]))
            at += len(parts[-1])
        trailer = {key: value for key, value in last.trailer.items() if key in {b"Root", b"Info"}}
        trailer[b"Size"] = b"%d" % max(self.size, *(number + 1 for number in objects))
        trailer[b"Prev"] = b"%d" % last.xref
        trailer[b"ID"] = self._next_id(b"".join(parts[1:]))
        parts.append(_table(offsets) + b"trailer\n" + write_dict(trailer) + b"\nstartxref\n%d\n%%%%EOF\n" % at)
        return b"".join(parts)

    def _next_id(self, update: bytes) -> Raw:
        mark = b"<" + sha256(update).hexdigest()[:32].encode() + b">"
        try:
            first = parse_array(self.sections[-1].trailer.get(b"ID", b"[]"))[0]
            string_of(first)
        except (PdfSyntaxError, IndexError, ValueError):
            first = mark
        return write_array([first, mark])


def _root(section: Section) -> int:
    number = reference_of(section.trailer.get(b"Root"))
    if number is None:
        raise SigningError("structure", "文件结构有误：没有文档目录")
    return number


def _read_section(data: bytes, at: int, limit: int) -> Section:
    """The section whose table begins at `at` and whose tail begins at `limit` or before."""
    end = data.find(b"startxref", at, limit + len(b"startxref"))
    tail = _TAIL.match(data, end) if end >= 0 else None
    if not tail or int(tail[1]) != at:
        raise NotClassic
    table = (_table_known if end - at <= _LONGEST_REMEMBERED else _read_table)(data[at:end])
    return Section(at, tail.end() - len(tail[2]), tail.end(), table)


@lru_cache(maxsize=256)
def _table_known(text: bytes) -> _Table:
    """Remembered by its bytes: what signs a document reads it before, and again after."""
    return _read_table(text)


def _read_table(text: bytes) -> _Table:
    if not text.startswith(b"xref"):
        raise NotClassic
    at = skip_space(text, len(b"xref"))
    offsets: dict[int, int | None] = {}
    while subsection := _SUBSECTION.match(text, at):
        first, count = int(subsection[1]), int(subsection[2])
        end = subsection.end() + 20 * count
        if not _ENTRIES.fullmatch(text, subsection.end(), end):
            raise NotClassic
        entries = _ENTRY.findall(text, subsection.end(), end)
        numbered = {first + index: int(at) if kind == b"n" else None for index, (at, kind) in enumerate(entries)}
        if offsets.keys() & numbered.keys():
            raise NotClassic
        offsets |= numbered
        at = skip_space(text, end)
    if not text.startswith(b"trailer", at):
        raise NotClassic
    trailer, end = read_dict(text, skip_space(text, at + len(b"trailer")))
    if b"Encrypt" in trailer:
        raise SigningError("encrypted", "文件已加密，不能签署；请去掉密码后重新上传")
    if not _SPACE_ONLY.fullmatch(text, end) or b"XRefStm" in trailer:
        raise NotClassic
    previous = integer_of(trailer[b"Prev"]) if b"Prev" in trailer else None
    positions = [position for position in offsets.values() if position is not None]
    if max(offsets, default=0) >= integer_of(trailer.get(b"Size")):
        raise NotClassic
    return _Table(offsets, trailer, previous, min(positions, default=-1), max(positions, default=-1))


def _check_offsets(section: Section, start: int) -> None:
    """A table names objects of its own revision, which begins at `start`, the end of the one before."""
    table = section.table
    if table.highest >= 0 and not start <= table.lowest <= table.highest < section.xref:
        raise NotClassic


def _table(offsets: Mapping[int, int]) -> bytes:
    rows, run = [b"xref\n"], list[int]()
    numbers = sorted(offsets)
    for index, number in enumerate(numbers):
        run.append(number)
        if index + 1 == len(numbers) or numbers[index + 1] != number + 1:
            rows.append(b"%d %d\n" % (run[0], len(run)))
            rows.extend(b"%010d 00000 n \n" % offsets[each] for each in run)
            run = []
    return b"".join(rows)
