"""What signing and verifying ask of a PDF, whoever reads its cross-reference: objects as of a revision, as bytes."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from signing.pdf.errors import SigningError
from signing.pdf.syntax import (
    UNCERTAIN,
    Dict,
    PdfSyntaxError,
    Raw,
    end_of_value,
    integer_of,
    is_dict,
    parse_array,
    parse_dict,
    read_dict,
    reference_of,
    references_in,
    skip_space,
)

_HEADER = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+obj(?![^\0\t\n\f\r ()<>\[\]{}/%])")
_STREAM = re.compile(rb"stream(?:\r\n|\n)")
_SPACE_ONLY = re.compile(rb"[\0\t\n\f\r ]*")
_LONGEST_REMEMBERED = 1024
_WITH_PICTURES = 256 * 1024
"""Bytes from which a file is likely to hold pictures."""
_ROOM = 32
"""More objects than a signature brings along."""


@dataclass(frozen=True)
class Stored:
    """An object as it stands in the file."""

    start: int
    end: int
    """After `endobj`."""
    raw: Raw
    """Its value; of a stream, the dictionary."""
    value_start: int
    stream: tuple[int, int] | None
    """Where the bytes of a stream lie."""
    entries: Dict | None
    """The value, when it is a dictionary. Not to be changed."""


class _Plain(NamedTuple):
    """A short object that is no stream, apart from where it stands."""

    number: int
    start: int
    """Of the value, from the beginning of the object."""
    raw: Raw
    entries: Dict | None


@lru_cache(maxsize=4096)
def _plain_object(text: bytes) -> _Plain | None:
    """Read an object from its number to the first `endobj`; None when that is not the whole of it, or it is unusual.

    Remembered by its bytes: what signs a document reads it before, and most of it again after.
    """
    header = _HEADER.match(text)
    if not header or int(header[2]) != 0:
        return None
    start, entries = skip_space(text, header.end()), None
    try:
        if text.startswith(b"<<", start):
            entries, end = read_dict(text, start)
        else:
            end = end_of_value(text, start)
    except PdfSyntaxError:
        return None
    if skip_space(text, end) != len(text) - len(b"endobj"):
        return None
    return _Plain(int(header[1]), start, text[start:end], entries)


class PdfFile(ABC):
    """A PDF with its revisions, oldest first."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._stored: dict[int, Stored] = {}
        self._parsed: dict[Raw, Dict] = {}
        self._references: dict[Raw, set[int]] = {}
        self._first_references: set[int] | None = None
        self.worked_out: dict[tuple[str, int], Any] = {}
        """What readers of this file found in a revision, by a name of theirs: a file does not change."""

    revisions: int
    """How many there are."""
    size: int
    """The first object number that is free."""

    @abstractmethod
    def root_at(self, revision: int) -> int:
        """The catalog's object number as of a revision."""

    @abstractmethod
    def ends(self, revision: int) -> tuple[int, int]:
        """The positions at which a revision may be said to end: before and after the last line end."""

    @abstractmethod
    def changed(self, revision: int) -> set[int]:
        """Objects that a revision writes or frees."""

    @abstractmethod
    def position(self, number: int, revision: int = -1) -> int | None:
        """Where an object stands as of a revision; None when it stands nowhere by itself."""

    @abstractmethod
    def trailer(self, revision: int = -1) -> Dict:
        """The trailer of a revision."""

    @abstractmethod
    def tail(self, revision: int) -> int:
        """Where the cross-reference of a revision begins, or ends if it is an object itself."""

    @abstractmethod
    def append(self, objects: Mapping[int, bytes]) -> bytes:
        """The file followed by an incremental update that writes these objects. A body is a value or a whole stream."""

    def hybrid(self, revision: int) -> bool:
        """Whether a revision tells old readers another story than new ones (/XRefStm)."""
        return False

    def carriers(self, revision: int) -> set[int]:
        """Objects that only carry others: the cross-reference stream and object streams of a revision."""
        return set()

    def placed(self, revision: int) -> list[tuple[int, int]]:
        """Position and number of every object that a revision writes by itself, in file order."""
        found = ((self.position(number, revision), number) for number in self.changed(revision))
        return sorted((position, number) for position, number in found if position is not None)

    def stored(self, number: int, revision: int = -1) -> Stored | None:
        """The object as of a revision."""
        position = self.position(number, revision)
        if position is None:
            return None
        if position not in self._stored:
            self._stored[position] = self._read_object(number, position)
        return self._stored[position]

    def value(self, number: int, revision: int = -1) -> Raw:
        """The value of an object as of a revision, `null` when there is none; of a stream, its dictionary."""
        found = self.stored(number, revision)
        return found.raw if found else b"null"

    def content(self, number: int, revision: int = -1) -> bytes | None:
        """The encoded bytes of a stream."""
        found = self.stored(number, revision)
        return self.data[found.stream[0] : found.stream[1]] if found and found.stream else None

    def resolve(self, raw: Raw | None, revision: int = -1) -> Raw:
        """The value itself, when `raw` is a reference to it; `null` when absent."""
        for _ in range(8):
            number = reference_of(raw)
            if number is None:
                return raw or b"null"
            raw = self.value(number, revision)
        raise PdfSyntaxError("reference to a reference to a reference")

    def dict_of(self, raw: Raw | None, revision: int = -1) -> Dict:
        """The dictionary that stands here or is referred to; empty when there is none."""
        number = reference_of(raw)
        found = self.stored(number, revision) if number is not None else None
        if found is not None and found.entries is not None:
            return found.entries
        value = self.resolve(raw, revision)
        return self.parsed(value) if is_dict(value) else {}

    def parsed(self, value: Raw) -> Dict:
        """The dictionary that these bytes are, parsed once. Not to be changed."""
        if value not in self._parsed:
            self._parsed[value] = parse_dict(value)
        return self._parsed[value]

    def items_of(self, raw: Raw | None, revision: int = -1) -> list[Raw]:
        """The items of the array that stands here or is referred to; none when there is none."""
        value = self.resolve(raw, revision)
        return parse_array(value) if value.startswith(b"[") else []

    def untidy(self, revision: int) -> bool:
        """Whether a later revision holds bytes that belong to none of its objects: a place to hide something."""
        at = self.ends(revision - 1)[0]
        for _, number in self.placed(revision):
            found = self.stored(number, revision)
            if found is None or not _SPACE_ONLY.fullmatch(self.data, at, found.start):
                return True
            at = found.end
        return not _SPACE_ONLY.fullmatch(self.data, at, self.tail(revision)) if at < self.tail(revision) else False

    def mentions(self, numbers: Collection[int], revision: int) -> bool:
        """Whether revisions up to this one refer to any of these objects, which they do not hold."""
        wanted = set(numbers)
        if not wanted:
            return False
        if self._first_references is None:
            self._first_references = references_in(self.data[: self.ends(0)[1]])
        if wanted & self._first_references or UNCERTAIN in self._first_references:
            return True
        later = ((number, each) for each in range(1, revision + 1) for number in self.changed(each))
        return any(self.references(self.value(number, each)) & {*wanted, UNCERTAIN} for number, each in later)

    def first_free(self) -> int:
        """From where new objects are numbered: beyond all there are, and beyond what a picture happens to spell, which `mentions`
        would take for an empty reference."""
        first = self.size
        spelt = sorted(references_in(self.data)) if len(self.data) > _WITH_PICTURES else ()
        for number in spelt:
            if first <= number < first + _ROOM:
                first = number + 1
        return first

    def references(self, value: Raw) -> set[int]:
        """The object numbers a value refers to, searched once. Not to be changed."""
        if value not in self._references:
            self._references[value] = references_in(value)
        return self._references[value]

    def _read_object(self, number: int, position: int) -> Stored:
        close = self.data.find(b"endobj", position, position + _LONGEST_REMEMBERED) + len(b"endobj")
        plain = _plain_object(self.data[position:close]) if close > position else None
        if plain is None or plain.number != number:
            return self._read_any_object(number, position)
        start = position + plain.start
        return Stored(position, close, plain.raw, start, None, plain.entries)

    def _read_any_object(self, number: int, position: int) -> Stored:
        header = _HEADER.match(self.data, position)
        if not header or int(header[1]) != number or int(header[2]) != 0:
            raise SigningError("structure", f"文件结构有误：交叉引用表指向的位置没有第 {number} 号对象")
        try:
            start, entries = skip_space(self.data, header.end()), None
            if self.data.startswith(b"<<", start):
                entries, end = read_dict(self.data, start)
            else:
                end = end_of_value(self.data, start)
            stream = self._stream(entries, end) if entries is not None else None
            closing = skip_space(self.data, stream[1] + len(b"endstream") if stream else end)
        except PdfSyntaxError as error:
            raise SigningError("structure", f"文件结构有误：第 {number} 号对象不能读取（{error}）") from None
        if not self.data.startswith(b"endobj", closing):
            raise SigningError("structure", f"文件结构有误：第 {number} 号对象没有结尾")
        bounds = (stream[0], stream[0] + stream[2]) if stream else None
        return Stored(position, closing + len(b"endobj"), self.data[start:end], start, bounds, entries)

    def _stream(self, entries: Dict, end: int) -> tuple[int, int, int] | None:
        keyword = _STREAM.match(self.data, skip_space(self.data, end))
        if not keyword:
            return None
        number = reference_of(entries.get(b"Length"))
        length = integer_of(self.value(number) if number is not None else entries.get(b"Length"))
        closing = skip_space(self.data, keyword.end() + length)
        if length < 0 or not self.data.startswith(b"endstream", closing) or closing > keyword.end() + length + 2:
            raise PdfSyntaxError("stream of another length")
        return keyword.end(), closing, length
