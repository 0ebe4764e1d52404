"""The container of a signature (CMS SignedData, RFC 5652; PAdES: ETSI EN 319 142): detached, signed attributes, SM3, SM2.

A signer's constant parts are prepared once; a document adds its digest, the value completes it. GM/T 0010 is the same
shape under other identifiers; the electronic seal (GB/T 38540) is signing.pdf.ses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from foundation.crypto import crypto, der
from foundation.crypto.x509 import Certificate, CertificateError, RevocationList, parse, parse_crl
from foundation.crypto.x509.certificate import SM2_WITH_SM3, SM3
from signing.pdf.container import LONGEST_VALUE, ByteRange, Signature
from signing.pdf.errors import SigningError
from signing.pdf.syntax import Dict


@dataclass(frozen=True)
class Container:
    """Which identifiers a CMS container writes."""

    name: str
    signed_data: str
    data: str
    sub_filter: bytes
    states_time: bool = False
    """Whether the signing time is a signed attribute as well; PAdES says it in the dictionary alone."""
    handler: bytes = b"Adobe.PPKLite"

    def entries(self, certificate: Certificate, chain: Sequence[bytes]) -> Dict:
        return {}

    def to_be_signed(self, certificate: Certificate, digest: bytes, covered: ByteRange, at: datetime) -> bytes:
        return signed_attributes(certificate, digest, at if self.states_time else None, self)

    def content(self, certificate: Certificate, chain: Sequence[bytes], to_be_signed: bytes, value: bytes) -> bytes:
        return container_of(certificate, chain, to_be_signed, value, self)

    def longest(self, certificate: Certificate, chain: Sequence[bytes]) -> int:
        return _longest(certificate.der, tuple(chain), self)


STD = Container("std", "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1", b"ETSI.CAdES.detached")
"""The international container with Chinese algorithms."""
GM = Container("gm", "1.2.156.10197.6.1.4.2.2", "1.2.156.10197.6.1.4.2.1", b"adbe.pkcs7.detached")
"""The container with Chinese identifiers throughout (GM/T 0010), as other authorities write it."""

TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
"""An attribute that nobody signed: a token over the value (RFC 3161, appendix A)."""
_LONGEST_REMEMBERED = 16384
_LONGEST_ALGORITHM = 64
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_SM2_SIGN = "1.2.156.10197.1.301.1"


def _algorithm(dotted: str) -> bytes:
    return der.sequence(der.oid(dotted))


def _attribute(kind: str, value: bytes) -> bytes:
    return der.sequence(der.oid(kind), der.encode(der.SET, value))


@lru_cache(maxsize=256)
def _signing_certificate(certificate: bytes) -> bytes:
    """ESSCertIDv2 with SM3: which certificate signs is itself signed (RFC 5035)."""
    identified = der.sequence(_algorithm(SM3), der.octets(crypto().sm3(certificate)))
    return _attribute(_SIGNING_CERTIFICATE_V2, der.sequence(der.sequence(identified)))


def signed_attributes(
    certificate: Certificate, digest: bytes, signing_time: datetime | None = None, container: Container = STD
) -> bytes:
    """DER of the signed attributes: the bytes that are signed (签名原文)."""
    attributes = [
        _attribute(_CONTENT_TYPE, der.oid(container.data)),
        _attribute(_MESSAGE_DIGEST, der.octets(digest)),
        _signing_certificate(certificate.der),
    ]
    if signing_time is not None:
        stamp = signing_time.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode()
        attributes.append(_attribute(_SIGNING_TIME, der.encode(der.UTC_TIME, stamp)))
    return der.set_of(*attributes)


@lru_cache(maxsize=256)
def _frame(certificate: bytes, chain: tuple[bytes, ...], container: Container) -> tuple[bytes, bytes]:
    """What stands before and after the signer's changing part."""
    signer = parse(certificate)
    before = b"".join(
        (
            der.integer(1),
            der.encode(der.SET, _algorithm(SM3)),
            der.sequence(der.oid(container.data)),
            der.encode(0xA0, certificate, *chain),
        )
    )
    identity = der.sequence(signer.issuer_der, der.integer(signer.serial))
    return before, der.integer(1) + identity + _algorithm(SM3)


def container_of(
    certificate: Certificate, chain: Sequence[bytes], attributes: bytes, value: bytes, container: Container = STD
) -> bytes:
    """The whole container (DER): certificate, chain, signed attributes, value."""
    before, signer = _frame(certificate.der, tuple(chain), container)
    implicit = b"\xa0" + attributes[1:]
    info = der.sequence(signer, implicit, _algorithm(SM2_WITH_SM3), der.octets(value))
    data = der.sequence(before, der.encode(der.SET, info))
    return der.sequence(der.oid(container.signed_data), der.encode(0xA0, data))


@lru_cache(maxsize=256)
def _longest(certificate: bytes, chain: tuple[bytes, ...], container: Container) -> int:
    signer = parse(certificate)
    attributes = signed_attributes(signer, bytes(32), datetime(2026, 1, 1, tzinfo=UTC), container)
    return len(container_of(signer, chain, attributes, bytes(LONGEST_VALUE), container))


def read_container(content: bytes) -> Signature:
    """Read the bytes of /Contents. SigningError in Chinese when it is not a detached SM2 container of one signer."""
    return _container_known(content) if len(content) <= _LONGEST_REMEMBERED else _read_container(content)


@lru_cache(maxsize=128)
def _container_known(content: bytes) -> Signature:
    """A verification asks twice."""
    return _read_container(content)


def _read_container(content: bytes) -> Signature:
    try:
        item, end = der.read(content)
        if any(content[end:]):
            raise SigningError("container", "签名数据之后藏有别的内容")
        return _read_info(item)
    except (der.DerError, CertificateError, ValueError, IndexError) as error:
        raise SigningError("container", f"签名数据不是可以读取的 CMS 容器（{type(error).__name__}）") from None


def is_foreign(content: bytes) -> bool:
    """Whether a container is made with other algorithms than SM2 and SM3. What cannot be read is nobody's."""
    try:
        read_container(content)
    except SigningError as error:
        return error.code == "algorithm"
    return False


def _read_info(item: der.Item) -> Signature:
    kind, wrapped = der.items(der.only(item.whole, der.SEQUENCE).body)
    container = next((each for each in (STD, GM) if kind.whole == der.oid(each.signed_data)), None)
    if container is None:
        raise SigningError("container", "签名数据不是 SignedData")
    parts = der.items(der.only(der.only(wrapped.whole, 0xA0).body, der.SEQUENCE).body)
    der.integer_in(parts[0].whole)
    if der.oid(SM3) not in {_oid_in(each) for each in der.items(der.only(parts[1].whole, der.SET).body)}:
        raise SigningError("algorithm", "签名数据没有声明 SM3 摘要算法")
    content = der.items(der.only(parts[2].whole, der.SEQUENCE).body)
    if len(content) != 1 or content[0].whole != der.oid(container.data):
        raise SigningError("container", "签名数据里夹带了内容，不是分离式签名")
    certificates = [each for part in parts[3:-1] if part.tag == 0xA0 for each in _certificates_in(part.body)]
    signers = der.items(der.only(parts[-1].whole, der.SET).body)
    if len(signers) != 1:
        raise SigningError("container", f"一个签名数据里应当只有一个签名人，读到 {len(signers)} 个")
    lists = [each.whole for part in parts[3:-1] if part.tag == 0xA1 for each in der.items(part.body)]
    signature = _read_signer(der.items(der.only(signers[0].whole, der.SEQUENCE).body), certificates, container)
    return replace(signature, revocations=tuple(_revocations(lists))) if lists else signature


def _certificates_in(body: bytes) -> tuple[Certificate, ...]:
    return _certificates_known(body) if len(body) <= _LONGEST_REMEMBERED else _certificates(body)


@lru_cache(maxsize=256)
def _certificates_known(body: bytes) -> tuple[Certificate, ...]:
    """Certificate and chain: the same in all that one person signs."""
    return _certificates(body)


def _certificates(body: bytes) -> tuple[Certificate, ...]:
    return tuple(parse(each.whole) for each in der.items(body))


def _revocations(lists: Iterable[bytes]) -> Iterator[RevocationList]:
    """Those that can be read: a list of another kind takes nothing back."""
    for each in lists:
        try:
            yield parse_crl(each)
        except CertificateError:
            continue


def _read_signer(parts: list[der.Item], certificates: list[Certificate], container: Container) -> Signature:
    der.integer_in(parts[0].whole)
    if [each.tag for each in parts[6:]] not in ([], [0xA1]):
        raise SigningError("container", "签名数据里夹带了别的内容")
    signer = _find_signer(parts[1], certificates)
    if parts[3].tag != 0xA0:
        raise SigningError("container", "签名没有签名属性，不能确定签署的是哪份文件、用的是哪张证书")
    if _oid_in(parts[2]) != der.oid(SM3):
        raise SigningError("algorithm", "签名用的不是 SM3 摘要算法")
    if _oid_in(parts[4]) not in {der.oid(SM2_WITH_SM3), der.oid(_SM2_SIGN)}:
        raise SigningError("algorithm", "签名用的不是 SM2 算法，本系统不能验证")
    attributes = b"\x31" + parts[3].whole[1:]
    values = _attribute_values(der.items(parts[3].body))
    if values.get(der.oid(_CONTENT_TYPE)) != der.oid(container.data):
        raise SigningError("container", "签名属性里的内容类型不对")
    moment = values.get(der.oid(_SIGNING_TIME))
    unsigned = _attribute_values(der.items(parts[6].body)) if len(parts) > 6 else {}
    return Signature(
        certificate=signer,
        others=tuple(each for each in certificates if each != signer),
        to_be_signed=attributes,
        digest=der.only(values.get(der.oid(_MESSAGE_DIGEST), b""), der.OCTET_STRING).body,
        value=der.only(parts[5].whole, der.OCTET_STRING).body,
        signing_time=_time(moment) if moment else None,
        certificate_is_named=_names(values.get(der.oid(_SIGNING_CERTIFICATE_V2)), signer),
        stamp=unsigned.get(der.oid(TIME_STAMP)),
    )


def _find_signer(identity: der.Item, certificates: list[Certificate]) -> Certificate:
    for each in certificates:
        if identity.tag == der.SEQUENCE and identity.body == each.issuer_der + der.integer(each.serial):
            return each
        if identity.tag == 0x80 and identity.body == each.subject_key_id:
            return each
    raise SigningError("container", "签名数据里没有签名人的证书")


def _oid_in(algorithm: der.Item) -> bytes:
    return _oid_known(algorithm.whole) if len(algorithm.whole) <= _LONGEST_ALGORITHM else _oid_of(algorithm)


@lru_cache(maxsize=256)
def _oid_known(algorithm: bytes) -> bytes:
    """The few algorithms there are stand in every signature."""
    return _oid_of(der.only(algorithm, der.SEQUENCE))


def _oid_of(algorithm: der.Item) -> bytes:
    return der.items(der.only(algorithm.whole, der.SEQUENCE).body)[0].whole


def _attribute_values(attributes: list[der.Item]) -> dict[bytes, bytes]:
    values: dict[bytes, bytes] = {}
    for attribute in attributes:
        kind, value = der.items(der.only(attribute.whole, der.SEQUENCE).body)
        if kind.whole in values:
            raise SigningError("container", "同一个签名属性出现了两次")
        values[kind.whole] = der.only(value.whole, der.SET).body
    return values


def _names(value: bytes | None, certificate: Certificate) -> bool | None:
    return None if value is None else _names_this(value, certificate.der)


@lru_cache(maxsize=256)
def _names_this(value: bytes, certificate: bytes) -> bool:
    first = der.items(der.items(der.only(value, der.SEQUENCE).body)[0].body)[0]
    parts = der.items(first.body)
    kind = _oid_in(parts[0]) if parts[0].tag == der.SEQUENCE else der.oid(_SHA256)
    named = next(part.body for part in parts if part.tag == der.OCTET_STRING)
    if kind == der.oid(SM3):
        return named == crypto().sm3(certificate)
    return kind == der.oid(_SHA256) and named == hashlib.sha256(certificate).digest()


@lru_cache(maxsize=256)
def _time(value: bytes) -> datetime:
    """A ceremony signs dozens of documents in one second."""
    item, _ = der.read(value)
    pattern = "%y%m%d%H%M%SZ" if item.tag == der.UTC_TIME else "%Y%m%d%H%M%SZ"
    return datetime.strptime(item.body.decode(), pattern).replace(tzinfo=UTC)
