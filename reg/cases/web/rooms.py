"""填写: the page of a room and its autosave. One set of views for all rooms; rows of list rooms stand in rows.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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
from reg.casefile.access import Access, NotConfirmed, case_may_edit
from reg.casefile.mandate import is_public_only
from reg.casefile.models import CardRead, Case, ItemAnswer
from reg.casefile.selectors import case_view
from reg.casefile.services import StaleAnswer
from reg.casefile.view import CaseView
from reg.cases import agents, cards
from reg.cases.checking import room_facts
from reg.cases.rooms import (
    Opened,
    as_answered,
    form_of,
    neighbours,
    people_known,
    person_pick,
    room_open,
    room_save,
    row_find,
    sources_after,
)
from reg.cases.web.cards import card_shown
from reg.cases.web.guard import with_case
from reg.cases.web.hints import LOOK, TAKE, hints_context, taken_over
from reg.compliance import engine
from reg.compliance.report import RoomReport
from reg.items.kit import Finding, Item, ItemForm, Severity
from reg.items.kit.groups import PERSON_FIELDS, computed_fields, with_computed
from reg.items.registry import BY_CODE

Payload = Mapping[str, Any]
SHORT = 9
"""Titles below this length fit into a button."""
STOPPING = frozenset({Severity.BLOCK, Severity.OFFLINE})
WORDS = {"added": ("新任", "add"), "changed": ("修改", "chg"), "removed": ("卸任", "del")}


def room_of(case: Case, code: str) -> Item:
    """The room of the address; 404 for one that is not part of the case, 403 for one that waits for the company's word."""
    if code not in BY_CODE or code not in case.items:
        raise Http404
    item = BY_CODE[code]
    if item.needs_register and is_public_only(case):
        raise NotConfirmed
    return item


def may_edit(case: Case) -> bool:
    """Whether who asks may change the case now."""
    return Access(case.granted).may_fill and case.is_editable


def version_of(post: QueryDict) -> int:
    """The version the page showed."""
    text = post.get("version", "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@require_http_methods(["GET", "POST"])
@with_case(early=True)
def room(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """The page of a room. POST saves whatever was typed, then says what is still wrong, or goes to the next room."""
    item = room_of(case, code)
    # first: a card that is read meanwhile then waits, and never shows without its fields
    reads = cards.reads_of(case, code)
    now = room_open(request.actor, case, item)
    if request.method == "POST":
        return _save(request, case, item, now)
    return _show(request, case, item, now, reads=reads)


def _save(request: SignedInRequest, case: Case, item: Item, now: Opened) -> HttpResponse:
    case_may_edit(request.actor, case)
    form, after, origin = _received(item, request.POST, now)
    if take := request.POST.get(TAKE):
        after, taken = taken_over(case, item, now.view, after, take)
        origin |= taken
    try:
        answer, fresh = _keep(request, case, item, after, origin)
    except StaleAnswer as error:
        return _stale(request, case, item, after, error.current)
    tell_brought(request, case, fresh)
    if request.POST.get(TAKE) or request.POST.get(LOOK):
        return HttpResponseRedirect(f"{reverse('room', args=[case.number, item.code])}#hints")
    saved = after_save(case, answer)
    report = report_of(case, item, saved.view)
    stopped = any(f.severity in STOPPING and f.item in {"", item.code} for f in report.findings)
    if stopped or report.missing:
        return _show(request, case, item, saved, form=form, report=report, status=422)
    return HttpResponseRedirect(_after(case, item))


def _keep(
    request: SignedInRequest, case: Case, item: Item, after: Payload, origin: Mapping[str, str]
) -> tuple[ItemAnswer, list[str]]:
    """Save. The same page sent twice (a double tap, an answer that was lost on its way) is one save."""
    read = version_of(request.POST)
    try:
        return room_save(actor=request.actor, case=case, item=item, payload=after, sources=origin, read_version=read)
    except StaleAnswer as error:
        mine, theirs = (item.form.read(head_of(item, one)) for one in (after, error.current.payload))
        if stale_pairs(mine, theirs):
            raise
        case.refresh_from_db()
        return error.current, []


def after_save(case: Case, answer: ItemAnswer) -> Opened:
    """The room as it stands now: what came along may have changed which rooms there are."""
    return Opened(case_view(case, confirmations=False), dict(answer.payload), dict(answer.sources), answer.version)


def tell_brought(request: SignedInRequest, case: Case, codes: Iterable[str]) -> None:
    """Say which pages came along, and why."""
    reasons = {row["item"]: row["reason"] for row in case.brought}
    for code in codes:
        if code in BY_CODE:
            messages.info(request, f"带出了“{BY_CODE[code].title}”：{reasons.get(code, '')}")


def _after(case: Case, item: Item) -> str:
    if item.code == agents.ROOM and case.granted == Access.UNCONFIRMED:
        return reverse("case-agent", args=[case.number])
    _, following, _, _ = neighbours(case, item)
    if following:
        return reverse("room", args=[case.number, following.code])
    if case.granted == Access.UNCONFIRMED:
        return reverse("case", args=[case.number])
    return reverse("case-check", args=[case.number])


def _received(item: Item, post: QueryDict, now: Opened) -> tuple[ItemForm, dict[str, Any], dict[str, str]]:
    """The form that came back, the payload after it, where each value now comes from."""
    saved = head_of(item, now.payload)
    form = item.form.receive(post, saved)
    values = form.payload()
    computed = computed_fields(values) | item.form.follows
    form.sources = origin = sources_after(saved, now.sources, values, computed)
    form.computed = computed
    if item.rows:
        origin = {key: source for key, source in now.sources.items() if ":" in key} | origin
        return form, {**now.payload, "structure": values}, origin
    return form, {**now.payload, **values}, origin


def head_of(item: Item, payload: Payload) -> Payload:
    """What the form of the page is about: the answer, or the head of a list."""
    return payload.get("structure") or {} if item.rows else payload


def report_of(case: Case, item: Item, view: CaseView) -> RoomReport:
    """What this room lacks and what its checks say of `view`."""
    return engine.check_room(item, view, room_facts(case, view, item))


def _show(
    request: SignedInRequest,
    case: Case,
    item: Item,
    now: Opened,
    *,
    form: ItemForm | None = None,
    report: RoomReport | None = None,
    reads: list[CardRead] | None = None,
    status: int = 200,
) -> HttpResponse:
    before, following, place, total = neighbours(case, item)
    head = head_of(item, now.payload)
    shown = form or form_of(item, head, now.sources)
    shown.computed = computed_fields(head)
    reads = cards.reads_of(case, item.code) if reads is None else reads
    facts = None
    if report is None and now.version:
        view = as_answered(now.view, item, now.payload)
        facts = room_facts(case, view, item, reads=reads)
        report = engine.check_room(item, view, facts)
    findings = report.findings if report else ()
    attach(shown, findings)
    context = {
        "case": case,
        "item": item,
        "form": shown,
        "version": now.version,
        "place": place,
        "total": total,
        "before": before,
        "following": following,
        "findings": [finding_card(case, item, f, now.payload) for f in findings if not _at_field(f, shown)],
        "brought": next((row for row in case.brought if row["item"] == item.code), None),
        "registered": [line for line in item.diff(now.view) if line.before],
        "rows": _rows(case, item, now.payload, report) if item.rows else None,
        "suggestions": _suggestions(case, item, now),
        "cards": [card_shown(case, item.code, slot, reads) for slot in item.card_slots(now.payload) if not item.rows],
        "people": people_known(now.view, item) if "id_number" in shown.fields else (),
        "may_edit": may_edit(case),
        "has_errors": status == 422,
        "appbar_title": "变更登记",
        "back_url": reverse("case", args=[case.number]),
        "next_label": _next_label(case, item, following),
        **hints_context(case, item, now, may_edit=may_edit(case), facts=facts),
    }
    return render(request, [f"cases/rooms/{item.code}.html", "cases/room.html"], context, status=status)


def _next_label(case: Case, item: Item, following: Item | None) -> str:
    if item.code == agents.ROOM and case.granted == Access.UNCONFIRMED:
        return "保存，请企业确认"
    if following:
        return f"保存，去填：{following.title}" if len(following.title) < SHORT else "保存，去下一项"
    return "保存，回到总览" if case.granted == Access.UNCONFIRMED else "保存，去核对"


def attach(form: ItemForm, findings: Iterable[Finding], row: str = "") -> None:
    """Blocking findings about a field stand at the field, as errors do."""
    if not form.is_bound:
        return
    for finding in findings:
        if finding.severity is Severity.BLOCK and finding.field in form.fields and finding.row == row:
            form.add_error(finding.field, finding.message)
    form.unmask_errors()


def _at_field(finding: Finding, form: ItemForm) -> bool:
    """Whether the page says it at a field already."""
    at = finding.field in form.fields and not finding.row
    return at and form.is_bound and finding.severity is Severity.BLOCK


def finding_card(case: Case, item: Item, finding: Finding, payload: Payload) -> dict[str, Any]:
    """A finding with the way to where it is mended."""
    url = label = where = ""
    if finding.row and item.rows:
        who = item.rows.title(row_find(payload, finding.row) or {}) or item.rows.noun
        verb = "去看" if finding.severity is Severity.WARN else "去改"
        url, label = reverse("row", args=[case.number, item.code, finding.row]), f"{verb}：{who}"
        where = who
    elif finding.item not in {"", item.code} and finding.item in BY_CODE and finding.item in case.items:
        url = reverse("room", args=[case.number, finding.item])
        label = f"去改：{BY_CODE[finding.item].title}"
    elif finding.field:
        fields = item.form.base_fields
        name = str(fields[finding.field].label) if finding.field in fields else ""
        url, label = f"#id_{finding.field}_field", f"去改：{name}" if name else "去改"
    return {"finding": finding.told(), "where": where or item.title, "url": url, "label": label}


def _rows(case: Case, item: Item, payload: Payload, report: RoomReport | None) -> list[dict[str, Any]]:
    spec = item.rows
    if spec is None:
        return []
    said = (*report.missing, *report.findings) if report else ()
    wrong = Counter(f.row for f in said if f.severity is Severity.BLOCK)
    lines = []
    for row in payload.get("rows", ()):
        row_id = row.get("row_id", "")
        chip, tone = WORDS.get(row.get("change", ""), ("", ""))
        lines.append(
            {
                "id": row_id,
                "title": spec.title(row) or f"没有填姓名的{spec.noun}",
                "sub": spec.subtitle(row).split(" · "),
                "change": row.get("change"),
                "chip": chip,
                "tone": tone,
                "removed": row.get("change") == "removed",
                "wrong": wrong[row_id],
                "url": reverse("row", args=[case.number, item.code, row_id]),
            }
        )
    return lines


def _suggestions(case: Case, item: Item, now: Opened) -> list[dict[str, str]]:
    """Rows this case will need, one tap away."""
    if item.rows is None:
        return []
    new = reverse("row", args=[case.number, item.code, "new"])
    return [
        {"title": one.title, "why": one.why, "url": f"{new}?suggest={place}"}
        for place, one in enumerate(item.rows.suggest(now.view, now.payload))
    ]


def stale_pairs(form: ItemForm, standing: ItemForm) -> list[dict[str, str]]:
    """Fields that differ between what was typed and what is stored, in words."""
    rows = []
    for name, field in form.fields.items():
        typed, stored = (str(one[name].data if one[name].data is not None else "") for one in (form, standing))
        if typed != stored:
            words = dict(getattr(field, "choices", ()))
            rows.append(
                {
                    "label": str(field.label),
                    "before": str(words.get(stored, stored)),
                    "after": str(words.get(typed, typed)),
                }
            )
    return rows


def hidden_fields(values: Mapping[str, Any]) -> str:
    """The values as hidden fields of a form, lists item by item."""
    pairs = [
        (name, "" if one is None else str(one))
        for name, value in values.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


def _stale(request: SignedInRequest, case: Case, item: Item, typed: Payload, current: ItemAnswer) -> HttpResponse:
    """Somebody saved in between: both sides are shown, nothing is lost."""
    head = head_of(item, typed)
    form, standing = item.form.read(head), item.form.read(head_of(item, current.payload))
    values = {"version": current.version, **form.typed()}
    return stale(
        request,
        rows=stale_pairs(form, standing),
        resolve_to=reverse("room-resolve", args=[case.number, item.code]),
        hidden=hidden_fields(values),
        back_url=reverse("room", args=[case.number, item.code]),
    )


@require_POST
@with_case(edit=True, early=True)
def resolve(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """After a stale save: keep mine (over theirs) or theirs."""
    item = room_of(case, code)
    if request.POST.get("keep") == "mine":
        return _save(request, case, item, room_open(request.actor, case, item))
    return HttpResponseRedirect(reverse("room", args=[case.number, code]))


@require_POST
@with_case(edit=True, early=True)
def autosave(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """Save while typing. Answers JSON: version and time, or what stands in the way."""
    item = room_of(case, code)
    _, after, origin = _received(item, request.POST, room_open(request.actor, case, item))
    try:
        answer, fresh = _keep(request, case, item, after, origin)
    except StaleAnswer as error:
        here = reverse("room", args=[case.number, code])
        return JsonResponse({"url": here, "who": "", "message": error.message}, status=409)
    titles = [BY_CODE[one].title for one in fresh if one in BY_CODE]
    return JsonResponse({"version": answer.version, "saved_at": hm(answer.saved_at), "brought": titles})


@require_POST
@with_case(edit=True, early=True)
def pick_person(request: SignedInRequest, case: Case, code: str) -> HttpResponse:
    """从已有人员中选: fill the person of a single room from somebody known."""
    item = room_of(case, code)
    now = room_open(request.actor, case, item)
    picked = person_pick(now.view, item, request.POST.get("person", ""))
    here = reverse("room", args=[case.number, code])
    if not picked:
        messages.info(request, "这个人刚刚改过，请再选一次。")
        return HttpResponseRedirect(here)
    names = [name for name in PERSON_FIELDS if name in item.form.base_fields]
    person = with_computed({name: picked.get(name, "") for name in names})
    after = {**now.payload, **{name: person[name] for name in names}}
    origin = {name: "register" for name in names if picked.get(name)} | dict.fromkeys(
        computed_fields(after), "computed"
    )
    sources = {key: value for key, value in now.sources.items() if key not in names} | origin
    try:
        _, fresh = room_save(
            actor=request.actor, case=case, item=item, payload=after, sources=sources, read_version=now.version
        )
    except StaleAnswer as error:
        return _stale(request, case, item, after, error.current)
    tell_brought(request, case, fresh)
    return HttpResponseRedirect(here)
