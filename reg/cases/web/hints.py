"""查到的: what a page tells beside its form, refreshed while somebody types, and taking over what it offers. R006."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.identity.middleware import SignedInRequest
from reg.casefile.models import Case
from reg.casefile.view import CaseView
from reg.cases.checking import room_facts
from reg.cases.rooms import Opened, as_answered, room_open
from reg.cases.web.guard import with_case
from reg.cases.web.names import name_answer
from reg.compliance import engine
from reg.items.kit import Facts, Hint, Item

LOOK = "look"
TAKE = "take"


def room_hints(case: Case, item: Item, view: CaseView, facts: Facts | None = None) -> list[Hint]:
    """The hints about the answer in `view`; asks outside what nobody asked yet. `facts`: where the caller has them already."""
    answer = view.answers.get(item.code)
    if item.hints is None or not answer:
        return []
    return list(item.hints(answer, view, facts or room_facts(case, view, item)))


def hints_context(case: Case, item: Item, now: Opened, *, may_edit: bool, facts: Facts | None = None) -> dict[str, Any]:
    """For the part of the page."""
    view = as_answered(now.view, item, now.payload)
    told = bool(now.version) or item.hints_early
    if told and facts is None and item.name_told:
        facts = room_facts(case, view, item)
    hints = room_hints(case, item, view, facts) if told else []
    return {
        "case": case,
        "item": item,
        "hints": hints,
        "hints_waiting": any(hint.waiting for hint in hints),
        "hints_url": reverse("room-hints", args=[case.number, item.code]) if item.hints else "",
        "hints_form": "room",
        "hints_wait": item.hints_wait,
        "may_edit": may_edit,
        **_name_told(item, view, facts, saved=bool(now.version)),
    }


def _name_told(item: Item, view: CaseView, facts: Facts | None, *, saved: bool) -> dict[str, Any]:
    """The name the room wants, as it is measured, with what the checks of the room say."""
    if item.name_told is None or facts is None:
        return {}
    told = item.name_told(view.answers.get(item.code, {}), view, facts)
    said = engine.room_findings(item, view, facts) if saved else ()
    return {
        "name_page": "cases/_name_told.html",
        "name_told": _as_shown(told) if told else {},
        "name_findings": [finding.told() for finding in said],
    }


def _as_shown(told: Mapping[str, Any]) -> dict[str, Any]:
    report = told["report"]
    return {**name_answer(report, free=told["free"]), **told}


def row_hints(item: Item, view: CaseView, facts: Facts, row: Mapping[str, Any] | None) -> list[Hint]:
    """The hints about one row of a list room, as it is saved."""
    if item.rows is None or item.rows.hints is None or not row:
        return []
    return list(item.rows.hints(row, view, facts))


def row_taken_over(
    case: Case, item: Item, now: Opened, row: Mapping[str, Any], key: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """A row as it was typed, with what the hint `key` about the saved row offers; as typed for an unknown key."""
    view = as_answered(now.view, item, now.payload)
    standing = next((one for one in now.payload.get("rows", ()) if one.get("row_id") == row.get("row_id")), None)
    hints = row_hints(item, view, room_facts(case, view, item), standing)
    hint = next((one for one in hints if one.key == key and one.take), None)
    form = item.rows.form if item.rows else item.form
    values = form.read({**row, **(hint.take if hint else {})}).payload()
    return values, {field: hint.source for field, value in hint.take.items() if value} if hint else {}


def taken_over(
    case: Case, item: Item, view: CaseView, payload: Mapping[str, Any], key: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answer after taking over what the hint `key` offers, and where the fields came from; unchanged for an unknown key."""
    hint = next((one for one in room_hints(case, item, as_answered(view, item, payload)) if one.key == key), None)
    if hint is None or not hint.take:
        return dict(payload), {}
    values = item.form.read({**payload, **hint.take}).payload()
    return {**payload, **values}, {field: hint.source for field, value in hint.take.items() if value}


@require_GET
@with_case(early=True)
def hints(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """The part alone, as the saved answer stands."""
    from reg.cases.web.rooms import may_edit, room_of

    item = room_of(case, code)
    now = room_open(request.actor, case, item)
    return render(request, "cases/_hints.html", hints_context(case, item, now, may_edit=may_edit(case)))
