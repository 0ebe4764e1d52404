"""How the 法定代表人 is shown, compared, printed and recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.entities.services import Fact
from reg.items.kit import DiffLine, Facts, Hint, PersonInCase, diff_fields
from reg.items.kit.days import day_words
from reg.items.kit.diff import Shown
from reg.items.kit.groups import PERSON_FIELDS
from reg.items.kit.licence import card_hints
from reg.items.kit.offices import OFFICE_FIELDS
from reg.items.kit.people import same_person
from reg.items.kit.shown import APPOINTMENT, IDENTITY, POSITION
from reg.items.legal_representative.form import REASONS

ITEM = "legal_representative"
FIELDS = (Shown("name", "姓名"), *IDENTITY, POSITION, *APPOINTMENT)
REGISTERED = (*PERSON_FIELDS, *OFFICE_FIELDS)


def summary(case: CaseView) -> str:
    """张示例 → 赵演示."""
    was, now = case.was(ITEM).get("name") or "没有", case.answers.get(ITEM, {}).get("name")
    return f"{was} → {now}" if now else f"现任{was}，还没有填新任"


def diff(case: CaseView) -> list[DiffLine]:
    """Line by line, 登记簿 against 申请, and why it changes."""
    lines = diff_fields(case.was(ITEM), case.now(ITEM), FIELDS, item=ITEM)
    answer = case.answers.get(ITEM, {})
    if reason := dict(REASONS).get(str(answer.get("reason"))):
        when = f"，{day_words(answer['resigned_on'])}" if answer.get("resigned_on") else ""
        lines.append(DiffLine("为什么换人", "", f"{reason}{when}", item=ITEM, field="reason"))
    return lines


def people(case: CaseView) -> Iterator[PersonInCase]:
    """The new legal representative, marked as such."""
    after = case.answers.get(ITEM)
    if after and after.get("name"):
        yield PersonInCase(ITEM, "", "法定代表人", after, not same_person(after, case.was(ITEM)))


def hints(payload: Mapping[str, Any], case: CaseView, facts: Facts) -> Iterator[Hint]:
    """What 电子证照库 knows of the new one."""
    yield from card_hints(payload, facts)


def to_register(case: CaseView) -> Iterator[Fact]:
    """What the register will hold: the person and the office, not why the former one left."""
    yield Fact(ITEM, {key: case.answers[ITEM].get(key, "") for key in REGISTERED})


def section(case: CaseView) -> dict[str, Any]:
    """Data for the application form."""
    return {key: case.now(ITEM).get(key, "") for key in (*REGISTERED, "reason", "resigned_on")}
