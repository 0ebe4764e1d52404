"""The shortest case up to its papers, for journeys that are about what comes after."""

from __future__ import annotations

from tests.journeys.cases import Case
from tests.journeys.people import Signer
from tests.journeys.stories import Company, person


def types_liaison(applicant: Signer, newcomer: str) -> None:
    """The three fields of the liaison's page, not saved yet."""
    who = person(newcomer)
    applicant.types(name=who.name, id_number=who.id_number, mobile=who.mobile)


def filled(applicant: Signer, of: Company, newcomer: str) -> Case:
    """A new liaison, saved and checked."""
    case = applicant.opens_change(of, "liaison")
    applicant.room(case, "liaison")
    types_liaison(applicant, newcomer)
    applicant.saves()
    applicant.checks(case)
    return case


def with_papers(applicant: Signer, of: Company, newcomer: str) -> Case:
    """The same with its papers made."""
    case = filled(applicant, of, newcomer)
    applicant.papers(case)
    return case
