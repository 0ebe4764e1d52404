"""填写: the page of a room, its autosave, its rows, the identity card. One set of views for all rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.views.decorators.http import require_http_methods, require_POST

from foundation.identity.middleware import SignedInRequest
from foundation.ui.dates import hm
from foundation.ui.errors import stale
from reg.casefile.access import Access, case_access, case_may_edit
from reg.casefile.models import Case, ItemAnswer
from reg.casefile.selectors import case_view
from reg.casefile.services import StaleAnswer
from reg.casefile.view import CaseView
from reg.cases import cards
from reg.cases.checking import case_facts
from reg.cases.rooms import (
    current_payload,
    form_of,
    neighbours,
    people_known,
    person_pick,
    room_save,
    row_find,
    row_put,
    row_remove,
    row_restore,
    sources_after,
)
from reg.cases.web.guard import with_case
from reg.compliance import engine
from reg.items.kit import Finding, Item, ItemForm, Severity
from reg.items.kit.groups import PERSON_FIELDS, computed_fields
from reg.items.registry import BY_CODE

Payload = Mapping[str, Any]


def _room(case: Case, code: str) -> Item:
    if code not in BY_CODE or code not in case.items:
        raise Http404
    return BY_CODE[code]


def _version(post: QueryDict) -> int:
    text = post.get("version", "0")
    return int(text) if text.isdigit() else 0


@require_http_methods(["GET", "POST"])
@with_case()
def room(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """The page of a room. POST saves whatever was typed, then says what is still wrong, or goes to the next room."""
    item = _room(case, code)
    if request.method == "POST":
        return _save(request, case, item)
    payload, sources, version, _ = current_payload(request.actor, case, item)
    return _show(request, case, item, payload, sources, version)


def _save(request: SignedInRequest, case: Case, item: Item) -> HttpResponse:
    case_may_edit(request.actor, case)
    payload, sources, _, _ = current_payload(request.actor, case, item)
    form, after, origin = _received(item, request.POST, payload, sources)
    read = _version(request.POST)
    try:
        answer, fresh = room_save(
            actor=request.actor, case=case, item=item, payload=after, sources=origin, read_version=read
        )
    except StaleAnswer as error:
        return _stale(request, case, item, after, error.current)
    for brought in fresh:
        reason = next((row["reason"] for row in case.brought if row["item"] == brought), "")
        messages.info(request, f"带出了“{BY_CODE[brought].title}”：{reason}")
    findings = _findings(case, item)
    stopped = any(f.severity is Severity.BLOCK for f in findings)
    if stopped or list(engine.room_missing(item, answer.payload)):
        return _show(
            request,
            case,
            item,
            answer.payload,
            answer.sources,
            answer.version,
            form=form,
            findings=findings,
            status=422,
        )
    return HttpResponseRedirect(_after(case, item))


def _after(case: Case, item: Item) -> str:
    _, following, _, _ = neighbours(case, item)
    if following:
        return reverse("room", args=[case.number, following.code])
    return reverse("case-check", args=[case.number])


def _received(
    item: Item, post: QueryDict, payload: Payload, sources: Mapping[str, str]
) -> tuple[ItemForm, dict[str, Any], dict[str, str]]:
    """The form that came back, the payload after it, where each value now comes from."""
    saved = payload.get("structure", {}) if item.rows else payload
    form = item.form.receive(post, saved)
    values = form.payload()
    computed = computed_fields(values)
    form.sources = origin = sources_after(saved, sources, values, computed)
    form.computed = computed
    return form, {**payload, "structure": values} if item.rows else {**payload, **values}, origin


def _findings(case: Case, item: Item, view: CaseView | None = None) -> list[Finding]:
    """What the checks of this room say now."""
    view = view or case_view(case)
    report = engine.check(view, case_facts(case, view)).room(item.code)
    return list(report.findings) if report else []


def _show(
    request: SignedInRequest,
    case: Case,
    item: Item,
    payload: Payload,
    sources: Mapping[str, str],
    version: int,
    *,
    form: ItemForm | None = None,
    findings: list[Finding] | None = None,
    status: int = 200,
) -> HttpResponse:
    before, following, place, total = neighbours(case, item)
    view = case_view(case)
    head = payload.get("structure", {}) if item.rows else payload
    shown = form or form_of(item, head, sources)
    shown.computed = computed_fields(head)
    said = findings if findings is not None else _findings(case, item, view) if version else []
    _attach(shown, said)
    context = {
        "case": case,
        "item": item,
        "form": shown,
        "version": version,
        "place": place,
        "total": total,
        "before": before,
        "following": following,
        "findings": [
            f for f in said if not (f.field and f.field in shown.fields and not f.row and f.severity is Severity.BLOCK)
        ],
        "brought": next((row for row in case.brought if row["item"] == item.code), None),
        "registered": item.diff(view),
        "rows": _rows(case, item, payload, said) if item.rows else None,
        "cards": [cards.card_state(case, item.code, slot) for slot in item.card_slots(payload) if not item.rows],
        "people": people_known(view) if "id_number" in shown.fields else (),
        "may_edit": case_access(request.actor, case) is Access.EDIT and case.is_editable,
        "has_errors": status == 422,
        "appbar_title": "变更登记",
        "back_url": reverse("case", args=[case.number]),
        "next_label": f"保存，去填：{following.title}" if following else "保存，去核对",
    }
    return render(request, "cases/room.html", context, status=status)


def _attach(form: ItemForm, findings: list[Finding]) -> None:
    """Blocking findings about a field stand at the field, as errors do."""
    if not form.is_bound:
        return
    for finding in findings:
        if finding.severity is Severity.BLOCK and finding.field in form.fields and not finding.row:
            form.add_error(finding.field, finding.message)
    form.unmask_errors()


def _rows(case: Case, item: Item, payload: Payload, findings: list[Finding]) -> list[dict[str, Any]]:
    spec = item.rows
    if spec is None:
        return []
    words = {"added": ("新任", "add"), "changed": ("修改", "chg"), "removed": ("卸任", "del")}
    lines = []
    for row in payload.get("rows", ()):
        row_id = row.get("row_id", "")
        missing = spec.form.read(row).missing if row.get("change") in {"added", "changed"} else {}
        said = [f for f in findings if f.row == row_id and f.severity is Severity.BLOCK]
        chip, tone = words.get(row.get("change", ""), ("", ""))
        lines.append(
            {
                "id": row_id,
                "title": spec.title(row) or f"没有填姓名的{spec.noun}",
                "sub": spec.subtitle(row),
                "chip": chip,
                "tone": tone,
                "removed": row.get("change") == "removed",
                "wrong": len(missing) + len(said),
                "url": reverse("row", args=[case.number, item.code, row_id]),
            }
        )
    return lines


def _stale(request: SignedInRequest, case: Case, item: Item, typed: Payload, current: ItemAnswer) -> HttpResponse:
    """Somebody saved in between: both sides are shown, nothing is lost."""
    form = item.form.read(typed.get("structure", typed))
    standing = item.form.read(current.payload.get("structure", current.payload))
    rows = [
        {
            "label": str(form.fields[name].label),
            "before": str(standing[name].data or ""),
            "after": str(form[name].data or ""),
        }
        for name in form.fields
        if str(standing[name].data or "") != str(form[name].data or "")
    ]
    pairs = [("version", str(current.version))]
    pairs += [(name, str(value)) for name, value in typed.items() if isinstance(value, str)]
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)
    here = reverse("room", args=[case.number, item.code])
    return stale(
        request,
        rows=rows,
        resolve_to=reverse("room-resolve", args=[case.number, item.code]),
        hidden=hidden,
        back_url=here,
    )


@require_POST
@with_case(edit=True)
def resolve(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """After a stale save: keep mine (over theirs) or theirs."""
    if request.POST.get("keep") == "mine":
        return _save(request, case, _room(case, code))
    return HttpResponseRedirect(reverse("room", args=[case.number, code]))


@require_POST
@with_case(edit=True)
def autosave(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """Save while typing. Answers JSON: version and time, or what stands in the way."""
    item = _room(case, code)
    payload, sources, _, _ = current_payload(request.actor, case, item)
    _, after, origin = _received(item, request.POST, payload, sources)
    try:
        answer, fresh = room_save(
            actor=request.actor,
            case=case,
            item=item,
            payload=after,
            sources=origin,
            read_version=_version(request.POST),
        )
    except StaleAnswer as error:
        here = reverse("room", args=[case.number, code])
        return JsonResponse({"url": here, "who": "", "message": error.message}, status=409)
    return JsonResponse(
        {"version": answer.version, "saved_at": hm(answer.saved_at), "brought": [BY_CODE[c].title for c in fresh]}
    )


@require_http_methods(["GET", "POST"])
@with_case(edit=True)
def row(request: SignedInRequest, case: Case, code: str, row_id: str) -> HttpResponse:
    """One row of a list room; `new` adds one."""
    item = _room(case, code)
    if item.rows is None:
        raise Http404
    payload, sources, version, _ = current_payload(request.actor, case, item)
    view = case_view(case)
    standing = {} if row_id == "new" else row_find(payload, row_id)
    if standing is None:
        raise Http404
    picked = person_pick(view, request.GET.get("person", ""))
    start = {**standing, **{k: v for k, v in picked.items() if k in PERSON_FIELDS}} if picked else standing
    if request.method == "GET":
        form = item.rows.form.show(start)
        form.computed = computed_fields(start)
        return _show_row(request, case, item, row_id, standing, version, form)
    case_may_edit(request.actor, case)
    form = item.rows.form.receive(request.POST, standing)
    values = {**standing, **form.payload()}
    form.computed = computed_fields(values)
    after = row_put(item, view, payload, values)
    try:
        room_save(
            actor=request.actor,
            case=case,
            item=item,
            payload=after,
            sources=sources,
            read_version=_version(request.POST),
        )
    except StaleAnswer:
        return stale(request, back_url=reverse("room", args=[case.number, code]))
    saved_id = after["rows"][-1]["row_id"] if row_id == "new" else row_id
    if form.missing:
        form.unmask_errors()
        return _show_row(request, case, item, saved_id, values, version + 1, form, status=422)
    return HttpResponseRedirect(f"{reverse('room', args=[case.number, code])}#row-{saved_id}")


def _show_row(
    request: SignedInRequest,
    case: Case,
    item: Item,
    row_id: str,
    standing: Payload,
    version: int,
    form: ItemForm,
    *,
    status: int = 200,
) -> HttpResponse:
    noun = item.rows.noun if item.rows else ""
    context = {
        "case": case,
        "item": item,
        "form": form,
        "row_id": row_id,
        "row": standing,
        "version": version,
        "title": f"添一名{noun}" if row_id == "new" else (standing.get("name") or noun),
        "cards": [cards.card_state(case, item.code, row_id)] if row_id != "new" else [],
        "people": people_known(case_view(case)) if row_id == "new" else (),
        "has_errors": status == 422,
        "appbar_title": item.title,
        "back_url": reverse("room", args=[case.number, item.code]),
        "action": reverse("row", args=[case.number, item.code, row_id]),
    }
    return render(request, "cases/row.html", context, status=status)


@require_POST
@with_case(edit=True)
def row_change(request: SignedInRequest, case: Case, code: str, row_id: str) -> HttpResponse:
    """Take a row out, or bring it back as registered."""
    item = _room(case, code)
    payload, sources, version, _ = current_payload(request.actor, case, item)
    view = case_view(case)
    if request.POST.get("do") == "restore":
        after = row_restore(item, view, payload, row_id)
    else:
        after = row_remove(payload, row_id)
    try:
        room_save(actor=request.actor, case=case, item=item, payload=after, sources=sources, read_version=version)
    except StaleAnswer:
        return stale(request, back_url=reverse("room", args=[case.number, code]))
    return HttpResponseRedirect(reverse("room", args=[case.number, code]))


@require_POST
@with_case(edit=True)
def pick_person(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """从已有人员中选: fill the person of a single room from somebody known."""
    item = _room(case, code)
    payload, sources, version, _ = current_payload(request.actor, case, item)
    picked = person_pick(case_view(case), request.POST.get("person", ""))
    names = [name for name in PERSON_FIELDS if name in item.form.base_fields and name in picked]
    after = {**payload, **{name: picked[name] for name in names}}
    try:
        room_save(
            actor=request.actor,
            case=case,
            item=item,
            payload=after,
            sources={**sources, **dict.fromkeys(names, "register")},
            read_version=version,
        )
    except StaleAnswer as error:
        return _stale(request, case, item, after, error.current)
    return HttpResponseRedirect(reverse("room", args=[case.number, code]))
