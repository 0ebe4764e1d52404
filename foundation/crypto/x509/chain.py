"""Verifying a chain: hop by hop, at a moment, for a purpose; every fault is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from foundation.crypto import crypto
from foundation.crypto.x509.certificate import SM2_WITH_SM3, Certificate, parse, shanghai_text

if TYPE_CHECKING:
    from foundation.crypto.x509.crl import RevocationList

LONGEST_CHAIN = 6


class Purpose(Enum):
    """What the first certificate of a chain is used for."""

    SIGN_DOCUMENTS = "签署文件"
    TIME_STAMPS = "签发时间戳"
    ANY = "不限"


@dataclass(frozen=True)
class ChainProblem:
    """One fault: a code for programs, a sentence for people."""

    code: str
    """expired, not_yet_valid, purpose, no_issuer, untrusted, signature, not_ca, path_length, algorithm, critical or
    revoked."""
    message: str


@dataclass(frozen=True)
class Chain:
    """What verification found: the path from the signer upwards and what is wrong with it."""

    path: tuple[Certificate, ...]
    problems: tuple[ChainProblem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def verify_chain(
    certificate: Certificate,
    *,
    roots: Iterable[Certificate],
    intermediates: Iterable[Certificate] = (),
    at: datetime,
    purpose: Purpose = Purpose.SIGN_DOCUMENTS,
    revocations: Sequence[RevocationList] = (),
) -> Chain:
    """Follow `certificate` to one of `roots`. All certificates must have been valid at `at` (aware)."""
    trusted = {root.der: root for root in roots}
    path, problems = _path(certificate, trusted, list(intermediates))
    problems += _leaf_problems(certificate, purpose)
    for depth, each in enumerate(path):
        problems += _validity(each, at)
        problems += _revoked(each, path[depth + 1 : depth + 2], revocations, at)
        if depth:
            problems += _authority_problems(each, depth)
    return Chain(tuple(path), tuple(problems))


def _path(
    leaf: Certificate, trusted: dict[bytes, Certificate], intermediates: list[Certificate]
) -> tuple[list[Certificate], list[ChainProblem]]:
    path = [leaf]
    while path[-1].der not in trusted:
        below = path[-1]
        candidates = [each for each in (*trusted.values(), *intermediates) if _names(each, below)]
        if below.issuer_der == below.subject_der and not any(each.der != below.der for each in candidates):
            return path, [ChainProblem("untrusted", f"证书“{below.subject.text}”是自签证书，不在信任的根证书之内")]
        if not candidates:
            text = below.issuer.text or "未署名"
            return path, [ChainProblem("no_issuer", f"找不到“{below.subject.text}”的签发机构证书（{text}）")]
        above = next((each for each in candidates if is_signed_by(below, each)), None)
        if above is None:
            return path, [_not_signed(below)]
        if above in path or len(path) >= LONGEST_CHAIN:
            return path, [ChainProblem("untrusted", "证书链没有通到信任的根证书")]
        path.append(above)
    return path, []


def _not_signed(certificate: Certificate) -> ChainProblem:
    if certificate.signature_algorithm != SM2_WITH_SM3:
        return ChainProblem("algorithm", f"证书“{certificate.subject.text}”不是用 SM2 算法签发的")
    return ChainProblem("signature", f"证书“{certificate.subject.text}”上签发机构的签名不成立，证书是伪造的或被改动过")


def _names(above: Certificate, below: Certificate) -> bool:
    if above.subject_der != below.issuer_der:
        return False
    known = above.subject_key_id is not None and below.authority_key_id is not None
    return not known or above.subject_key_id == below.authority_key_id


def is_signed_by(below: Certificate, above: Certificate) -> bool:
    """Whether the issuer's signature on `below` holds under the key of `above`. Answers are remembered."""
    return below.signature_algorithm == SM2_WITH_SM3 and bool(above.public) and _holds(below.der, above.public)


@lru_cache(maxsize=4096)
def _holds(der: bytes, public: bytes) -> bool:
    below = parse(der)
    return crypto().sm2_verify(public, below.tbs, below.signature)


def _leaf_problems(leaf: Certificate, purpose: Purpose) -> list[ChainProblem]:
    if purpose is Purpose.ANY:
        return _critical(leaf)
    if purpose is Purpose.TIME_STAMPS:
        return [*_critical(leaf), *_time_problems(leaf)]
    problems = _critical(leaf)
    wanted = {"digital_signature", "content_commitment"}
    if leaf.is_ca:
        problems.append(ChainProblem("purpose", f"证书“{leaf.subject.text}”是签发机构证书，不能用来签署文件"))
    elif leaf.key_usage is not None and not leaf.key_usage & wanted:
        problems.append(ChainProblem("purpose", f"证书“{leaf.subject.text}”的用途不包括数字签名，不能用来签署文件"))
    elif leaf.extended_usage is not None and not leaf.extended_usage & DOCUMENT_USAGES:
        problems.append(ChainProblem("purpose", f"证书“{leaf.subject.text}”限定了别的用途，不能用来签署文件"))
    if not leaf.public:
        problems.append(ChainProblem("algorithm", f"证书“{leaf.subject.text}”的公钥不是 SM2 公钥"))
    return problems


def _time_problems(leaf: Certificate) -> list[ChainProblem]:
    """RFC 3161 2.3: a certificate for time stamps is for nothing else."""
    if leaf.is_ca or leaf.extended_usage != TIME_USAGE:
        return [ChainProblem("purpose", f"证书“{leaf.subject.text}”的用途不是（只）签发时间戳")]
    if not leaf.public:
        return [ChainProblem("algorithm", f"证书“{leaf.subject.text}”的公钥不是 SM2 公钥")]
    return []


TIME_USAGE = frozenset({"1.3.6.1.5.5.7.3.8"})
DOCUMENT_USAGES = frozenset({"2.5.29.37.0", "1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4"})
"""anyExtendedKeyUsage, documentSigning (RFC 9336), emailProtection."""


def _authority_problems(authority: Certificate, depth: int) -> list[ChainProblem]:
    problems = _critical(authority)
    may_sign = authority.key_usage is None or "key_cert_sign" in authority.key_usage
    if not authority.is_ca or not may_sign:
        problems.append(ChainProblem("not_ca", f"“{authority.subject.text}”的证书没有签发证书的权限"))
    elif authority.path_length is not None and depth - 1 > authority.path_length:
        problems.append(ChainProblem("path_length", f"“{authority.subject.text}”以下的证书层级超过了它的限制"))
    return problems


def _critical(certificate: Certificate) -> list[ChainProblem]:
    return [
        ChainProblem("critical", f"证书“{certificate.subject.text}”含有不认识的关键扩展 {oid}")
        for oid in certificate.unknown_critical
    ]


def _validity(certificate: Certificate, at: datetime) -> list[ChainProblem]:
    if at < certificate.not_before:
        start = shanghai_text(certificate.not_before)
        text = f"证书“{certificate.subject.text}”在 {shanghai_text(at)} 时尚未生效（{start} 起）"
        return [ChainProblem("not_yet_valid", text)]
    if at > certificate.not_after:
        end = shanghai_text(certificate.not_after)
        text = f"证书“{certificate.subject.text}”在 {shanghai_text(at)} 时已过有效期（至 {end}）"
        return [ChainProblem("expired", text)]
    return []


def _revoked(
    certificate: Certificate, issuer: Sequence[Certificate], revocations: Sequence[RevocationList], at: datetime
) -> list[ChainProblem]:
    for each in revocations:
        entry = each.entry_of(certificate, issuer[0]) if issuer else None
        if entry and entry.at <= at:
            text = f"证书“{certificate.subject.text}”已于 {shanghai_text(entry.at)} 被吊销"
            return [ChainProblem("revoked", text)]
    return []
