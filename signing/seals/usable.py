"""印章能不能用: the seal of an enterprise is asked for and checked before anything is prepared, and again before it counts. R139."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from foundation import clock
from foundation.crypto.eseal import seal_problems
from foundation.crypto.x509 import ChainProblem, parse, verify_chain
from foundation.outside.client import RETRY_IN, OutsideDown
from foundation.outside.health import remember
from foundation.outside.result import Found, NotFound, Result, Unavailable
from signing.ceremonies.trust import NoTrust, Trust, trust
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.integrations import elicence, seal_maker
from signing.integrations.ca import SYSTEM as CA
from signing.integrations.ca import Issued
from signing.pdf.errors import SigningError
from signing.pdf.ses.picture import encode

TAKEN_BACK = "印章已经作废"
NO_ROOTS = "管理员录入根证书"
AUTHORITY = "认证机构"
SEAL_MAKER = "制章系统"
"""For whom a seal waits."""
log = structlog.get_logger(__name__)


class SealUnusable(Exception):
    """The enterprise cannot seal: its licence or its seal is not in order. The message is a whole Chinese sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Means:
    """With what an enterprise seals: certificate of its e-licence, and seal."""

    issued: Issued
    made: seal_maker.Made


def means_of(uscc: str) -> Result[Means]:
    """Certificate and seal of an enterprise, checked. SealUnusable when it has none that may be used now; Unavailable without
    a `system` while no root certificate is entered."""
    try:
        issued = elicence.seal_certificate(uscc)
        if not isinstance(issued, Found):
            return issued
        made = seal_maker.seal_of(uscc)
        if not isinstance(made, Found):
            return made
        believed = trust()
        why_not_licence, why = _why_not_signer(issued.value, believed), _why_not(made.value, issued.value, believed)
    except elicence.LicenceRefuses as no:
        raise SealUnusable(f"电子营业执照不能盖章：{no.message}") from None
    except seal_maker.MakerRefuses as no:
        raise SealUnusable(f"电子印章不能用：{no.message}") from None
    except OutsideDown as down:
        return down.unavailable()
    except NoTrust:
        return trust_missing()
    if why_not_licence:
        raise SealUnusable(f"电子营业执照的证书不能用：{why_not_licence}。请在电子营业执照里更新证书。")
    if why:
        es_id = made.value.seal.info.es_id
        attempt_refuse(Reason.BAD_SEAL, subject_key=uscc, obj_kind="seal", obj_ref=es_id, es_id=es_id)
        raise SealUnusable(f"电子印章不能用：{why}。请到制章机构重新制章。")
    return Found(Means(issued.value, made.value))


def trust_missing() -> Unavailable:
    """No root certificate is entered: operators see it at the authority and in the log."""
    remember(CA, ok=False, ms=0, why="没有录入根证书")
    log.error("seal.no_trust")
    return Unavailable(retry_at=clock.wall() + RETRY_IN, why=f"等{NO_ROOTS}")


def why_revoked(certificate: bytes, chain: Sequence[str], believed: Trust) -> str:
    """Why what an enterprise confirmed does not count: its certificate, or one above it, was taken back meanwhile."""
    problems = _signer_problems(certificate, [base64.b64decode(each) for each in chain], believed)
    return next((each.message for each in problems if each.code == "revoked"), "")


def _why_not_signer(issued: Issued, believed: Trust) -> str:
    """The first thing that is wrong with the certificate of the e-licence now; empty when it may sign."""
    problems = _signer_problems(issued.certificate, issued.chain, believed)
    return problems[0].message if problems else ""


def _signer_problems(certificate: bytes, chain: Sequence[bytes], believed: Trust) -> Sequence[ChainProblem]:
    return verify_chain(
        parse(certificate),
        roots=[parse(each) for each in believed.roots],
        intermediates=[parse(each) for each in (*believed.intermediates, *chain)],
        at=clock.now(),
        revocations=believed.taken_back.lists,
    ).problems


def _why_not(made: seal_maker.Made, issued: Issued, believed: Trust) -> str:
    """The first thing that is wrong with a seal; empty when it may be used."""
    if made.status == "revoked":
        return TAKEN_BACK
    signer, above = parse(issued.certificate), (*believed.intermediates, *made.chain)
    problems = seal_problems(
        made.seal,
        at=clock.now(),
        signer=signer,
        roots=[parse(each) for each in believed.roots],
        intermediates=[parse(each) for each in above],
        revocations=believed.taken_back.lists,
    )
    if problems:
        return problems[0].message
    if made.seal.info.name != signer.subject.common_name:
        return f"印章名称“{made.seal.info.name}”和电子营业执照上的企业名称不一样"
    try:
        encode(made.seal.info.picture)
    except SigningError as error:
        return error.message
    return ""


def why_taken_back(es_id: str) -> str | Unavailable:
    """Why a seal that was used does not count; empty when it stands. One that was since replaced does."""
    match seal_maker.seal_status(es_id):
        case Unavailable() as down:
            return down
        case NotFound() | Found("revoked"):
            return TAKEN_BACK
        case _:
            return ""
