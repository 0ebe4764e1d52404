"""Issuing: a root, an issuing authority, event certificates of persons, certificates of organisations."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, core, csr, pem
from asn1crypto import x509 as asn1

from foundation.crypto import Sm2Key, crypto
from foundation.crypto.x509.certificate import (
    SM2_WITH_SM3,
    Certificate,
    CertificateError,
    Subject,
    name,
    parse,
    read_public,
    spki,
)


@dataclass(frozen=True)
class Profile:
    """What a certificate may be used for."""

    key_usage: frozenset[str]
    """Names of asn1crypto: digital_signature, non_repudiation, key_cert_sign, crl_sign …"""
    ca: bool = False
    path_length: int | None = None
    """How many issuing authorities may follow below this one."""
    extended_usage: frozenset[str] = frozenset()


ROOT = Profile(key_usage=frozenset({"key_cert_sign", "crl_sign"}), ca=True, path_length=1)
"""根证书."""
ISSUING = Profile(key_usage=frozenset({"key_cert_sign", "crl_sign"}), ca=True, path_length=0)
"""签发机构证书."""
EVENT = Profile(key_usage=frozenset({"digital_signature", "non_repudiation"}))
"""事件证书: one ceremony of one natural person, minutes long."""
ORGANISATION = Profile(key_usage=frozenset({"digital_signature", "non_repudiation"}))
"""机构证书: an enterprise's e-licence, or the registration authority's own."""


TIME_STAMPING = Profile(
    key_usage=frozenset({"digital_signature", "non_repudiation"}),
    extended_usage=frozenset({"time_stamping"}),
)
"""时间戳证书: for time stamps and nothing else (RFC 3161)."""


@dataclass(frozen=True)
class Issuer:
    """Who signs: a certificate and its private number."""

    certificate: Certificate
    key: Sm2Key

    @classmethod
    def of(cls, certificate: bytes | str, private: bytes) -> Issuer:
        """A stored certificate with its private number; CertificateError when they do not belong together."""
        read = parse(certificate)
        if crypto().sm2_public(private) != read.public:
            raise CertificateError("私钥与签发机构证书不匹配")
        return cls(read, Sm2Key(private=private, public=read.public))


def self_signed_root(*, subject: Subject, key: Sm2Key, not_before: datetime, not_after: datetime) -> Issuer:
    """A root that signs itself."""
    der = _sealed(_body(subject, key.public, ROOT, not_before, not_after, subject, None, _serial()), key)
    return Issuer(parse(der), key)


def issue_certificate(
    *,
    issuer: Issuer,
    subject: Subject,
    public: bytes,
    profile: Profile,
    not_before: datetime,
    not_after: datetime | None = None,
    minutes: int | None = None,
    serial: int | None = None,
) -> Certificate:
    """Issue a certificate for `public`. Its end is `not_after`, or `minutes` after its beginning, both times aware.

    CertificateError when the time runs backwards or out of the issuer's, or the issuer is no authority.
    """
    end = not_after or not_before + timedelta(minutes=minutes or 0)
    if not issuer.certificate.is_ca:
        raise CertificateError("签发者不是签发机构")
    if end <= not_before:
        raise CertificateError("证书的截止时间须晚于开始时间")
    if end > issuer.certificate.not_after or not_before < issuer.certificate.not_before:
        raise CertificateError("证书的有效期超出了签发机构证书的有效期")
    body = _body(subject, public, profile, not_before, end, None, issuer.certificate, serial or _serial())
    return parse(_sealed(body, issuer.key))


def _serial() -> int:
    return secrets.randbits(120) | 1 << 120


def _body(
    subject: Subject,
    public: bytes,
    profile: Profile,
    not_before: datetime,
    not_after: datetime,
    issuer_subject: Subject | None,
    issuer: Certificate | None,
    serial: int,
) -> Any:
    issuer_name = asn1.Name.load(issuer.subject_der) if issuer else name(issuer_subject or subject)
    issuer_key = issuer.public if issuer else public
    extensions = [
        ("key_identifier", False, core.OctetString(key_id(public))),
        ("authority_key_identifier", False, asn1.AuthorityKeyIdentifier({"key_identifier": key_id(issuer_key)})),
        ("basic_constraints", True, _constraints(profile)),
        ("key_usage", True, asn1.KeyUsage(set(profile.key_usage))),
    ]
    if profile.extended_usage:
        extensions.append(("extended_key_usage", True, asn1.ExtKeyUsageSyntax(sorted(profile.extended_usage))))
    return asn1.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": algorithm(),
            "issuer": issuer_name,
            "validity": {"not_before": moment(not_before), "not_after": moment(not_after)},
            "subject": name(subject),
            "subject_public_key_info": spki(public),
            "extensions": [
                {"extn_id": kind, "critical": critical, "extn_value": value} for kind, critical, value in extensions
            ],
        }
    )


def _constraints(profile: Profile) -> Any:
    if profile.ca:
        return asn1.BasicConstraints({"ca": True, "path_len_constraint": profile.path_length})
    return asn1.BasicConstraints({"ca": False})


def _sealed(body: Any, key: Sm2Key) -> bytes:
    signature = crypto().sm2_sign(key.private, body.dump(), public=key.public)
    return bytes(
        asn1.Certificate(
            {"tbs_certificate": body, "signature_algorithm": algorithm(), "signature_value": signature}
        ).dump()
    )


def algorithm() -> Any:
    """AlgorithmIdentifier of SM2-with-SM3, without parameters."""
    return algos.SignedDigestAlgorithm({"algorithm": SM2_WITH_SM3})


def key_id(public: bytes) -> bytes:
    """Key identifier: the first 20 bytes of the SM3 of the point."""
    return crypto().sm3(public)[:20]


def moment(at: datetime) -> Any:
    """asn1crypto Time: UTCTime up to 2049, GeneralizedTime after."""
    if at.tzinfo is None:
        raise CertificateError("证书时间须带时区")
    utc = at.astimezone(UTC).replace(microsecond=0)
    return asn1.Time("utc_time" if utc.year < 2050 else "general_time", utc)


def certificate_request(key: Sm2Key, subject: Subject) -> bytes:
    """PKCS#10 request (DER), signed with the key it asks for."""
    body = csr.CertificationRequestInfo(
        {"version": "v1", "subject": name(subject), "subject_pk_info": spki(key.public), "attributes": []}
    )
    signature = crypto().sm2_sign(key.private, body.dump(), public=key.public)
    return bytes(
        csr.CertificationRequest(
            {"certification_request_info": body, "signature_algorithm": algorithm(), "signature": signature}
        ).dump()
    )


def read_request(request: bytes | str) -> bytes:
    """The public key of a PKCS#10 request, DER or PEM. CertificateError unless its own signature holds."""
    raw = request.encode() if isinstance(request, str) else bytes(request)
    try:
        der = pem.unarmor(raw)[2] if b"-----BEGIN" in raw else raw
        read = csr.CertificationRequest.load(der, strict=True)
        info = read["certification_request_info"]
        public, body = read_public(info["subject_pk_info"].dump()), info.dump()
        kind, signature = read["signature_algorithm"]["algorithm"].dotted, bytes(read["signature"])
    except (ValueError, TypeError, KeyError):
        raise CertificateError("不是可以读取的证书请求") from None
    if kind != SM2_WITH_SM3 or not crypto().sm2_verify(public, body, signature):
        raise CertificateError("证书请求的签名不成立")
    return public
