"""别家的 PDF 签名: RSA and ECDSA, examined by pyHanko, told in the same words as ours. R141.

The library judges value, digest, range, chain at the stated time and what later revisions changed. A file that mixes
its algorithms with SM2 is not brought here: no one judge could answer for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from foundation.crypto.x509 import DOCUMENT_USAGES, Certificate, parse
from signing.pdf.report import Coverage, Problem, Report, SignatureReport

_BROKEN = (PdfError, SignatureValidationError, PathError, ValueError, TypeError, KeyError, IndexError, AttributeError)
_PURPOSE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_COVERS: dict[Any, Coverage] = {
    SignatureCoverageLevel.ENTIRE_FILE: "whole",
    SignatureCoverageLevel.ENTIRE_REVISION: "revision",
}
_UNTRUSTED = {
    "NOT_YET_VALID": ("not_yet_valid", "签署时证书尚未生效"),
    "OUT_OF_BOUNDS_NOT_REVOKED": ("expired", "签署时证书不在有效期内"),
    "OUT_OF_BOUNDS_NO_POE": ("expired", "签署时证书不在有效期内"),
    "CHAIN_CONSTRAINTS_FAILURE": ("purpose", "证书的用途不能用来签署文件"),
    "NO_CERTIFICATE_CHAIN_FOUND": ("untrusted", "证书链没有通到信任的根证书"),
    "REVOKED_NO_POE": ("revoked", "证书已被吊销"),
    "REVOKED_CA_NO_POE": ("revoked", "签发机构的证书已被吊销"),
    "CRYPTO_CONSTRAINTS_FAILURE": ("algorithm", "签名用的算法已经不安全"),
}
_UNKNOWN = ("untrusted", "证书没有通过验证")
_ALTERED = {
    ModificationLevel.LTA_UPDATES: "补充了时间戳或验证资料",
    ModificationLevel.FORM_FILLING: "填写了表单或又签了名",
    ModificationLevel.ANNOTATIONS: "添加了批注",
}


def verify_foreign(
    pdf: bytes, roots: Sequence[Certificate], intermediates: Iterable[Certificate], at: datetime | None
) -> Report:
    """Every signature of a file that holds none of ours. Never raises for a bad file."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        found = list(reader.embedded_signatures)
    except _BROKEN as error:
        return Report((), (Problem("structure", f"文件结构有误，不能验证（{type(error).__name__}）"),))
    problems = [] if found else [Problem("unsigned", "文件里没有签名")]
    if len(pdf.rstrip()) > pdf.rfind(b"%%EOF") + 5:
        problems.append(Problem("trailing", "文件结尾之后还有内容"))
    reports = [_one(each, list(map(_asn1, roots)), list(map(_asn1, intermediates)), at) for each in found]
    return Report(tuple(reports), tuple(problems), int(reader.total_revisions))


def _asn1(certificate: Certificate) -> Any:
    return asn1.Certificate.load(certificate.der)


def _one(signature: Any, roots: list[Any], others: list[Any], at: datetime | None) -> SignatureReport:
    moment = at or signature.self_reported_timestamp
    report = SignatureReport(
        field=str(signature.field_name),
        signer="",
        issuer="",
        signed_at=signature.self_reported_timestamp,
        reason=str(signature.sig_object.get("/Reason", "")),
        intact=False,
        chain_ok=False,
        covers="broken",
        changed_since=(),
        problems=(),
    )
    if moment is None:
        return replace(report, problems=(Problem("time", "签名没有签署时间，不能判断当时证书是否有效"),))
    context = ValidationContext(trust_roots=roots, other_certs=others, moment=moment, allow_fetching=False)
    try:
        status = validate_pdf_signature(signature, context, key_usage_settings=_PURPOSE)
    except _BROKEN as error:
        return replace(report, problems=(Problem("container", f"签名数据不能验证（{type(error).__name__}）"),))
    return _told(report, signature.signed_revision, status)


def _told(report: SignatureReport, revision: int, status: Any) -> SignatureReport:
    """The library's findings in our words."""
    covers = _COVERS.get(status.coverage, "broken")
    since = _ALTERED.get(status.modification_level)
    untrusted = _trust_problems(status)
    problems = [*_value_problems(status, covers), *untrusted]
    if not status.docmdp_ok:
        since = "文件内容被改动过"
        problems.append(Problem("changed", "签名之后文件被改动过，不只是又签了名"))
    path = [] if status.validation_path is None else list(status.validation_path)
    return replace(
        report,
        signer=_name(status.signing_cert.subject),
        issuer=str(status.signing_cert.issuer.human_friendly),
        intact=status.intact and status.valid and covers != "broken",
        chain_ok=not untrusted,
        covers=covers,
        changed_since=(since,) if since else (),
        problems=tuple(problems),
        revision=0 if covers == "broken" else revision + 1,
        chain=tuple(_name(each.subject) for each in reversed(path[:-1])),
        certificate=status.signing_cert.dump(),
    )


def _value_problems(status: Any, covers: Coverage) -> list[Problem]:
    problems = []
    if not status.intact:
        problems.append(Problem("digest", "签署之后文件内容被改动过（摘要不符）"))
    elif not status.valid:
        problems.append(Problem("value", "签名值不成立，签名是伪造的或被改动过"))
    if covers == "broken":
        problems.append(Problem("range", "签名没有从头到尾保护它那一版文件"))
    return problems


def _trust_problems(status: Any) -> list[Problem]:
    usages = parse(status.signing_cert.dump()).extended_usage
    if usages is not None and not usages & DOCUMENT_USAGES:
        return [Problem(*_UNTRUSTED["CHAIN_CONSTRAINTS_FAILURE"])]
    if status.trusted:
        return []
    indication = status.trust_problem_indic
    return [Problem(*_UNTRUSTED.get(getattr(indication, "name", ""), _UNKNOWN))]


def _name(name: Any) -> str:
    return str(name.native.get("common_name", name.human_friendly))
