"""What stands in a certificate: read once, kept as plain values."""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from asn1crypto import keys, pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from foundation.crypto import crypto, sm2
from foundation.crypto.der import bits

SM2_CURVE = "1.2.156.10197.1.301"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
SM3 = "1.2.156.10197.1.401"
EC_PUBLIC_KEY = "1.2.840.10045.2.1"

_NAME_OIDS = {
    "common_name": "2.5.4.3",
    "serial_number": "2.5.4.5",
    "country": "2.5.4.6",
    "organisation": "2.5.4.10",
    "unit": "2.5.4.11",
}
_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.CERTIFICATE_POLICIES,
}


SHANGHAI = ZoneInfo("Asia/Shanghai")
_USCC = re.compile(r"[0-9A-Z]{18}")


class CertificateError(ValueError):
    """These bytes are not a certificate, request or list that we can read. The message is Chinese."""


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names. An empty part is left out."""

    common_name: str
    """姓名 or 企业名称."""
    organisation: str = ""
    unit: str = ""
    serial_number: str = ""
    """A masked or hashed document number of a person, the 统一社会信用代码 of an enterprise."""
    country: str = "CN"

    @property
    def names_organisation(self) -> bool:
        """Whether this is an organisation and not a person: it bears its own name twice, or a 统一社会信用代码."""
        return self.common_name == self.organisation or bool(_USCC.fullmatch(self.serial_number))

    @property
    def text(self) -> str:
        """One line for people: name, organisation, unit."""
        return "，".join(part for part in (self.common_name, self.organisation, self.unit) if part)


@dataclass(frozen=True)
class Certificate:
    """A certificate as read. Times are aware UTC; raw names are DER."""

    der: bytes = field(repr=False)
    serial: int
    subject: Subject
    issuer: Subject
    subject_der: bytes = field(repr=False)
    issuer_der: bytes = field(repr=False)
    not_before: datetime
    not_after: datetime
    public: bytes = field(repr=False)
    """65 bytes of an SM2 point, or empty when the key is of another kind."""
    is_ca: bool
    path_length: int | None
    key_usage: frozenset[str] | None
    """Names as in cryptography: digital_signature, content_commitment, key_cert_sign, crl_sign …; None: not limited."""
    extended_usage: frozenset[str] | None
    """Dotted OIDs; None: not limited."""
    subject_key_id: bytes | None = field(repr=False)
    authority_key_id: bytes | None = field(repr=False)
    unknown_critical: tuple[str, ...]
    signature_algorithm: str
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """SM3 of the DER, hex."""
        return crypto().sm3(self.der).hex()

    @property
    def pem(self) -> str:
        return to_pem(self.der)


_KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


_UNREADABLE = (
    *(ValueError, TypeError, KeyError),
    *(x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType),
)


@lru_cache(maxsize=2048)
def _parse_der(der: bytes) -> Certificate:
    try:
        read = x509.load_der_x509_certificate(der)
        names = read.subject.public_bytes(), read.issuer.public_bytes()
        found = {extension.oid: extension for extension in read.extensions}
        subject, issuer = _subject(read.subject), _subject(read.issuer)
        public = _public_of(der)
    except _UNREADABLE as error:
        raise CertificateError(f"不是可以读取的 X.509 证书（{type(error).__name__}）") from None
    if not der.endswith(
        bits(read.signature)
    ):  # the library overlooks how many bits of the last byte are said to be unused
        raise CertificateError("不是可以读取的 X.509 证书（签名值不是整字节）")
    basic = _value(found, ExtensionOID.BASIC_CONSTRAINTS)
    usage = _value(found, ExtensionOID.KEY_USAGE)
    extended = _value(found, ExtensionOID.EXTENDED_KEY_USAGE)
    own_id = _value(found, ExtensionOID.SUBJECT_KEY_IDENTIFIER)
    their_id = _value(found, ExtensionOID.AUTHORITY_KEY_IDENTIFIER)
    return Certificate(
        der=der,
        serial=read.serial_number,
        subject=subject,
        issuer=issuer,
        subject_der=names[0],
        issuer_der=names[1],
        not_before=read.not_valid_before_utc,
        not_after=read.not_valid_after_utc,
        public=public,
        is_ca=bool(basic and basic.ca),
        path_length=basic.path_length if basic else None,
        key_usage=None if usage is None else frozenset(name for name in _KEY_USAGES if getattr(usage, name)),
        extended_usage=None if extended is None else frozenset(oid.dotted_string for oid in extended),
        subject_key_id=own_id.digest if own_id else None,
        authority_key_id=their_id.key_identifier if their_id else None,
        unknown_critical=tuple(
            oid.dotted_string for oid, found_one in found.items() if found_one.critical and oid not in _UNDERSTOOD
        ),
        signature_algorithm=read.signature_algorithm_oid.dotted_string,
        tbs=read.tbs_certificate_bytes,
        signature=read.signature,
    )


def _value(found: dict[x509.ObjectIdentifier, x509.Extension[Any]], oid: x509.ObjectIdentifier) -> Any:
    return found[oid].value if oid in found else None


def _subject(name: x509.Name) -> Subject:
    values = {part: "" for part in _NAME_OIDS}
    for attribute in name:
        for part, oid in _NAME_OIDS.items():
            if attribute.oid.dotted_string == oid and not values[part]:
                values[part] = str(attribute.value)
    return Subject(**values)


def _public_of(der: bytes) -> bytes:
    info = asn1.Certificate.load(der)["tbs_certificate"]["subject_public_key_info"]
    return _public_of_info(info)


def _public_of_info(info: Any) -> bytes:
    algorithm = info["algorithm"]
    if algorithm["algorithm"].dotted != EC_PUBLIC_KEY or algorithm["parameters"].chosen.dump() != _CURVE_DER:
        return b""
    public = bytes(info["public_key"])
    return public if sm2.is_public(public) else b""


_CURVE_DER = keys.NamedCurve(SM2_CURVE).dump()


def parse(certificate: bytes | str) -> Certificate:
    """Read one certificate, DER or PEM. CertificateError when it is neither."""
    raw = certificate.encode() if isinstance(certificate, str) else bytes(certificate)
    if raw[:1] == b"\x30":
        return _parse_der(raw)
    found = parse_many(raw)
    if len(found) != 1:
        raise CertificateError(f"应当是一张证书，读到 {len(found)} 张")
    return found[0]


def parse_many(bundle: bytes | str) -> list[Certificate]:
    """Every certificate of a PEM bundle, in order."""
    raw = bundle.encode() if isinstance(bundle, str) else bytes(bundle)
    try:
        blocks = list(pem.unarmor(raw, multiple=True)) if b"-----BEGIN" in raw else []
    except (ValueError, binascii.Error):
        raise CertificateError("PEM 编码有误") from None
    return [_parse_der(der) for name, _, der in blocks if name == "CERTIFICATE"]


def shanghai_text(at: datetime) -> str:
    """`2026-11-24 11:02:03` on Shanghai's clock, for sentences; 9999-12-31 (without end) stays as it is."""
    with suppress(OverflowError):
        at = at.astimezone(SHANGHAI)
    return f"{at:%Y-%m-%d %H:%M:%S}"


def to_pem(der: bytes, label: str = "CERTIFICATE") -> str:
    """PEM text of DER bytes."""
    body = base64.b64encode(der).decode()
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def public_spki(public: bytes) -> bytes:
    """SubjectPublicKeyInfo (DER) of an SM2 key."""
    return bytes(spki(public).dump())


def public_pem(public: bytes) -> str:
    """`-----BEGIN PUBLIC KEY-----` of an SM2 key."""
    return to_pem(public_spki(public), "PUBLIC KEY")


def read_public(value: bytes | str) -> bytes:
    """The 65 bytes of an SM2 key given as PEM, DER, Base64 of either DER or the point, or the point itself."""
    raw = value.encode() if isinstance(value, str) else bytes(value)
    if b"-----BEGIN" in raw:
        raw = pem.unarmor(raw)[2]
    elif re.fullmatch(rb"[A-Za-z0-9+/=\s]+", raw) and not sm2.is_public(raw):
        raw = base64.b64decode(raw)
    if raw[:1] == b"\x30":
        try:
            raw = _public_of_info(keys.PublicKeyInfo.load(raw, strict=True))
        except (ValueError, TypeError):
            raw = b""
    if not sm2.is_public(raw):
        raise CertificateError("不是 SM2 公钥")
    return raw


def spki(public: bytes) -> Any:
    """The asn1crypto value of SubjectPublicKeyInfo."""
    return keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": EC_PUBLIC_KEY, "parameters": keys.ECDomainParameters("named", SM2_CURVE)},
            "public_key": sm2.require_public(public),
        }
    )


_CODES = frozenset({"country_name", "serial_number"})


def name(subject: Subject) -> Any:
    """The asn1crypto Name: C, O, OU, CN, serialNumber in this order."""
    parts = [
        ("country_name", subject.country),
        ("organization_name", subject.organisation),
        ("organizational_unit_name", subject.unit),
        ("common_name", subject.common_name),
        ("serial_number", subject.serial_number),
    ]
    return asn1.Name(
        "",
        asn1.RDNSequence(
            [
                asn1.RelativeDistinguishedName([asn1.NameTypeAndValue({"type": kind, "value": _directory(kind, text)})])
                for kind, text in parts
                if text
            ]
        ),
    )


def _directory(kind: str, text: str) -> Any:
    printable = re.fullmatch(r"[A-Za-z0-9 '()+,\-./:=?]+", text)
    if kind == "country_name" and not re.fullmatch("[A-Z]{2}", text):
        raise CertificateError("证书主题的国家须为两个大写字母")
    return asn1.DirectoryString("printable_string" if printable and kind in _CODES else "utf8_string", text)
