"""Cutting a signed file into the bytes that openssl is to judge: CMS (std, gm) and the electronic seal (ses).

Nothing of our reader is used here. Whatever is not as our containers write it is `Unreadable`, so that no byte of a
signed file can be changed unseen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

_RANGE = re.compile(rb"/ByteRange ?\[(\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10})\]")
_GAP = re.compile(rb"<((?:[0-9a-f]{2})+)>")
_TIME = re.compile(rb"/M ?\(D:(\d{14})\+(\d\d)'(\d\d)'\)")
_KIND = re.compile(rb"/SubFilter ?/([A-Za-z0-9.]+)")
_BESIDE = re.compile(rb"/Cert ?\[((?:<(?:[0-9a-f]{2})+> ?)+)\]")

# DER of what a container of ours always says
_CMS = {
    bytes.fromhex("06092a864886f70d010702"): bytes.fromhex("300b06092a864886f70d010701"),
    bytes.fromhex("060a2a811ccf550601040202"): bytes.fromhex("300c060a2a811ccf550601040201"),
}
"""SignedData and the detached content within, internationally and by GM/T 0010."""
_VERSION = bytes.fromhex("020101")
_SM3 = bytes.fromhex("300a06082a811ccf55018311")
_SM2_WITH_SM3_ALONE = bytes.fromhex("06082a811ccf55018375")
_SM2_WITH_SM3 = b"\x30\x0a" + _SM2_WITH_SM3_ALONE
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910022f")
_FOURTH = bytes.fromhex("020104")
_SEAL_HEADER = bytes.fromhex("16024553") + _FOURTH
_BY_CERTIFICATE, _BY_DIGEST = bytes.fromhex("020101"), bytes.fromhex("020102")


class Unreadable(ValueError):
    """Not as we write it."""


@dataclass(frozen=True)
class CutSeal:
    """The parts of a seal (SESeal)."""

    name: str
    es_id: str
    info: bytes
    """What the maker signed."""
    maker: bytes
    value: bytes
    certificates: tuple[bytes, ...]
    """Who may seal with it, or, where these are none, the SM3 of their certificates:"""
    digests: tuple[bytes, ...]
    created: int
    begin: int
    until: int
    """Seconds since 1970."""


@dataclass(frozen=True)
class CutSignature:
    """The parts of a signature."""

    certificate: bytes
    others: tuple[bytes, ...]
    signed: bytes
    """签名原文: signed attributes, or TBS_Sign."""
    digest: bytes
    named: bytes
    """CMS: SM3 of the certificate that the signed attributes name."""
    value: bytes
    seal: CutSeal | None = None
    sealed_at: int = 0
    """SES: the time that is signed, seconds since 1970."""
    covers: bytes = b""
    """SES: the range that is signed, as text."""
    end: int = 0
    """Where its range ends."""
    covered: bytes = b""
    range_text: bytes = b""
    moment: int = 0
    """Seconds since 1970, as the dictionary states (inside the range)."""


def signatures_cut(pdf: bytes) -> list[CutSignature]:
    """Every signature in the order of signing. Unreadable, or another ValueError or IndexError, when one is not ours."""
    return sorted((_cut(pdf, place) for place in _RANGE.finditer(pdf)), key=lambda each: each.end)


def _cut(pdf: bytes, place: re.Match[bytes]) -> CutSignature:
    start, gap, after, rest = (int(number) for number in place.groups())
    end = after + rest
    hole = _GAP.fullmatch(pdf, gap, after)
    if start != 0 or end > len(pdf) or hole is None:
        raise Unreadable("保护范围应当从文件开头起，只空出签名值")
    begin = pdf.rindex(b" obj", 0, place.start())
    stated, kind = _TIME.search(pdf, begin, place.start()), _KIND.search(pdf, begin, place.start())
    if stated is None or kind is None:
        raise Unreadable("没有写明签署时间或签名种类")
    zone = b"+%b:%b" % (stated[2], stated[3])
    moment = datetime.strptime((stated[1] + zone).decode(), "%Y%m%d%H%M%S%z")
    container = bytes.fromhex(hole[1].decode())
    size = _read(container, 0)[2]
    if any(container[size:]):
        raise Unreadable("签名数据之后藏有别的内容")
    if kind[1] == b"GM.sm2seal":
        found = _sealed(container[:size], _BESIDE.search(pdf, begin, place.start()))
    else:
        found = _container(container[:size])
    covered = pdf[:gap] + pdf[after:end]
    return replace(found, end=end, covered=covered, range_text=place[0], moment=int(moment.timestamp()))


# ---- CMS ----


def _container(content: bytes) -> CutSignature:
    """The parts of a CMS SignedData."""
    kind, wrapped = children(content)
    (data,) = children(wrapped)
    version, digests, inner, bag, signers = children(data)
    (info,) = children(signers)
    own_version, identity, algorithm, attributes, scheme, value = children(info)
    fixed = (version, inner, own_version, algorithm, scheme)
    if fixed != (_VERSION, _CMS.get(kind), _VERSION, _SM3, _SM2_WITH_SM3) or children(digests) != [_SM3]:
        raise Unreadable("签名数据不是分离式 SM2、SM3 签名")
    _tagged(
        (content, wrapped, data, digests, bag, signers, info, identity, attributes, value),
        (0x30, 0xA0, 0x30, 0x31, 0xA0, 0x31, 0x30, 0x30, 0xA0, 0x04),
    )
    certificates = children(bag)
    signer = next((each for each in certificates if _identity(each) == body(identity)), None)
    if signer is None:
        raise Unreadable("签名数据里没有签名人的证书")
    values = {kind: content for kind, content in map(children, children(attributes))}
    digest, named = values.get(_MESSAGE_DIGEST, b"\x31\0"), values.get(_SIGNING_CERTIFICATE, b"\x31\0")
    return CutSignature(
        certificate=signer,
        others=tuple(each for each in certificates if each != signer),
        signed=b"\x31" + attributes[1:],
        digest=body(body(digest)),
        named=body(children(children(children(children(named)[0])[0])[0])[-1]),
        value=body(value),
    )


def _tagged(parts: tuple[bytes, ...], tags: tuple[int, ...]) -> None:
    if tuple(part[0] for part in parts) != tags:
        raise Unreadable("签名数据的结构不对")


# ---- SES ----


def _sealed(content: bytes, beside: re.Match[bytes] | None) -> CutSignature:
    """The parts of an SES_Signature, with the certificates that stand in /Cert."""
    signed, certificate, algorithm, value = children(content)
    version, seal, moment, digest, about = children(signed)
    if (version, algorithm) != (_FOURTH, _SM2_WITH_SM3_ALONE):
        raise Unreadable("签名数据不是 SM2、SM3 的电子签章（第 4 版）")
    parts = (content, signed, certificate, value, seal, moment, digest, about)
    _tagged(parts, (0x30, 0x30, 0x04, 0x03, 0x30, 0x18, 0x03, 0x16))
    listed = [bytes.fromhex(each.decode()) for each in re.findall(rb"<([0-9a-f]+)>", beside[1])] if beside else []
    if listed[:1] != [body(certificate)]:
        raise Unreadable("签名字典里写的不是签章人的证书")
    return CutSignature(
        certificate=listed[0],
        others=tuple(listed[1:]),
        signed=signed,
        digest=_bits(digest),
        named=b"",
        value=_bits(value),
        seal=_seal(seal),
        sealed_at=_seconds(moment),
        covers=body(about),
    )


def _seal(content: bytes) -> CutSeal:
    info, maker, algorithm, value = children(content)
    header, es_id, about, picture = children(info)
    kind, name, listed_by, listed, created, begin, until = children(about)
    if algorithm != _SM2_WITH_SM3_ALONE or not body(header).startswith(_SEAL_HEADER):
        raise Unreadable("印章不是 SM2、SM3 的第 4 版印章")
    parts = (info, maker, value, es_id, about, picture, kind, name, listed, created, begin, until)
    _tagged(parts, (0x30, 0x04, 0x03, 0x16, 0x30, 0x30, 0x02, 0x0C, 0x30, 0x18, 0x18, 0x18))
    certificates = tuple(map(body, children(listed))) if listed_by == _BY_CERTIFICATE else ()
    digests = tuple(body(children(each)[1]) for each in children(listed)) if listed_by == _BY_DIGEST else ()
    return CutSeal(
        name=body(name).decode(),
        es_id=body(es_id).decode("ascii"),
        info=info,
        maker=body(maker),
        value=_bits(value),
        certificates=certificates,
        digests=digests,
        created=_seconds(created),
        begin=_seconds(begin),
        until=_seconds(until),
    )


def _bits(element: bytes) -> bytes:
    content = body(element)
    if content[:1] != b"\0":
        raise Unreadable("签名数据的结构不对")
    return content[1:]


def _seconds(element: bytes) -> int:
    return int(datetime.strptime(body(element).decode("ascii"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp())


# ---- DER ----


def _read(der: bytes, at: int) -> tuple[int, int, int]:
    """Tag, begin and end of the content of the element at `at`; only the shortest form of a length is taken."""
    tag, size, begin = der[at], der[at + 1], at + 2
    if size > 0x7F:
        count = size & 0x7F
        size, begin = int.from_bytes(der[begin : begin + count], "big"), begin + count
        if not count or size < max(0x80, 1 << 8 * (count - 1)):
            raise Unreadable("签名数据不是 DER")
    if begin + size > len(der):
        raise Unreadable("签名数据不完整")
    return tag, begin, begin + size


def body(element: bytes) -> bytes:
    """The content of the one element that these bytes are."""
    _, begin, end = _read(element, 0)
    if end != len(element):
        raise Unreadable("签名数据的结构不对")
    return element[begin:]


def children(element: bytes) -> list[bytes]:
    """The elements inside an element."""
    content, at, found = body(element), 0, list[bytes]()
    while at < len(content):
        end = _read(content, at)[2]
        found.append(content[at:end])
        at = end
    return found


def signed_part(certificate: bytes) -> tuple[bytes, bytes]:
    """What the issuer of a certificate signed, and his value."""
    signed, _, value = children(certificate)
    return signed, _bits(value)


def _fields(certificate: bytes) -> list[bytes]:
    """version, serial, algorithm, issuer, validity, subject …"""
    return children(children(certificate)[0])


def issuer_of(certificate: bytes) -> bytes:
    return _fields(certificate)[3]


def subject_of(certificate: bytes) -> bytes:
    return _fields(certificate)[5]


def _identity(certificate: bytes) -> bytes:
    return issuer_of(certificate) + _fields(certificate)[1]
