"""What is wrong with an electronic seal on a document, beyond what every signature is asked. R139, R141."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.crypto import crypto
from foundation.crypto.eseal import Seal, seal_problems
from foundation.crypto.timestamp import TimestampError, token_problems, token_read
from foundation.crypto.x509 import Certificate, CertificateError, RevocationList, parse
from signing.pdf.container import ByteRange, Signature
from signing.pdf.errors import SigningError
from signing.pdf.report import Problem
from signing.pdf.syntax import Dict, PdfSyntaxError, parse_array, string_of

_CLOCKS_MAY_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Believed:
    """Whom the verifier trusts, and the certificates in between."""

    roots: Sequence[Certificate]
    intermediates: Sequence[Certificate]
    revocations: Sequence[RevocationList]


def certificates_beside(entries: Dict, signature: Signature) -> tuple[Certificate, ...]:
    """The certificates in /Cert after the signer's own. SigningError when it names another signer or is no list."""
    if b"Cert" not in entries:
        return ()
    raw = entries[b"Cert"]
    try:
        listed = [parse(string_of(each)) for each in (parse_array(raw) if raw[:1] == b"[" else [raw])]
    except (PdfSyntaxError, CertificateError, ValueError):
        raise SigningError("container", "签名字典里所附的证书不能读取") from None
    if not listed or listed[0] != signature.certificate:
        raise SigningError("certificate_swapped", "签名字典里写的证书不是签章人的证书，证书可能被替换")
    return tuple(listed[1:])


def ses_problems(
    signature: Signature, seal: Seal, covered: ByteRange, at: datetime, believed: Believed
) -> list[Problem]:
    """Seal, maker, list of signers, times and stated range."""
    found = seal_problems(
        seal,
        at=at,
        signer=signature.certificate,
        roots=believed.roots,
        intermediates=believed.intermediates,
        revocations=believed.revocations,
    )
    problems = [Problem(each.code, each.message) for each in found]
    if signature.covered is not None and signature.covered != covered:
        problems.append(Problem("range_stated", "签章里写明的保护范围和实际保护的不一致"))
    return problems + _stamp_problems(signature, believed)


def _stamp_problems(signature: Signature, believed: Believed) -> list[Problem]:
    """A time stamp over the value is not needed; one that is there must hold, and not lie before the signing."""
    if signature.stamp is None:
        return []
    try:
        token = token_read(signature.stamp)
    except TimestampError as error:
        return [Problem("stamp", f"签章里的时间戳不能读取：{error}")]
    found = token_problems(
        token,
        imprint=crypto().sm3(signature.value),
        roots=believed.roots,
        intermediates=believed.intermediates,
    )
    problems = [Problem("stamp", f"签章里的时间戳不成立：{each.message}") for each in found]
    if signature.signing_time and signature.signing_time > token.at + _CLOCKS_MAY_DIFFER:
        problems.append(Problem("stamp", "签章时间晚于时间戳的时间"))
    return problems
