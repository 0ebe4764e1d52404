"""电子印章 (GB/T 38540-2020, SESeal): what a seal maker issues, read strictly, and what is wrong with one. R139.

A seal binds a picture and a name to the certificates that may use it; the maker signs that with SM2 and SM3. Where
readers of the standard differ (the tag of extension data), both ways are read and none is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from foundation.crypto import CryptoError, crypto, der
from foundation.crypto.x509 import Certificate, CertificateError, Issuer, RevocationList, parse, verify_chain
from foundation.crypto.x509.certificate import SM2_WITH_SM3, shanghai_text

VERSION = 4
"""Of seal and signature alike: GB/T 38540-2020 is the fourth."""
HEADER_ID = "ES"
BY_CERTIFICATE, BY_DIGEST = 1, 2
"""certListType: certificates themselves, or their SM3 digests."""
OF_ORGANISATION, OF_PERSON = 1, 2
"""Kinds of seals that we issue and name; the standard leaves the number to who makes seals."""
DIGEST_TYPE = "SM3"
_HAN = r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]"
_PERSON = re.compile(
    rf"(?:{_HAN}{{2,4}}|{_HAN}{{1,12}}(?:[·•]{_HAN}{{1,12}})+|[A-Za-z][A-Za-z .'-]{{1,60}})"
    r"(?:之?印|(?:法定代表人|法人代表|法人|负责人|个人)?(?:名章|私章|签章|印章|章))?"
)
"""What a name seal (名章) may say: makers number the kinds of seals in different ways, so its name must tell."""
_ORGANISATION = re.compile(
    r"公司|企业|合伙|集团|[工商]厂|厂$|商店|店$|中心|事务所|研究所|合作社|商行|银行|学校|大学|医院|[法学]院|国务院|委员会|协会|商会"
    r"|工会|政府|[外国财教]\w*部$|局$|\b(?:Co|Ltd|Limited|Inc|LLC|Corp|Company|GmbH)\b",
    re.IGNORECASE,
)


class SealError(ValueError):
    """These bytes are no seal that we can read. The message is Chinese."""


@dataclass(frozen=True)
class SealPicture:
    """The picture of a seal (SES_ESPictureInfo)."""

    kind: str
    """Format of the bytes, for example PNG."""
    data: bytes = field(repr=False)
    width: int
    """Millimetres on paper."""
    height: int

    def encoded(self) -> bytes:
        return der.sequence(
            der.encode(der.IA5_STRING, self.kind.encode("ascii")),
            der.octets(self.data),
            der.integer(self.width),
            der.integer(self.height),
        )


@dataclass(frozen=True)
class SealInfo:
    """What the maker signs (SES_SealInfo)."""

    vendor: str
    """Vid: whose software made it."""
    es_id: str
    """印章编号."""
    kind: int
    name: str
    certificates: tuple[bytes, ...] = field(repr=False)
    """DER certificates of who may seal with it; empty when `digests` are given."""
    digests: tuple[bytes, ...] = field(repr=False)
    """SM3 of those certificates."""
    created_at: datetime
    valid_from: datetime
    valid_until: datetime
    """Inclusive."""
    picture: SealPicture

    def encoded(self) -> bytes:
        listed = [der.octets(each) for each in self.certificates] or [
            der.sequence(der.encode(der.PRINTABLE_STRING, DIGEST_TYPE.encode()), der.octets(each))
            for each in self.digests
        ]
        return der.sequence(
            der.sequence(_ia5(HEADER_ID), der.integer(VERSION), _ia5(self.vendor)),
            _ia5(self.es_id),
            der.sequence(
                der.integer(self.kind),
                der.encode(der.UTF8_STRING, self.name.encode()),
                der.integer(BY_CERTIFICATE if self.certificates else BY_DIGEST),
                der.sequence(*listed),
                *map(der.generalized_time, (self.created_at, self.valid_from, self.valid_until)),
            ),
            self.picture.encoded(),
        )

    def lists(self, certificate: Certificate) -> bool:
        """Whether this certificate may seal with it."""
        return certificate.der in self.certificates or crypto().sm3(certificate.der) in self.digests

    def is_named_after(self, signer: Certificate) -> bool:
        """Whether it bears the name of `signer`, as 合同专用章 and the like do at their beginning, or is a person's own."""
        name, subject = _plain(self.name), signer.subject
        if any(each and name.startswith(_plain(each)) for each in (subject.common_name, subject.organisation)):
            return True
        return self.kind != OF_ORGANISATION and bool(_PERSON.fullmatch(name)) and not _ORGANISATION.search(name)


def _plain(name: str) -> str:
    """Brackets and letters of either width are the same, spaces between Han count for nothing."""
    return re.sub(rf"(?<={_HAN}) +(?={_HAN})", "", unicodedata.normalize("NFKC", name))


@dataclass(frozen=True)
class Seal:
    """A seal, read but not yet believed."""

    der: bytes = field(repr=False)
    info: SealInfo
    info_der: bytes = field(repr=False)
    """The bytes that the maker signed."""
    maker: Certificate
    value: bytes = field(repr=False)


@dataclass(frozen=True)
class SealProblem:
    """One thing that is wrong: a code for programs, a sentence for people."""

    code: str
    message: str


def _ia5(text: str) -> bytes:
    return der.encode(der.IA5_STRING, text.encode("ascii"))


def seal_issue(info: SealInfo, maker: Issuer) -> bytes:
    """The seal (DER) over `info`."""
    return seal_joined(info.encoded(), maker.certificate, crypto().sm2_sign(maker.key.private, info.encoded()))


def seal_joined(info_der: bytes, maker: Certificate, value: bytes) -> bytes:
    """Signed information, the maker's certificate and the value as one SESeal."""
    return der.sequence(info_der, der.octets(maker.der), der.oid(SM2_WITH_SM3), der.bits(value))


@lru_cache(maxsize=256)
def seal_read(content: bytes) -> Seal:
    """SealError unless these bytes are exactly one seal of the fourth version, by SM2 and SM3."""
    try:
        info, maker, algorithm, value = der.items(der.only(content, der.SEQUENCE).body)
        if algorithm.whole != der.oid(SM2_WITH_SM3):
            raise SealError("印章不是用 SM2、SM3 算法签名的")
        certificate = parse(der.only(maker.whole, der.OCTET_STRING).body)
        return Seal(content, _info(info.whole), info.whole, certificate, der.bits_in(value.whole))
    except CertificateError as error:
        raise SealError(f"印章里制章者的证书不能读取（{error}）") from None
    except SealError:
        raise
    except (der.DerError, UnicodeDecodeError, ValueError) as error:
        raise SealError(f"印章数据不能读取（{type(error).__name__}）") from None


def _info(content: bytes) -> SealInfo:
    header, es_id, about, picture, *more = der.items(der.only(content, der.SEQUENCE).body)
    identity, version, vendor = der.items(der.only(header.whole, der.SEQUENCE).body)
    if _text(identity, der.IA5_STRING) != HEADER_ID or der.integer_in(version.whole) != VERSION:
        raise SealError("印章不是 GB/T 38540-2020 的第 4 版")
    extensions_check(more)
    kind, name, listed_by, listed, created, begin, end = der.items(der.only(about.whole, der.SEQUENCE).body)
    certificates, digests = _listed(der.integer_in(listed_by.whole), der.items(der.only(listed.whole, 0x30).body))
    return SealInfo(
        vendor=_text(vendor, der.IA5_STRING),
        es_id=_text(es_id, der.IA5_STRING),
        kind=der.integer_in(kind.whole),
        name=_text(name, der.UTF8_STRING),
        certificates=certificates,
        digests=digests,
        created_at=der.moment_in(created.whole),
        valid_from=der.moment_in(begin.whole),
        valid_until=der.moment_in(end.whole),
        picture=_picture(picture.whole),
    )


def _text(item: der.Item, tag: int) -> str:
    text = der.only(item.whole, tag).body.decode("utf-8" if tag == der.UTF8_STRING else "ascii")
    if not text or not text.isprintable():
        raise SealError("印章里的文字是空的，或者有不能显示的字符")
    return text


def _listed(listed_by: int, entries: list[der.Item]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    if not entries:
        raise SealError("印章没有写明谁可以用")
    if listed_by == BY_CERTIFICATE:
        return tuple(parse(der.only(each.whole, der.OCTET_STRING).body).der for each in entries), ()
    if listed_by != BY_DIGEST:
        raise SealError("印章写明签章人的方式不认识")
    pairs = [der.items(der.only(each.whole, der.SEQUENCE).body) for each in entries]
    for kind, _ in pairs:
        _text(kind, der.PRINTABLE_STRING)
    return (), tuple(der.only(value.whole, der.OCTET_STRING).body for _, value in pairs)


def _picture(content: bytes) -> SealPicture:
    kind, data, width, height = der.items(der.only(content, der.SEQUENCE).body)
    size = der.integer_in(width.whole), der.integer_in(height.whole)
    if not all(0 < side <= 200 for side in size):
        raise SealError("印章图案的尺寸不对")
    return SealPicture(_text(kind, der.IA5_STRING), der.only(data.whole, der.OCTET_STRING).body, *size)


def extensions_check(items: Sequence[der.Item]) -> None:
    """Extension data (ExtensionDatas) at the end of a structure: with or without its tag. SealError for a critical one."""
    if len(items) > 1:
        raise SealError("印章数据里夹带了别的内容")
    for item in items:
        inner = der.only(item.body, der.SEQUENCE) if item.tag == 0xA0 else der.only(item.whole, der.SEQUENCE)
        for each in der.items(inner.body):
            name, *rest = der.items(der.only(each.whole, der.SEQUENCE).body)
            der.only(name.whole, der.OID)
            der.only(rest[-1].whole, der.OCTET_STRING)
            if len(rest) > 2 or (len(rest) == 2 and der.only(rest[0].whole, der.BOOLEAN).body != b"\0"):
                raise SealError("印章里有不认识的关键扩展")


@lru_cache(maxsize=1024)
def _value_holds(content: bytes) -> bool:
    """Whether the maker's value over a seal holds; the same seal stands in every document, so the answer is remembered."""
    seal = seal_read(content)
    try:
        return crypto().sm2_verify(seal.maker.public, seal.info_der, seal.value)
    except CryptoError:
        return False


def seal_problems(
    seal: Seal,
    *,
    at: datetime,
    signer: Certificate,
    roots: Iterable[Certificate],
    intermediates: Iterable[Certificate] = (),
    revocations: Sequence[RevocationList] = (),
) -> list[SealProblem]:
    """Everything that is wrong with `signer` sealing with it at `at`. The maker must have been good when he made it."""
    info, problems = seal.info, list[SealProblem]()
    if not _value_holds(seal.der):
        problems.append(SealProblem("seal_value", "印章不是制章者做的，或者印章数据被改动过（制章者的签名不成立）"))
    chain = verify_chain(
        seal.maker, roots=roots, intermediates=intermediates, at=info.created_at, revocations=revocations
    )
    problems += [SealProblem(f"maker_{each.code}", f"制章者不可信：{each.message}") for each in chain.problems]
    if not info.lists(signer):
        text = f"印章“{info.name}”没有写明可以由“{signer.subject.common_name}”的这张证书使用"
        problems.append(SealProblem("seal_signer", text))
    if seal.maker.subject_der == signer.subject_der or info.lists(seal.maker):
        problems.append(SealProblem("seal_self_made", "印章是用章的人自己做的，没有制章者证明它是谁的"))
    elif info.lists(signer) and not info.is_named_after(signer):
        text = f"印章写的名称“{info.name}”不是用章的“{signer.subject.common_name}”的名称，也不是个人名章"
        problems.append(SealProblem("seal_name", text))
    if at < info.valid_from or at < info.created_at:
        begin = shanghai_text(max(info.valid_from, info.created_at))
        problems.append(SealProblem("seal_not_yet_valid", f"签章时印章还没有生效（{begin} 起）"))
    if at > info.valid_until:
        problems.append(SealProblem("seal_expired", f"签章时印章已过有效期（至 {shanghai_text(info.valid_until)}）"))
    return problems
