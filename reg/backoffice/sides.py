"""登记 and 电子签名 side by side: our own reports, and the sister's by signed calls. A silent sister is said, not hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from foundation.audit.search import Query
from foundation.identity.actor import Actor, NotVisible
from foundation.jobs.overview import NoSuchFailure
from foundation.operations import report
from foundation.operations.report import AuditLine, AuditPage, JobsReport
from foundation.operations.watching import History, Live, Question
from foundation.outside.result import Found, NotFound, Result, Unavailable
from foundation.outside.systems import SystemLine, Trial
from reg.integrations.signing import operations as sister
from reg.integrations.signing import watching as figures

T = TypeVar("T")
SIDES = {"reg": "企登登记", "signing": "电子签名"}


class Silent(Exception):
    """The sister does not answer; `why` says how."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.message = f"电子签名{why}，请过一会儿再看。"


@dataclass(frozen=True)
class Side(Generic[T]):
    """What one of the two says."""

    code: str
    said: T | None
    silent: str = ""
    """Why it says nothing."""

    @property
    def title(self) -> str:
        return SIDES[self.code]


def outside_sides() -> list[Side[tuple[SystemLine, ...]]]:
    """The outside systems of both."""
    return [Side("reg", report.outside_report()), _side(sister.outside_report)]


def jobs_sides() -> list[Side[JobsReport]]:
    """The background work of both."""
    return [Side("reg", report.jobs_report()), _side(sister.jobs_report)]


def _side(ask: Callable[[], Result[T]]) -> Side[T]:
    try:
        return Side("signing", _report(ask()))
    except Silent as silent:
        return Side("signing", None, silent.message)


def _report(result: Result[T]) -> T:
    """A report is always there: a sister that knows nothing of it is no answer."""
    try:
        return said_by(result)
    except NotVisible:
        raise Silent("没有这份报告（版本可能不一致）") from None


def signing_live() -> Live:
    """How signing goes now; Silent when the sister does not answer."""
    return _report(figures.live())


def signing_history(question: Question) -> History:
    """What was signed between two days; Silent when the sister does not answer."""
    return _report(figures.history(question))


def outside_try(*, actor: Actor, side: str, code: str) -> Trial:
    """现在试一次; NotVisible for an unknown system."""
    if _ours(side):
        return report.outside_try(actor=actor, code=code)
    return said_by(sister.outside_try(actor=actor, code=code))


def job_again(*, actor: Actor, side: str, number: int) -> bool:
    """再试一次; NoSuchFailure when it is not there as failed any more."""
    if _ours(side):
        return report.job_again(actor=actor, number=number)
    try:
        return said_by(sister.job_again(actor=actor, number=number))
    except NotVisible:
        raise NoSuchFailure from None


def audit_page(side: str, query: Query, before: int) -> AuditPage:
    """A page of one audit log; Silent when the sister does not answer."""
    return report.audit_page(query, before) if _ours(side) else _report(sister.audit_page(query, before))


def audit_export(*, actor: Actor, side: str, query: Query) -> tuple[AuditLine, ...]:
    """All acts that match."""
    if _ours(side):
        return report.audit_export(actor=actor, query=query)
    return said_by(sister.audit_export(actor=actor, query=query))


def audit_check_ask(*, actor: Actor, side: str) -> None:
    """Have a chain walked."""
    if _ours(side):
        report.audit_check_ask(actor=actor)
    else:
        said_by(sister.audit_check_ask(actor=actor))


def _ours(side: str) -> bool:
    if side not in SIDES:
        raise NotVisible
    return side == "reg"


def said_by(result: Result[T]) -> T:
    """What the sister system answered; NotVisible for what it does not know, Silent while it says nothing."""
    match result:
        case Found(value):
            return value
        case NotFound():
            raise NotVisible
        case Unavailable(_, why):
            raise Silent(why)
