"""别家的 PDF 签名: RSA and ECDSA, examined by pyHanko, told in the same words as ours. R141.

The library judges value, digest, range, chain at the stated time and what later revisions changed. A file that mixes
its algorithms with SM2 is not brought here: no one judge could answer for all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from foundation.crypto.x509 import DOCUMENT_USAGES, Certificate, parse
from signing.pdf.additions import added_since
from signing.pdf.fields import UNSEEN
from signing.pdf.library import read_pdf
from signing.pdf.report import Coverage, Problem, Report, SignatureReport

_BROKEN = (PdfError, SignatureValidationError, PathError, ValueError, TypeError, KeyError, IndexError, AttributeError)
_PURPOSE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_RULES: list[Any] = [DocInfoRule, XrefStreamRule, ObjectStreamRule, DSSCompareRule, MetadataUpdateRule]
_FIELD_RULES: list[Any] = [SigFieldCreationRule, SigFieldModificationRule]
_CATALOG: Any = CatalogModificationRule
_LAWFUL = StandardDiffPolicy(
    global_rules=[
        _CATALOG(),
        *(rule().as_qualified(ModificationLevel.LTA_UPDATES) for rule in _RULES),
    ],
    form_rule=FormUpdatingRule(field_rules=[rule() for rule in _FIELD_RULES]),
)
"""What may be changed after a signature: another one, time-stamps and what they need. No field may be filled in."""
_HOLE = re.compile(rb"<[0-9A-Fa-f]*>")
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
    ModificationLevel.FORM_FILLING: "又签了名",
    ModificationLevel.ANNOTATIONS: "添加了批注",
}


def verify_foreign(
    pdf: bytes, roots: Sequence[Certificate], intermediates: Iterable[Certificate], at: datetime | None
) -> Report:
    """Every signature of a file that holds none of ours. Never raises for a bad file."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        found, stamps = list(reader.embedded_regular_signatures), list(reader.embedded_timestamp_signatures)
        closed = [int(each.signed_revision) for each in (*found, *stamps)]
    except _BROKEN as error:
        return Report((), (Problem("structure", f"文件结构有误，不能验证（{type(error).__name__}）"),))
    problems = [] if found else [Problem("unsigned", "文件里没有签名")]
    trusted, others = list(map(_asn1, roots)), list(map(_asn1, intermediates))
    problems += [each for stamp in stamps for each in _stamp_problems(stamp, trusted, others)]
    if found:
        file = read_pdf(pdf)
        if len(pdf) not in {file.ends(file.revisions - 1)[1], *map(_range_end, (*found, *stamps))}:
            problems.append(Problem("trailing", "文件结尾之后还有内容"))
        problems += added_since(file, sorted(closed))
    reports = [_one(pdf, each, trusted, others, at) for each in found]
    return Report(tuple(reports), tuple(problems), int(reader.total_revisions))


def _range_end(signature: Any) -> int:
    return sum(list(map(int, signature.byte_range))[-2:])


def _hole_problems(pdf: bytes, signature: Any) -> list[Problem]:
    """The range leaves out digits and nothing else; the container says by which algorithm it was made."""
    if len(signature.byte_range) != 4:
        return [Problem("range", "签名的保护范围（ByteRange）写得不对")]
    if not _HOLE.fullmatch(pdf, int(signature.byte_range[1]), int(signature.byte_range[2])):
        return [Problem("range_hole", "签名的保护范围中间漏掉了签名值以外的内容")]
    told = {each["algorithm"].native for each in signature.signed_data["digest_algorithms"]}
    if signature.signer_info["digest_algorithm"]["algorithm"].native not in told:
        return [Problem("container", "签名数据没有声明它用的摘要算法")]
    return []


def _stamp_problems(stamp: Any, roots: list[Any], others: list[Any]) -> list[Problem]:
    """A document time-stamp must hold too; whom it is by is told by the same roots."""
    context = ValidationContext(trust_roots=roots, other_certs=others, allow_fetching=False)
    try:
        status = validate_pdf_timestamp(stamp, context, diff_policy=_LAWFUL)
    except _BROKEN as error:
        return [Problem("stamp", f"文件里的时间戳不能验证（{type(error).__name__}）")]
    return [] if status.intact and status.valid and status.trusted else [Problem("stamp", "文件里的时间戳没有通过验证")]


def _asn1(certificate: Certificate) -> Any:
    return asn1.Certificate.load(certificate.der)


def _one(pdf: bytes, signature: Any, roots: list[Any], others: list[Any], at: datetime | None) -> SignatureReport:
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
        report = replace(report, shown=_is_drawn(signature.sig_field))
        if odd := _hole_problems(pdf, signature):
            return replace(report, problems=tuple(odd))
        status = validate_pdf_signature(signature, context, diff_policy=_LAWFUL, key_usage_settings=_PURPOSE)
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
    stamps = [each for each in (status.timestamp_validity, status.content_timestamp_validity) if each is not None]
    if not all(each.intact and each.valid for each in stamps):
        problems.append(Problem("stamp", "签名里的时间戳盖的不是这个签名，或者被改动过"))
    return problems


def _trust_problems(status: Any) -> list[Problem]:
    usages = parse(status.signing_cert.dump()).extended_usage
    if usages is not None and not usages & DOCUMENT_USAGES:
        return [Problem(*_UNTRUSTED["CHAIN_CONSTRAINTS_FAILURE"])]
    if status.trusted:
        return []
    indication = status.trust_problem_indic
    return [Problem(*_UNTRUSTED.get(getattr(indication, "name", ""), _UNKNOWN))]


def _is_drawn(field: Any) -> bool:
    return any(_has_room(each) for each in [field, *([] if "/Rect" in field else field.get("/Kids", []))])


def _has_room(widget: Any) -> bool:
    left, bottom, right, top = map(float, widget.get("/Rect", (0, 0, 0, 0)))
    return left != right and bottom != top and not int(widget.get("/F", 0)) & UNSEEN


def _name(name: Any) -> str:
    return str(name.native.get("common_name", name.human_friendly))
