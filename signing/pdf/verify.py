"""验证签名: for every signature its value, digest, chain at the time of signing and range; for the file what came after.

R139 (验证后才算签成), R141, R147. Nothing a file says about itself is believed: ranges, revisions and appearances are checked
against the bytes. Each refusal names its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import datetime, timedelta

from foundation.crypto import CryptoError, crypto
from foundation.crypto.eseal import Seal
from foundation.crypto.x509 import Certificate, RevocationList, parse, verify_chain
from foundation.crypto.x509.certificate import SHANGHAI, shanghai_text
from signing.pdf import cms, ses
from signing.pdf.additions import cover_problems
from signing.pdf.container import ByteRange, Signature, covered_digest, value_holds
from signing.pdf.errors import SigningError
from signing.pdf.fields import Field, is_drawn, signature_fields
from signing.pdf.library import read_pdf
from signing.pdf.objects import PdfFile
from signing.pdf.permissions import permission_problems
from signing.pdf.report import Coverage, Problem, Report, SealReport, SignatureReport
from signing.pdf.revisions import Change, changes_after
from signing.pdf.ses.checks import certificates_beside, ses_problems
from signing.pdf.ses.look import look_problem
from signing.pdf.stamps import Believed, stamp_problems
from signing.pdf.syntax import (
    Dict,
    PdfSyntaxError,
    date_of,
    integer_of,
    name_of,
    parse_array,
    reference_of,
    string_of,
    text_of,
)

_SUB_FILTERS = {cms.STD.sub_filter, cms.GM.sub_filter, ses.SUB_FILTER}
_TIME_STAMP = b"/ETSI.RFC3161"
"""A time-stamp over the document: nobody's signature."""
_HEX_DIGITS = b"0123456789ABCDEFabcdef"
_ANY_RANGE = re.compile(rb"/ByteRange[\0\t\n\f\r ]*\[")
_CLOCKS_MAY_DIFFER = timedelta(minutes=5)
_AHEAD = timedelta(minutes=10)
"""How far another's clock may be ahead of ours."""


def verify_pdf(
    pdf: bytes,
    roots: Iterable[bytes | str | Certificate],
    intermediates: Iterable[bytes | str | Certificate] = (),
    at: datetime | None = None,
    *,
    revocations: Sequence[RevocationList] = (),
    now: datetime | None = None,
) -> Report:
    """Verify every signature of a file and what changed after each.

    Chains are checked at the time each signer states, or at `at` if given. Intermediates embedded in a signature are
    used as well; trust comes from `roots` alone. `now` is the legal time of who asks: what claims to be signed later
    is not good; without it nobody's clock is asked. Never raises for a bad file: the report says what is wrong.
    """
    report = _verified(pdf, roots, intermediates, at, revocations)
    return report if now is None else replace(report, signatures=tuple(_begun(each, now) for each in report.signatures))


def _begun(report: SignatureReport, now: datetime) -> SignatureReport:
    """Told that it is of the future, if it is. A time without a zone is taken for one of ours."""
    stated = report.signed_at
    if stated is None or (stated if stated.tzinfo else stated.replace(tzinfo=SHANGHAI)) - now <= _AHEAD:
        return report
    problem = Problem("future", f"签名写的签署时间（{shanghai_text(stated)}）还没有到")
    return replace(report, problems=(*report.problems, problem))


def _verified(
    pdf: bytes,
    roots: Iterable[bytes | str | Certificate],
    intermediates: Iterable[bytes | str | Certificate],
    at: datetime | None,
    revocations: Sequence[RevocationList],
) -> Report:
    trust = _Trust(_certificates(roots), _certificates(intermediates), at, tuple(revocations))
    try:
        file = read_pdf(bytes(pdf))
        if _is_foreign(file):
            from signing.pdf.foreign import verify_foreign  # a second to load, and ours need none of it

            return verify_foreign(bytes(pdf), trust.roots, trust.intermediates, at)
        return _verify(file, trust)
    except SigningError as error:
        return Report((), (Problem(error.code, error.message),))
    except PdfSyntaxError as error:
        return Report((), (Problem("structure", f"文件结构有误，不能验证（{error}）"),))
    except MemoryError:
        raise
    except Exception as error:  # over a forged file a library may break in any way: then the file is not good
        return Report((), (Problem("structure", f"文件结构有误，不能验证（{type(error).__name__}）"),))


def _is_foreign(file: PdfFile) -> bool:
    """Whether every signature is by other algorithms than ours: then all of the file is the library's to judge."""
    signed = [file.dict_of(each.entries.get(b"V")) for each in signature_fields(file) if each.signed]
    values = [each.get(b"Contents", b"<>") for each in signed if each.get(b"SubFilter") != _TIME_STAMP]
    try:
        return bool(values) and all(cms.is_foreign(string_of(value)) for value in values)
    except PdfSyntaxError:
        return False


@dataclass(frozen=True)
class _Trust:
    roots: tuple[Certificate, ...]
    intermediates: tuple[Certificate, ...]
    at: datetime | None
    revocations: tuple[RevocationList, ...]


def _certificates(given: Iterable[bytes | str | Certificate]) -> tuple[Certificate, ...]:
    return tuple(each if isinstance(each, Certificate) else parse(each) for each in given)


@dataclass
class _Found:
    """A signature while it is being examined."""

    field: Field
    entries: Dict
    number: int
    revision: int
    """The revision it closes; where its value was written, when the range is broken."""
    covers: Coverage = "broken"
    covered: ByteRange = (0, 0, 0)
    digest: bytes = b""
    problems: list[Problem] = attribute(default_factory=list)

    def refuse(self, code: str, message: str) -> None:
        self.problems.append(Problem(code, message))


def _verify(file: PdfFile, trust: _Trust) -> Report:
    known = signature_fields(file)
    signed = [each for each in known if each.signed]
    problems: list[Problem] = []
    if file.data.count(b"/ByteRange") > len(signed) and len(_ANY_RANGE.findall(file.data)) > len(signed):
        problems.append(Problem("orphan", "文件里有已不属于任何签名位置的签名数据，签名可能被移除或替换过"))
    if not signed:
        return Report((), (*problems, Problem("unsigned", "文件里没有签名")), file.revisions)
    if file.ends(file.revisions - 1)[1] != len(file.data):
        problems.append(Problem("trailing", "文件结尾之后还有内容"))
    found = sorted((_open(file, each) for each in signed), key=lambda each: each.revision)
    changes = changes_after(file, found[0].revision, known)
    problems += permission_problems(
        file, [(each.field.name, each.number, each.entries, each.revision) for each in found]
    )
    _match(found, changes)
    problems += cover_problems(file, [each.field for each in found if each.revision > found[0].revision])
    return Report(tuple(_report(file, each, changes, trust) for each in found), tuple(problems), file.revisions)


def _open(file: PdfFile, target: Field) -> _Found:
    number = reference_of(target.entries.get(b"V"))
    stored = file.stored(number) if number is not None else None
    if number is None or stored is None or stored.entries is None:
        raise SigningError("structure", f"签名“{target.name}”的签名数据不能读取")
    written = next(each for each in range(file.revisions) if stored.start < file.ends(each)[1])
    found = _Found(target, stored.entries, number, written)
    try:
        _check_range(file, found, (stored.value_start, stored.value_start + len(stored.raw)))
    except PdfSyntaxError:
        found.refuse("range", "签名的保护范围（ByteRange）写得不对")
    return found


def _check_range(file: PdfFile, found: _Found, bounds: tuple[int, int]) -> None:
    """The range must be all of the file up to the end of its revision, but for the hole that holds the value."""
    numbers = (
        [integer_of(item) for item in parse_array(found.entries[b"ByteRange"])] if b"ByteRange" in found.entries else []
    )
    if len(numbers) != 4:
        return found.refuse("range", "签名的保护范围（ByteRange）写得不对")
    start, first, hole_end, second = numbers
    end = hole_end + second
    if start != 0:
        return found.refuse("range_start", "签名没有从文件开头起保护")
    if min(numbers) < 0 or end > len(file.data):
        return found.refuse("range_beyond", "签名的保护范围超出了文件")
    if hole_end <= first:
        return found.refuse("range_overlap", "签名的保护范围前后重叠")
    hole = file.data[first:hole_end]
    if hole[:1] + hole[-1:] != b"<>" or hole[1:-1].translate(None, _HEX_DIGITS):
        return found.refuse("range_hole", "签名的保护范围中间漏掉了签名值以外的内容")
    if not bounds[0] < first < hole_end < bounds[1] or found.entries.get(b"Contents") != hole:
        return found.refuse("range_wrapped", "签名值不在它保护范围的空档里，签名可能被移花接木")
    if end not in file.ends(found.revision):
        whole = next((each for each in range(file.revisions) if end in file.ends(each)), None)
        reason = "签名没有保护到文件的结尾" if whole is None else "签名值写在它所保护的版本之外，签名可能被移花接木"
        return found.refuse("range_short" if whole is None else "range_wrapped", reason)
    found.covers = "whole" if found.revision == file.revisions - 1 else "revision"
    found.covered = first, hole_end, second
    found.digest = covered_digest(file.data, found.covered)
    return None


def _match(found: list[_Found], changes: list[Change]) -> None:
    """Every revision after the first signature must be closed by the signature it writes, and by one alone."""
    by_name = {each.field.name: each for each in found}
    closed: dict[int, str] = {}
    for each in found:
        if each.covers != "broken" and each.revision in closed:
            each.refuse("same_revision", f"与签名“{closed[each.revision]}”写在同一个版本里")
        closed.setdefault(each.revision, each.field.name)
    for change in changes:
        for name in change.signed:
            if name in by_name and by_name[name].revision != change.revision:
                by_name[name].refuse("range_wrapped", "签名值写在它所保护的版本之外，签名可能被移花接木")


def _report(file: PdfFile, found: _Found, changes: list[Change], trust: _Trust) -> SignatureReport:
    since: list[str] = []
    for change in changes:
        if change.revision > found.revision:
            since += [f"“{name}”处又签了名" for name in change.signed]
            since += [str(problem) for problem in change.problems]
            found.problems += change.problems
    stated = _stated_time(found)
    report = SignatureReport(
        field=found.field.name,
        signer=_text(found, b"Name"),
        issuer="",
        signed_at=stated,
        reason=_text(found, b"Reason"),
        intact=False,
        chain_ok=False,
        covers=found.covers,
        changed_since=tuple(since),
        problems=(),
        revision=0 if found.covers == "broken" else found.revision + 1,
        shown=is_drawn(file, found.field),
    )
    try:
        return _examine(report, file, found, trust)
    except PdfSyntaxError:
        found.refuse("container", "签名数据不能读取")
    except SigningError as error:
        found.refuse(error.code, error.message)
    return replace(report, problems=tuple(dict.fromkeys(found.problems)))


def _examine(report: SignatureReport, file: PdfFile, found: _Found, trust: _Trust) -> SignatureReport:
    kind = name_of(found.entries.get(b"SubFilter", b"/"))
    signature = _read(found, kind)
    intact = _check_value(found, signature, kind)
    moment = _check_time(found, report.signed_at, signature.signing_time)
    at = trust.at or moment
    between, lists = (*trust.intermediates, *signature.others), (*trust.revocations, *signature.revocations)
    chain_ok, path = False, tuple[str, ...]()
    if at:
        chain = verify_chain(signature.certificate, roots=trust.roots, intermediates=between, at=at, revocations=lists)
        chain_ok, path = chain.ok, tuple(each.subject.common_name for each in chain.path[1:])
        found.problems += [Problem(problem.code, problem.message) for problem in chain.problems]
    believed = Believed(trust.roots, between, lists)
    found.problems += stamp_problems(signature, moment, believed) if moment else []
    if signature.seal and at:
        found.problems += ses_problems(signature, signature.seal, found.covered, at, believed)
        shown = look_problem(file, found.field.entries, signature.seal.info.picture)
        found.problems += [shown] if shown else []
    return replace(
        report,
        signer=signature.certificate.subject.common_name,
        issuer=signature.certificate.issuer.text,
        signed_at=moment,
        intact=intact and found.covers != "broken",
        chain_ok=chain_ok,
        chain=path,
        organisation=signature.certificate.subject.names_organisation,
        problems=tuple(dict.fromkeys(found.problems)),
        seal=_seal_report(signature.seal) if signature.seal else None,
        seal_der=signature.seal.der if signature.seal else None,
        certificate=signature.certificate.der,
        others=tuple(each.der for each in signature.others),
        to_be_signed=signature.to_be_signed,
        value=signature.value,
    )


def _seal_report(seal: Seal) -> SealReport:
    info = seal.info
    return SealReport(info.name, info.es_id, seal.maker.subject.common_name, info.valid_from, info.valid_until)


def _read(found: _Found, kind: bytes) -> Signature:
    """The container of the kind that the dictionary names."""
    if kind not in _SUB_FILTERS:
        raise SigningError("sub_filter", f"签名的种类（{kind.decode('latin-1') or '未写明'}）不能验证")
    content = string_of(found.entries.get(b"Contents", b"<>"))
    if ses.is_ses(content) != (kind == ses.SUB_FILTER):
        raise SigningError("sub_filter", f"签名字典里写的种类（{kind.decode('latin-1')}）和签名数据不是一回事")
    if kind != ses.SUB_FILTER:
        return cms.read_container(content)
    signature = ses.read_container(content)
    return replace(signature, others=certificates_beside(found.entries, signature))


def _check_value(found: _Found, signature: Signature, kind: bytes) -> bool:
    intact = True
    named = signature.certificate_is_named
    if named is False or (named is None and kind == b"ETSI.CAdES.detached"):
        found.refuse("certificate_swapped", "签名里声明的证书不是所附的证书，证书可能被替换")
        intact = False
    if found.covers != "broken" and signature.digest != found.digest:
        found.refuse("digest", "签署之后文件内容被改动过（摘要不符）")
        intact = False
    try:
        e = crypto().sm2_digest(signature.certificate.public, signature.to_be_signed)
        holds = value_holds(signature.certificate.public, e, signature.value)
    except CryptoError:
        holds = False
    if not holds:
        found.refuse("value", "签名值不成立，签名是伪造的或被改动过")
    return intact and holds


def _stated_time(found: _Found) -> datetime | None:
    try:
        return date_of(found.entries[b"M"]) if b"M" in found.entries else None
    except (PdfSyntaxError, ValueError):
        found.refuse("time", "签名里写的签署时间不能读取")
        return None


def _check_time(found: _Found, stated: datetime | None, attribute: datetime | None) -> datetime | None:
    if stated is None and attribute is None:
        found.refuse("time", "签名没有签署时间，不能判断当时证书是否有效")
    elif stated and attribute and abs(stated - attribute) > _CLOCKS_MAY_DIFFER:
        found.refuse("time", "签名里的两个签署时间不一致")
    return attribute or stated


def _text(found: _Found, key: bytes) -> str:
    try:
        return text_of(found.entries[key]) if key in found.entries else ""
    except (PdfSyntaxError, ValueError):
        return ""
