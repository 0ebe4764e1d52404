"""How 董事、监事、高级管理人员 are shown, compared, printed and recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from foundation.ui.dates import LONG_TERM, LONG_TERM_WORD
from reg.casefile.view import CaseView
from reg.entities.services import Fact
from reg.items.kit import DiffLine, Facts, Hint, PersonInCase, diff_fields
from reg.items.kit.days import day_words
from reg.items.kit.diff import Shown
from reg.items.kit.groups import PERSON_FIELDS
from reg.items.kit.item import Suggestion
from reg.items.kit.licence import card_hints
from reg.items.kit.offices import (
    OFFICE_FIELDS,
    each_person,
    may_represent,
    office_name,
    represents,
    usual_body,
    usual_mode,
)
from reg.items.kit.people import document_of
from reg.items.kit.shown import APPOINTMENT, IDENTITY, TERM
from reg.items.officers.form import SUPERVISORY
from reg.items.officers.persons import role_of

Payload = Mapping[str, Any]
ITEM = "officers"
TERM_FIELDS = ("term_from", "term_to")
ROW_FIELDS = (*OFFICE_FIELDS, *TERM_FIELDS, *PERSON_FIELDS)
STRUCTURE = (
    Shown("board", "董事会", text=lambda value: "设董事会" if value is True else "不设董事会"),
    Shown("directors_count", "董事人数", text=lambda value: f"{value} 名"),
    Shown("supervisory", "监督", text=lambda value: dict(SUPERVISORY).get(str(value), str(value)).split("（")[0]),
    Shown("staff_count", "职工人数", text=lambda value: f"{value} 人"),
)
DETAILS = (*IDENTITY, *APPOINTMENT, *TERM)


def same(was: Payload, now: Payload) -> bool:
    """Whether a row says what is registered."""
    return all(_plain(was.get(key)) == _plain(now.get(key)) for key in ROW_FIELDS)


def _plain(value: Any) -> str:
    return LONG_TERM if value == LONG_TERM_WORD else str(value or "")


def row_title(row: Payload) -> str:
    """赵演示."""
    return str(row.get("name") or "")


def row_subtitle(row: Payload) -> str:
    """董事长 · 任期到2028年5月19日."""
    until = f"任期到{day_words(row['term_to'])}" if row.get("term_to") else ""
    return " · ".join(part for part in (office_name(row.get("position")), until) if part)


def summary(case: CaseView) -> str:
    """新任赵演示，卸任张示例; the registered people while nothing is answered."""
    rows = case.answers.get(ITEM, {}).get("rows", ())
    told = []
    for change, word in (("added", "新任"), ("changed", "修改"), ("removed", "卸任")):
        names = list(dict.fromkeys(row_title(row) for row in rows if row.get("change") == change and row_title(row)))
        if names:
            told.append(f"{word}{'、'.join(names[:3])}{f'等 {len(names)} 人' if len(names) > 3 else ''}")
    if told:
        return "，".join(told)
    people = each_person(case.was(ITEM).get("rows", ()))
    return f"登记的 {len(people)} 人，还没有改动" if people else "还没有填"


def diff(case: CaseView) -> list[DiffLine]:
    """How the company is governed, then row by row; details of a row only where it changed."""
    before, after = case.was(ITEM), case.now(ITEM)
    lines = diff_fields(before.get("structure") or {}, after.get("structure") or {}, STRUCTURE, item=ITEM)
    was = {row.get("row_id"): row for row in before.get("rows", ())}
    answered = ITEM in case.answers
    for row in after.get("rows", ()):
        lines += _row_lines(was.get(row.get("row_id"), {}), row if answered else {**row, "change": "unchanged"})
    return lines


def _row_lines(was: Payload, row: Payload) -> Iterator[DiffLine]:
    row_id, removed = str(row.get("row_id") or ""), row.get("change") == "removed"
    now: Payload = {} if removed else row
    before, after = (office_name(side.get("position")) if side else "" for side in (was, now))
    label = row_title(row) or row_title(was) or "没有填姓名"
    yield DiffLine(label, before, after, item=ITEM, field="position", row=row_id)
    if row.get("change") == "changed" and row_title(was) != row_title(row):
        yield DiffLine("姓名", row_title(was), row_title(row), item=ITEM, field="name", row=row_id, level=1)
    if row.get("change") in {"added", "changed"}:
        details = diff_fields(was, now, DETAILS, item=ITEM, row=row_id, level=1)
        yield from (line for line in details if line.kind != "same")


def people(case: CaseView) -> Iterator[PersonInCase]:
    """Everyone about whom the case says something new, in his office."""
    known = {document_of(row) for row in case.was(ITEM).get("rows", ())}
    for row in case.answers.get(ITEM, {}).get("rows", ()):
        if row.get("change") in {"added", "changed"} and row.get("name"):
            yield PersonInCase(ITEM, str(row.get("row_id") or ""), role_of(row), row, document_of(row) not in known)


def suggest(case: CaseView, after: Payload) -> Iterator[Suggestion]:
    """The new 法定代表人 who still needs an office that represents the company (CC24), filled in from his page."""
    leader = case.answers.get("legal_representative", {})
    if not leader.get("id_number") or represents(leader, after):
        return
    board = (after.get("structure") or {}).get("board")
    position = str(leader.get("position")) if may_represent(leader.get("position")) else "sole_director"
    if board is True and position == "sole_director":
        position = "director"
    body = str(leader.get("appointed_by") or "") or usual_body(case, position)
    row = {
        **{key: leader.get(key, "") for key in PERSON_FIELDS},
        "position": position,
        "appointed_by": body,
        "appointment_mode": leader.get("appointment_mode") or usual_mode(body),
    }
    yield Suggestion(
        title=f"{leader.get('name', '')}：{office_name(position)}",
        why="法定代表人要由代表公司执行公司事务的董事或者经理担任，要先添加这个职务。这个人的信息已经带来，补上任期就行。",
        row=row,
    )


def row_hints(row: Payload, case: CaseView, facts: Facts) -> Iterator[Hint]:
    """What 电子证照库 knows of somebody who is new or changed."""
    if row.get("change") in {"added", "changed"}:
        yield from card_hints(row, facts)


def to_register(case: CaseView) -> Iterator[Fact]:
    """What the register will hold: those in office, without what this case did to them."""
    answer = case.answers[ITEM]
    rows = [
        {"row_id": row.get("row_id", ""), **{key: row.get(key, "") for key in ROW_FIELDS}}
        for row in answer.get("rows", ())
        if row.get("change") != "removed"
    ]
    yield Fact(ITEM, {"structure": dict(answer.get("structure") or {}), "rows": rows})


def section(case: CaseView) -> dict[str, Any]:
    """Data for the application form."""
    now = case.now(ITEM)
    return {"structure": dict(now.get("structure") or {}), "rows": [dict(row) for row in now.get("rows", ())]}


def card_slots(payload: Payload) -> Iterator[str]:
    """A card for everyone who is new or changed."""
    for row in payload.get("rows", ()):
        if row.get("change") in {"added", "changed"}:
            yield str(row.get("row_id") or "")
