"""DER by hand (ITU-T X.690), for the one place where building ASN.1 objects would cost more than signing does.

Certificates, requests and lists are built by the library; only CMS, one per signature, and seals are put together here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, PRINTABLE_STRING, IA5_STRING = 0x0C, 0x13, 0x16
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31


class DerError(ValueError):
    """These bytes are not DER."""


def encode(tag: int, *contents: bytes) -> bytes:
    """Tag, shortest length, contents."""
    body = contents[0] if len(contents) == 1 else b"".join(contents)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*items: bytes) -> bytes:
    return encode(SEQUENCE, *items)


def set_of(*items: bytes) -> bytes:
    """A SET OF in the order DER prescribes."""
    return encode(SET, *sorted(items))


def integer(value: int) -> bytes:
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    return encode(OCTET_STRING, value)


def bits(value: bytes) -> bytes:
    """A BIT STRING of whole bytes."""
    return encode(BIT_STRING, b"\0" + value)


def generalized_time(moment: datetime) -> bytes:
    """An aware moment to the second, in UTC."""
    return encode(GENERALIZED_TIME, moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


@cache
def oid(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray()
    for part in (first * 40 + second, *rest):
        digits = [part & 0x7F]
        while part := part >> 7:
            digits.append(0x80 | part & 0x7F)
        body.extend(reversed(digits))
    return encode(OID, bytes(body))


class Item(NamedTuple):
    """One value: its tag, its contents, and the whole of it."""

    tag: int
    body: bytes
    whole: bytes


def read(data: bytes, at: int = 0) -> tuple[Item, int]:
    """The value at `at` and where it ends. DerError for long tags, indefinite and needlessly long lengths."""
    if at + 2 > len(data):
        raise DerError("cut short")
    tag, size, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise DerError("long tag")
    if size & 0x80:
        count = size & 0x7F
        size = int.from_bytes(data[start : start + count], "big")
        if not 1 <= count <= 4 or size < 0x80 or data[start : start + 1] == b"\0":
            raise DerError("length not in DER")
        start += count
    end = start + size
    if end > len(data):
        raise DerError("cut short")
    return Item(tag, data[start:end], data[at:end]), end


def only(data: bytes, tag: int) -> Item:
    """The one value these bytes are, of this tag."""
    item, end = read(data)
    if item.tag != tag or end != len(data):
        raise DerError("another value than expected")
    return item


def items(data: bytes) -> list[Item]:
    """The values one after the other, as inside a sequence."""
    found, at = list[Item](), 0
    while at < len(data):
        item, at = read(data, at)
        found.append(item)
    return found


def bits_in(data: bytes) -> bytes:
    """The whole bytes of the one BIT STRING that these bytes are."""
    body = only(data, BIT_STRING).body
    if body[:1] != b"\0":
        raise DerError("bits that are no whole bytes")
    return body[1:]


def integer_in(data: bytes) -> int:
    """The one INTEGER that these bytes are, in its shortest form."""
    body = only(data, INTEGER).body
    value = int.from_bytes(body, "big", signed=True)
    if integer(value) != data:
        raise DerError("number not in DER")
    return value


def moment_in(data: bytes) -> datetime:
    """The one GeneralizedTime that these bytes are, in UTC to the second."""
    text = only(data, GENERALIZED_TIME).body
    try:
        moment = datetime.strptime(text.decode("ascii"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise DerError("no time in DER") from None
    if generalized_time(moment) != data:
        raise DerError("no time in DER")
    return moment
