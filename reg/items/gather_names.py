"""What is known of the name a case wants: the index, the reservations of the company, its branches. Does the I/O for the room. R004, R005."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reg.casefile.view import CaseView
from reg.entities.models import Entity
from reg.items.kit import names
from reg.items.kit.names import HeldName, NameFacts
from reg.naming.checking import NameReport, Outcome, name_check, suggestions
from reg.naming.index import parts_of
from reg.naming.models import Reservation
from reg.naming.parts import Parts
from reg.naming.reservation import names_of, why_not_taken
from reg.naming.wordlists import matcher_now


def name_facts(case: CaseView, *, suggest: bool = False) -> NameFacts:
    """All of it, for the answer as it stands; `suggest`: other names too, for a page."""
    answer = case.answers.get(names.ITEM, {})
    mine = (
        Reservation.objects.filter(uscc=case.entity.uscc, business="change").select_related("name").order_by("-made_at")
    )
    taken, refused = _named(case, answer, {one.number: one for one in mine})
    report = _report(case, answer) if names.is_declared(answer) else None
    return NameFacts(
        report=report,
        taken=taken,
        refused=refused,
        held=tuple(_held(one) for one in mine if one.holds_on(case.legal_day) and not one.case_number),
        suggested=_near(case, report) if suggest and report else (),
        branches=tuple(Entity.objects.filter(parent__uscc=case.entity.uscc).order_by("name_sort").values_list("name", flat=True)),
    )  # fmt: skip


def _report(case: CaseView, answer: Mapping[str, Any]) -> NameReport:
    return name_check(
        names.parts_of_answer(answer),
        names.context_of(case),
        day=case.legal_day,
        matcher=matcher_now(),
        but=names_of(case.entity.uscc),
        related=names.kin_of(answer),
    )


def _near(case: CaseView, report: NameReport) -> tuple[Parts, ...]:
    if report.outcome not in {Outcome.TAKEN, Outcome.FORBIDDEN}:
        return ()
    only_the_trade = replace(names.context_of(case), main_class="")
    return suggestions(report, only_the_trade, matcher_now(), but=names_of(case.entity.uscc))


def _named(case: CaseView, answer: Mapping[str, Any], mine: Mapping[str, Reservation]) -> tuple[HeldName | None, str]:
    number = str(answer.get("number") or "")
    if answer.get("source") != names.PREDECLARED or not number:
        return None, ""
    one = mine.get(number)
    why = why_not_taken(one, case_number=case.number, day=case.legal_day)
    return (_held(one), "") if one and not why else (None, why)


def _held(one: Reservation) -> HeldName:
    assert one.name is not None  # noqa: S101  a name that is held or used stands in the index
    return HeldName(one.number, one.written, parts_of(one.name), one.until, one.entity_kind)
