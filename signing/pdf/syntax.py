"""The grain of PDF (ISO 32000-2, 7.2–7.3): values are kept as the bytes they are written in.

A signature protects bytes, so changes are judged on bytes: a dictionary is its keys with the raw bytes of each value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone

Raw = bytes
"""One PDF value as written."""
Dict = dict[bytes, Raw]
"""Key without its slash, `#xx` undone, to the value as written."""

_SPACE = re.compile(rb"(?:[\0\t\n\f\r ]+|%[^\r\n]*)*")
_REGULAR = re.compile(rb"[^\0\t\n\f\r ()<>\[\]{}/%]+")
_REFERENCE = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%])")
_WHOLE_REFERENCE = re.compile(rb"[\0\t\n\f\r ]*(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R[\0\t\n\f\r ]*")
_ENDS_OF_REFERENCE = frozenset(b"R\0\t\n\f\r ")
_BLANKS = b"\0\t\n\v\f\r \x80\xff"
"""What parts tokens to one reader or another: 0x80 and 0xFF are white space to PDFium."""
_BLANK = frozenset(_BLANKS)
_PARTED = frozenset([*(bytes([each]) for each in (*_BLANKS, *b"()<>[]{}/%")), b""])
_BEFORE_R = re.compile(rb"[\0\t\n\f\r ()<>\[\]{}/%](\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+\Z")
_NUMBER_AT_END = re.compile(rb"[-+.0-9eE]+\Z")
_COMMENT_IN_LINE = re.compile(rb"(?:\A|[-+.0-9eE])[\0\t\v\f \x80\xff]*%")
_DIGITS = re.compile(rb"[0-9]+")
_LINE_END = re.compile(rb"[\r\n]")
_LONGEST_NUMBER, _MOST_COMMENTS = 32, 16
_LONGEST_GAP = 4096
_FARTHEST = 1e11
UNCERTAIN = -1
"""Stands among references when one could not be told."""
_HEX = re.compile(rb"<[0-9A-Fa-f\0\t\n\f\r ]*>")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_LITERAL_STOP = re.compile(rb"[()\\]")
_DEEPEST = 64

# What most entries look like, in one match: a key and a value without anything nested that could hide an end.
# A key is followed by no character of a name, so that it is never split in two; one with escapes is left to the slow way.
# No pattern here is possessive: Python before 3.11.5 matches too much where what is repeated has alternatives.
_ENTRY = re.compile(
    rb"[\0\t\n\f\r ]*/([^\0\t\n\f\r ()<>\[\]{}/%#]+)(?![^\0\t\n\f\r ()<>\[\]{}/%])[\0\t\n\f\r ]*("
    rb"\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%])"
    rb"|/[^\0\t\n\f\r ()<>\[\]{}/%]*"
    rb"|[^\0\t\n\f\r ()<>\[\]{}/%]+"
    rb"|<[0-9A-Fa-f\0\t\n\f\r ]*>"
    rb"|\([^()\\]*\)"
    rb"|\[[^\[\]()<>{}%]*\]"
    rb")"
)


class PdfSyntaxError(ValueError):
    """These bytes are not the PDF value that was expected here."""


# Everything up to the next thing that nests: white space, names, numbers, references, plain strings.
_RUN = re.compile(rb"(?:[\0\t\n\f\r ]+|/?[^\0\t\n\f\r ()<>\[\]{}/%]+|<[0-9A-Fa-f\0\t\n\f\r ]*>|\([^()\\]*\))*")
# Arrays of references alone, or of numbers alone, with one space between.
_PLAIN_ARRAY = re.compile(rb"\[(?:\d{1,10} \d{1,5} R(?: \d{1,10} \d{1,5} R)*|[-+.\d]+(?: [-+.\d]+)*)\]")
_PLAIN_ITEM = re.compile(rb"\d+ \d+ R|[-+.\d]+")
_INTEGER = re.compile(rb"[+-]?\d{1,12}")
_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)")
_ASCII = re.compile(r"[ -~]*")
_IRREGULAR = re.compile(rb"[^!$&'*+,\-.0-9:;=?@A-Z\\^_`a-z|~]")


def skip_space(data: bytes, at: int) -> int:
    """Where the next token begins: white space and comments are passed over."""
    match = _SPACE.match(data, at)
    return match.end() if match else at


def end_of_value(data: bytes, at: int, depth: int = 0) -> int:
    """Where the value that begins at `at` ends. A reference `12 0 R` is one value."""
    if depth > _DEEPEST:
        raise PdfSyntaxError("nested too deeply")
    head = data[at : at + 1]
    if data[at : at + 2] == b"<<":
        return _end_of_items(data, at + 2, b">>", depth)
    if head == b"<":
        return _end_of_hex(data, at)
    if head == b"[":
        return _end_of_items(data, at + 1, b"]", depth)
    if head == b"(":
        return _end_of_literal(data, at)
    match = _REFERENCE.match(data, at) or _REGULAR.match(data, at + (head == b"/"))
    if match:
        return match.end()
    if head == b"/":
        return at + 1
    raise PdfSyntaxError(f"no value at {at}")


def _end_of_hex(data: bytes, at: int) -> int:
    match = _HEX.match(data, at)
    if not match:
        raise PdfSyntaxError(f"broken hexadecimal string at {at}")
    return match.end()


def _end_of_items(data: bytes, at: int, closing: bytes, depth: int) -> int:
    while True:
        run = _RUN.match(data, at)
        at = skip_space(data, run.end() if run else at)
        if data.startswith(closing, at):
            return at + len(closing)
        at = end_of_value(data, at, depth + 1)


def _end_of_literal(data: bytes, at: int) -> int:
    depth = 0
    while True:
        match = _LITERAL_STOP.search(data, at)
        if not match:
            raise PdfSyntaxError("string without end")
        found, at = match.group(), match.end()
        if found == b"\\":
            at += 1
            continue
        depth += 1 if found == b"(" else -1
        if depth == 0:
            return at


def read_dict(data: bytes, at: int = 0) -> tuple[Dict, int]:
    """The dictionary that begins at `at`, and where it ends. A key that stands twice is an error."""
    if data[at : at + 2] != b"<<":
        raise PdfSyntaxError(f"no dictionary at {at}")
    at, entries = at + 2, Dict()
    while True:
        simple = _ENTRY.match(data, at)
        if simple:
            key, value, at = simple[1], simple[2], simple.end()
        else:
            at = skip_space(data, at)
            if data.startswith(b">>", at):
                return entries, at + 2
            if data[at : at + 1] != b"/":
                raise PdfSyntaxError(f"no key at {at}")
            end = end_of_value(data, at)
            key, start = name_of(data[at:end]), skip_space(data, end)
            at = end_of_value(data, start)
            value = data[start:at]
        if key in entries:
            raise PdfSyntaxError(f"key {key!r} stands twice")
        entries[key] = value


def parse_dict(raw: Raw) -> Dict:
    """The dictionary that these bytes are."""
    entries, end = read_dict(raw, skip_space(raw, 0))
    if skip_space(raw, end) != len(raw):
        raise PdfSyntaxError("more than a dictionary")
    return entries


def is_dict(raw: Raw) -> bool:
    return raw.lstrip().startswith(b"<<")


def parse_array(raw: Raw) -> list[Raw]:
    """The items of an array, each as written."""
    if _PLAIN_ARRAY.fullmatch(raw):
        return _PLAIN_ITEM.findall(raw)
    at = skip_space(raw, 0)
    if raw[at : at + 1] != b"[":
        raise PdfSyntaxError("no array")
    at, items = at + 1, list[Raw]()
    while True:
        at = skip_space(raw, at)
        if raw[at : at + 1] == b"]":
            if skip_space(raw, at + 1) != len(raw):
                raise PdfSyntaxError("more than an array")
            return items
        end = end_of_value(raw, at)
        items.append(raw[at:end])
        at = end


def name_of(raw: Raw) -> bytes:
    """The name itself: no slash, `#xx` undone."""
    raw = raw.strip(b"\0\t\n\f\r ")
    if raw[:1] != b"/":
        raise PdfSyntaxError("no name")
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw[1:]) if b"#" in raw else raw[1:]


def reference_of(raw: Raw | None) -> int | None:
    """The object number of a reference of generation 0, or None when the value stands here itself or is absent."""
    match = _WHOLE_REFERENCE.fullmatch(raw) if raw and raw[-1] in _ENDS_OF_REFERENCE else None
    if match and int(match[2]) != 0:
        raise PdfSyntaxError("reference of another generation")
    return int(match[1]) if match else None


def references_in(data: bytes) -> set[int]:
    """Every object number referred to anywhere in these bytes, a value or a whole file, without reading a single object.

    Strings and streams are searched as well, so that nothing hides in them: in a thousand pictures of a megabyte one
    spells a reference that nobody wrote, to a number of one or two digits. A number in an odd form counts for all that
    readers make of it. UNCERTAIN stands for one that stands too far away to be told.
    """
    found: set[int] = set()
    at = 0
    for part in data.split(b"R")[:-1]:
        at += len(part) + 1
        if part and part[-1] in _BLANK and data[at : at + 1] in _PARTED:
            match = _BEFORE_R.search(part[-_LONGEST_NUMBER:])
            found.update({int(match[1])} if match else _referred(data, at - 1))
    return found


def _referred(data: bytes, end: int) -> set[int]:
    """The object numbers that an R at `end` may refer to, whatever stands between it, the generation and the number."""
    found: set[int] = set()
    for generation in _numbers_before(data, end):
        for number in _numbers_before(data, generation[0]) if generation else [None]:
            found |= _readings(data[number[0] : number[1]]) if number else {UNCERTAIN}
    return found


def _readings(number: bytes) -> set[int]:
    """What one reader or another makes of a number: one that stops at a sign or a point, one that goes on, one that calculates."""
    found = {int(digits) for digits in _DIGITS.findall(number)}
    try:
        value = abs(float(number))
    except ValueError:
        return found
    return found | {int(value)} if value < _FARTHEST else found


def _numbers_before(data: bytes, end: int) -> Iterator[tuple[int, int] | None]:
    """Where a number may stand before the white space and comments that end at `end`; None: too far away to tell."""
    lowest = max(0, end - _LONGEST_GAP)
    waiting = [end]
    while waiting:
        at = waiting.pop()
        last = lowest + len(data[lowest:at].rstrip(_BLANKS))
        first = max(lowest, last - _LONGEST_NUMBER)
        number = _NUMBER_AT_END.search(data, first, last)
        if last == lowest > 0 or (number and number.start() == first > 0):
            yield None
        elif number and last < end:
            yield number.span()
        if _LINE_END.search(data, last, at):
            line = 1 + max(data.rfind(b"\n", lowest, last), data.rfind(b"\r", lowest, last))
            start = line or lowest
            comments = [start + each.end() - 1 for each in _COMMENT_IN_LINE.finditer(data[start:last])]
            if len(comments) > _MOST_COMMENTS or start == lowest > 0:
                yield None
            else:
                waiting.extend(comments)


def integer_of(raw: Raw | None) -> int:
    """A whole number."""
    if raw is None or not _INTEGER.fullmatch(raw.strip()):
        raise PdfSyntaxError("no whole number")
    return int(raw)


def number_of(raw: Raw) -> float:
    """A number, whole or not."""
    if not _NUMBER.fullmatch(raw.strip()):
        raise PdfSyntaxError("no number")
    return float(raw)


def reference(number: int) -> Raw:
    return b"%d 0 R" % number


def write_dict(entries: Mapping[bytes, Raw]) -> Raw:
    """The dictionary as bytes, in the order given."""
    return b"<<" + b"".join(write_name(key) + b" " + value for key, value in entries.items()) + b">>"


def write_array(items: Iterable[Raw]) -> Raw:
    return b"[" + b" ".join(items) + b"]"


def write_name(name: bytes) -> Raw:
    return b"/" + name if name.isalnum() else b"/" + _IRREGULAR.sub(lambda found: b"#%02X" % found[0][0], name)


def write_number(value: float) -> Raw:
    """At most three decimals, no exponent."""
    if abs(value) < 0.0005:
        return b"0"
    return (b"%.3f" % value).rstrip(b"0").rstrip(b".")


def write_numbers(values: Iterable[float]) -> Raw:
    return write_array(write_number(value) for value in values)


def write_text(text: str) -> Raw:
    """A text string: literal ASCII where possible, UTF-16BE otherwise."""
    if _ASCII.fullmatch(text):
        return b"(" + re.sub(rb"([()\\])", rb"\\\1", text.encode()) + b")"
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


_PLAIN_STRING = re.compile(rb"\([^\\\r]*\)")
_SIMPLE_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def string_of(raw: Raw) -> bytes:
    """The bytes of a string, literal or hexadecimal."""
    raw = raw.strip(b"\0\t\n\f\r ")
    if _PLAIN_STRING.fullmatch(raw):
        return raw[1:-1]
    if raw[:1] == b"<" and raw[:2] != b"<<":
        digits = raw[1:-1].translate(None, b"\0\t\n\f\r ")
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    if raw[:1] != b"(":
        raise PdfSyntaxError("no string")
    body = re.sub(rb"\r\n?", b"\n", raw[1:-1])

    def undo(found: re.Match[bytes]) -> bytes:
        escape = found[1]
        if escape[:1].isdigit():
            return bytes([int(escape, 8) & 0xFF])
        return b"" if escape == b"\n" else _SIMPLE_ESCAPES.get(escape, escape)

    return re.sub(rb"\\([0-7]{1,3}|\n|.)", undo, body, flags=re.DOTALL)


def text_of(raw: Raw) -> str:
    """A text string as Python text: UTF-16BE, UTF-8 or, by default, Latin."""
    value = string_of(raw)
    if value[:2] == b"\xfe\xff":
        return value[2:].decode("utf-16-be", "replace")
    if value[:3] == b"\xef\xbb\xbf":
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")


def write_date(at: datetime) -> Raw:
    """`(D:20261124120000+08'00')`, the offset being that of `at`."""
    minutes = int((at.utcoffset() or timedelta()).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"(D:{at:%Y%m%d%H%M%S}{sign}{abs(minutes) // 60:02d}'{abs(minutes) % 60:02d}')".encode()


_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z(?:00'?00'?)?|([+-])(\d\d)'?(\d\d)?'?)?")


def date_of(raw: Raw) -> datetime:
    """The moment of a date string; one without an offset is taken as UTC."""
    match = _DATE.fullmatch(text_of(raw))
    if not match:
        raise PdfSyntaxError("no date")
    year, month, day, hour, minute, second = (
        int(part or low) for part, low in zip(match.groups()[:6], "011000", strict=True)
    )
    offset = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0)) * (-1 if match[7] == "-" else 1)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset))
    except ValueError:
        raise PdfSyntaxError("no date") from None
