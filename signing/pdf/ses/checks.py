"""What is wrong with an electronic seal on a document, beyond what every signature is asked. R139, R141."""

from __future__ import annotations

from datetime import datetime

from foundation.crypto.eseal import Seal, seal_problems
from foundation.crypto.x509 import Certificate, CertificateError, parse
from signing.pdf.container import ByteRange, Signature
from signing.pdf.errors import SigningError
from signing.pdf.report import Problem
from signing.pdf.stamps import Believed
from signing.pdf.syntax import Dict, PdfSyntaxError, parse_array, string_of


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
    return problems
