"""填写 a list room: one row a page — show, save, take out, bring back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from foundation.identity.middleware import SignedInRequest
from foundation.ui.errors import stale
from reg.casefile.access import case_may_edit
from reg.casefile.models import CardRead, Case
from reg.casefile.services import StaleAnswer
from reg.casefile.view import CaseView
from reg.cases import cards
from reg.cases.checking import room_facts
from reg.cases.rooms import (
    Opened,
    RowsFull,
    StaleRow,
    as_answered,
    people_before,
    people_known,
    person_pick,
    room_open,
    room_save,
    row_find,
    row_remove,
    row_restore,
    row_save,
    row_seen,
    row_sources,
    sources_after,
)
from reg.cases.web.cards import card_shown
from reg.cases.web.guard import with_case
from reg.cases.web.hints import LOOK, TAKE, row_hints, row_taken_over
from reg.cases.web.rooms import (
    after_save,
    attach,
    finding_card,
    hidden_fields,
    may_edit,
    room_of,
    stale_pairs,
    tell_brought,
)
from reg.compliance import engine
from reg.items.kit import Facts, Finding, Item, ItemForm, RowSpec, Severity
from reg.items.kit.groups import PERSON_FIELDS, computed_fields, with_computed

Payload = Mapping[str, Any]
NEW = "new"
ROW_ID = re.compile(r"[0-9a-f]{32}")


def _list_of(case: Case, code: str) -> tuple[Item, RowSpec]:
    item = room_of(case, code)
    if item.rows is None:
        raise Http404
    return item, item.rows


@require_http_methods(["GET", "POST"])
@with_case()
def row(request: SignedInRequest, case: Case, code: str, row_id: str) -> HttpResponse:
    """One row of a list room; `new` adds one."""
    item, spec = _list_of(case, code)
    # first: a card that is read meanwhile then waits, and never shows without its fields
    reads = cards.reads_of(case, code)
    now = room_open(request.actor, case, item)
    standing = None if row_id == NEW else row_find(now.payload, row_id)
    if standing is None and row_id != NEW:
        raise Http404
    if request.method == "POST":
        case_may_edit(request.actor, case)
        return _save(request, case, item, spec, now, standing)
    start, sources = _start(request, case, item, now, standing, row_id)
    typed = standing is not None and standing.get("change") in {"added", "changed"}
    form = spec.form.again(start) if typed else spec.form.show(start)
    form.sources = sources
    return _show(request, case, now, form, row_id, standing, _look(case, item, now, reads), typed=typed)


def _start(
    request: SignedInRequest, case: Case, item: Item, now: Opened, standing: Payload | None, row_id: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the page begins with: the row, a row this case will need, or somebody known. Told by the address, so that numbers
    that are shown masked need not travel."""
    if standing is not None:
        return dict(standing), row_sources(now.sources, row_id, standing)
    place = request.GET.get("suggest", "")
    suggested = list(item.rows.suggest(now.view, now.payload)) if item.rows else []
    if place.isdecimal() and len(place) < 4 and int(place) < len(suggested):
        values = dict(suggested[int(place)].row)
        return values, {
            key: "history" if key in PERSON_FIELDS else "computed" for key, value in values.items() if value
        }
    key = request.GET.get("person", "")
    picked = person_pick(now.view, item, key, people_before(case, item)) if key else {}
    values = {key: value for key, value in picked.items() if key in PERSON_FIELDS}
    start = with_computed({"id_type": "10", "nationality": "CHN", **values})
    source = str(picked.get("source") or "register")
    return start, dict.fromkeys(values, source) | dict.fromkeys(computed_fields(start), "computed")


def _save(
    request: SignedInRequest, case: Case, item: Item, spec: RowSpec, now: Opened, standing: Payload | None
) -> HttpResponse:
    sent = request.POST.get("row_id", "")
    row_id = str(standing["row_id"]) if standing else sent if ROW_ID.fullmatch(sent) else uuid.uuid4().hex
    standing = standing or row_find(now.payload, row_id)
    before, known = _start(request, case, item, now, standing, row_id)
    form = spec.form.receive(request.POST, before)
    values = form.payload()
    computed = computed_fields(values)
    sources = sources_after(before, known, values, computed)
    asked = request.POST.get(TAKE) or request.POST.get(LOOK)
    if asked:
        values, taken = row_taken_over(case, item, now, {**(standing or {}), **values, "row_id": row_id}, asked)
        sources |= taken
    try:
        saved, answer, fresh = row_save(
            actor=request.actor,
            case=case,
            item=item,
            row_id=row_id,
            values=values,
            sources=sources,
            seen=request.POST.get("seen", ""),
        )
    except StaleRow as error:
        return _stale(request, case, item, spec, values, error.standing)
    except StaleAnswer:
        return stale(request, back_url=reverse("room", args=[case.number, item.code]))
    except RowsFull as full:
        messages.error(request, full.message)
        return HttpResponseRedirect(reverse("room", args=[case.number, item.code]))
    tell_brought(request, case, fresh)
    if asked:
        return HttpResponseRedirect(f"{reverse('row', args=[case.number, item.code, row_id])}#hints")
    after = after_save(case, answer)
    looked = _look(case, item, after)
    form.sources, form.computed = sources, computed
    if form.missing or any(f.severity is Severity.BLOCK for f in looked.findings(row_id)):
        return _show(request, case, after, form, row_id, saved, looked, status=422)
    return HttpResponseRedirect(f"{reverse('room', args=[case.number, item.code])}#row-{row_id}")


@dataclass(frozen=True)
class _Looked:
    """What is known about the list, gathered once for a page."""

    item: Item
    view: CaseView
    facts: Facts
    reads: list[CardRead]

    def findings(self, row_id: str) -> list[Finding]:
        """What is said about one row."""
        return [found for found in engine.room_findings(self.item, self.view, self.facts) if found.row == row_id]


def _look(case: Case, item: Item, now: Opened, reads: list[CardRead] | None = None) -> _Looked:
    view, reads = as_answered(now.view, item, now.payload), cards.reads_of(case, item.code) if reads is None else reads
    return _Looked(item, view, room_facts(case, view, item, reads=reads), reads)


def _show(
    request: SignedInRequest,
    case: Case,
    now: Opened,
    form: ItemForm,
    row_id: str,
    standing: Payload | None,
    looked: _Looked,
    *,
    typed: bool = True,
    status: int = 200,
) -> HttpResponse:
    item, findings = looked.item, looked.findings(row_id) if typed else []
    noun = item.rows.noun if item.rows else ""
    row_of_page = uuid.uuid4().hex if row_id == NEW else row_id
    form.computed = computed_fields(standing or form.initial)
    attach(form, findings, row_id)
    photographed = row_id in set(item.card_slots(now.payload))
    fresh = row_id == NEW
    context = {
        "case": case,
        "item": item,
        "form": form,
        "row_id": row_of_page,
        "row": standing or {},
        "seen": row_seen(standing),
        "title": f"添一名{noun}" if fresh else ((standing or {}).get("name") or noun),
        "findings": [
            finding_card(case, item, f, now.payload)
            for f in findings
            if not (f.field in form.fields and form.is_bound and f.severity is Severity.BLOCK)
        ],
        "cards": [card_shown(case, item.code, row_id, looked.reads)] if photographed else [],
        "people": people_known(now.view, item, people_before(case, item)) if fresh else (),
        "hints": row_hints(item, looked.view, looked.facts, standing),
        "hints_form": "row",
        "hints_wait": "",
        "may_edit": may_edit(case),
        "registered": (standing or {}).get("change") in {"unchanged", "changed", "removed"},
        "has_errors": status == 422,
        "appbar_title": item.title if len(item.title) < 9 else "名单",
        "back_url": reverse("room", args=[case.number, item.code]),
        "action": reverse("row", args=[case.number, item.code, row_id]) + (_query(request) if fresh else ""),
    }
    return render(request, "cases/row.html", context, status=status)


def _query(request: SignedInRequest) -> str:
    """The part of the address that says what a new row begins with."""
    told = {key: request.GET[key] for key in ("person", "suggest") if key in request.GET}
    return f"?{urlencode(told)}" if told else ""


def _stale(
    request: SignedInRequest, case: Case, item: Item, spec: RowSpec, typed: Payload, standing: Payload
) -> HttpResponse:
    """Somebody saved this very row in between: both are shown."""
    here = reverse("row", args=[case.number, item.code, standing["row_id"]])
    return stale(
        request,
        rows=stale_pairs(spec.form.read(typed), spec.form.read(standing)),
        resolve_to=reverse("row-resolve", args=[case.number, item.code, standing["row_id"]]),
        hidden=hidden_fields({**typed, "seen": row_seen(standing)}),
        back_url=here,
    )


@require_POST
@with_case(edit=True)
def row_resolve(request: SignedInRequest, case: Case, code: str, row_id: str) -> HttpResponse:
    """After a stale save of a row: keep mine (over theirs) or theirs."""
    item, spec = _list_of(case, code)
    now = room_open(request.actor, case, item)
    standing = row_find(now.payload, row_id)
    if request.POST.get("keep") == "mine" and standing is not None:
        return _save(request, case, item, spec, now, standing)
    return HttpResponseRedirect(reverse("row", args=[case.number, code, row_id]))


@require_POST
@with_case(edit=True)
def row_change(request: SignedInRequest, case: Case, code: str, row_id: str) -> HttpResponse:
    """Take a row out, or bring it back as registered."""
    item, _ = _list_of(case, code)
    now = room_open(request.actor, case, item)
    act = row_restore if request.POST.get("do") == "restore" else row_remove
    here = reverse("room", args=[case.number, code])
    try:
        _, fresh = room_save(
            actor=request.actor,
            case=case,
            item=item,
            payload=act(item, now.view, now.payload, row_id),
            sources=now.sources,
            read_version=now.version,
        )
    except StaleAnswer:
        return stale(request, back_url=here)
    tell_brought(request, case, fresh)
    return HttpResponseRedirect(f"{here}#row-{row_id}")
