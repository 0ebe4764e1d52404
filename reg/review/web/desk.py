"""审查台: queue, side-by-side, papers, findings, one-time notice, decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation import audit, clock
from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from foundation.ui.masks import MASKS, SPOKEN
from reg.casefile.access import CITY, Access, case_access
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.casefile.services import once
from reg.casefile.states import State
from reg.cases.checking import case_facts, rule_lookups
from reg.cases.signing import ROLES
from reg.cases.todo import items_text
from reg.cases.told import case_told
from reg.cases.web.guard import idempotency_key
from reg.cases.web.papers import page_image
from reg.compliance import engine
from reg.items.gather import port_title, questions
from reg.items.kit import DiffLine
from reg.items.registry import rooms_of
from reg.materials.models import Paper
from reg.materials.plan import plan
from reg.materials.services import papers_current
from reg.review import services
from reg.review.models import Claim
from reg.review.uploads import submitted_uploads
from reg.review.web.guard import staff_only, with_desk_case, with_whole_case
from reg.review.web.nav import desk_frame, home_of

TABS = (("changes", "变了的"), ("all", "全部登记内容"), ("lookups", "外部核验"), ("steps", "办件记录"))


def queue_of(request: SignedInRequest) -> QuerySet[Case]:
    """待办: cases of the authority (of the city for supervisors) that wait for a decision."""
    cases = Case.objects.filter(state__in=[State.SUBMITTED, State.ACCEPTED]).select_related("entity", "desk_claim")
    if request.actor.has_role(StaffRole.EXAMINER) and request.actor.office != CITY:
        cases = cases.filter(authority=request.actor.office)
    elif not request.actor.has_role(StaffRole.SUPERVISOR) and not request.actor.has_role(StaffRole.EXAMINER):
        return cases.none()
    return cases.order_by("authority_due", "submitted_at")


def queue_lines(request: SignedInRequest, current: str = "") -> list[dict[str, Any]]:
    """The queue as the desk shows it."""
    moment = clock.wall()
    lines = []
    for case in queue_of(request)[:60]:
        claim: Claim | None = getattr(case, "desk_claim", None)
        held = claim if claim and claim.until > moment else None
        lines.append(
            {
                "case": case,
                "title": f"{case.entity.name} · {items_text(case, 2)}",
                "url": reverse("desk-case", args=[case.number]),
                "current": case.number == current,
                "mine": held is not None and held.staff == request.actor.ref,
                "holder": held.staff_name if held else "",
                "until": held.until if held else None,
                "again": case.round,
            }
        )
    return lines


def desk_context(request: SignedInRequest, current: str = "") -> dict[str, Any]:
    """What every page of the desk shows: the queue and who is looking."""
    lines = queue_lines(request, current)
    return {
        "queue": lines,
        **desk_frame(request.actor, "desk"),
    }


@require_GET
@staff_only
def desk(request: SignedInRequest) -> HttpResponse:
    """The queue alone; who does not review goes on to where his work is."""
    home = home_of(request.actor)
    if home != "desk":
        return HttpResponseRedirect(reverse(home))
    return render(
        request,
        "review/desk.html",
        {**desk_context(request), "is_examiner": request.actor.has_role(StaffRole.EXAMINER)},
    )


@require_POST
@staff_only
def next_case(request: SignedInRequest) -> HttpResponse:
    """取下一件."""

    def act() -> str:
        case = services.review_next(actor=request.actor)
        if case is None:
            messages.info(request, "没有待领的了。")
            return reverse("desk")
        return reverse("desk-case", args=[case.number])

    return HttpResponseRedirect(once(actor=request.actor, key=idempotency_key(request), content="next", act=act))


def diff_row(line: DiffLine, *, masked: bool = True) -> dict[str, Any]:
    """A difference as the table shows it."""
    mask = MASKS.get(line.mask) if masked else None
    spoken = SPOKEN.get(line.mask) if masked else None
    return {
        "label": line.label,
        "before": mask(line.before) if mask and line.before else line.before,
        "after": mask(line.after) if mask and line.after else line.after,
        "same": line.kind == "same",
        "child": line.level > 0,
        "before_spoken": spoken(line.before) if spoken and line.before else "",
        "after_spoken": spoken(line.after) if spoken and line.after else "",
        "masked": bool(line.mask),
    }


@require_GET
@with_desk_case
def case_page(request: SignedInRequest, case: Case) -> HttpResponse:
    """One case: before and after, papers with their signatures, findings, what was noted. The auditor has a page of his own."""
    if case_access(request.actor, case) is not Access.DESK:
        return HttpResponseRedirect(reverse("desk-audit-case", args=[case.number]))
    view = case_view(case, services.desk_stream(case))
    facts = case_facts(case, view, ask=case.state in {State.SUBMITTED, State.ACCEPTED})
    report = engine.check(view, facts)
    tab = request.GET.get("tab", "changes")
    claim: Claim | None = Claim.objects.filter(case=case, until__gt=clock.wall()).first()
    mine = claim is not None and claim.staff == request.actor.ref
    sections = []
    for item in rooms_of(case.items):
        lines = [line for line in item.diff(view) if tab == "all" or line.kind != "same"]
        if lines:
            sections.append({"item": item, "rows": [diff_row(line) for line in lines]})
    asked = list(questions(view, rule_lookups(view)))
    confirmed = {row.finding_key: row for row in case.confirmations.all()}
    context = {
        **desk_context(request, case.number),
        "case": case,
        "title": f"变更 {items_text(case)}",
        "tab": tab,
        "tabs": [{"code": code, "word": word, "current": code == tab} for code, word in TABS],
        "sections": sections,
        "papers": papers_current(case),
        "uploads": submitted_uploads(case, plan(view, facts)),
        "findings": [
            {
                "finding": f.told(),
                "words": confirmed[f.key].words if f.key in confirmed else "",
                "confirmed": f.key in confirmed,
            }
            for f in report.findings
        ],
        "passed": len(report.passed),
        "lookups": [{"title": port_title(q.spec.port), "fact": facts.lookup(q.spec.port, q.subject)} for q in asked],
        "steps": case_told(case) if tab == "steps" else [],
        "claim": claim,
        "mine": mine,
        "may_decide": mine,
        "may_claim": request.actor.has_role(StaffRole.EXAMINER),
        "points": services.points_open(case),
        "notices": case.return_notices.order_by("round"),
        "rooms": rooms_of(case.items),
        "decisions": case.decisions.order_by("pk"),
    }
    return render(request, "review/case.html", context)


@require_POST
@with_desk_case
def claim(request: SignedInRequest, case: Case) -> HttpResponse:
    """领取这一件."""
    services.review_claim(actor=request.actor, case=case)
    return _here(case)


@require_POST
@with_desk_case
def release(request: SignedInRequest, case: Case) -> HttpResponse:
    """放回待办."""
    services.review_release(actor=request.actor, case=case)
    return HttpResponseRedirect(reverse("desk"))


@require_POST
@with_desk_case
def note(request: SignedInRequest, case: Case) -> HttpResponse:
    """再记一处."""
    about, text, basis = (request.POST.get(name, "") for name in ("about", "text", "basis"))
    kind, _, code = about.partition(":")

    def act() -> str:
        paper = case.papers.filter(pk=int(code)).first() if kind == "paper" and code.isdigit() else None
        upload = case.uploads.filter(line=code).first() if kind == "upload" else None
        services.point_note(
            actor=request.actor,
            case=case,
            title=paper.title if paper else upload.title if upload else "",
            item=code if kind == "item" else "",
            document=paper.doc if paper else upload.line if upload else "",
            text=text[:500],
            basis=basis[:120],
        )
        return reverse("desk-case", args=[case.number])

    content = f"note:{case.number}:{about}:{text}:{basis}"
    return HttpResponseRedirect(once(actor=request.actor, key=idempotency_key(request), content=content, act=act))


@require_POST
@with_desk_case
def note_drop(request: SignedInRequest, case: Case, point_id: int) -> HttpResponse:
    """删."""
    services.point_drop(actor=request.actor, case=case, point_id=point_id)
    return _here(case)


@require_POST
@with_desk_case
def decide(request: SignedInRequest, case: Case) -> HttpResponse:
    """退回补正, 准予登记, 不予登记: once per key."""
    what = request.POST.get("do", "")
    target = reverse("desk-case", args=[case.number])

    def act() -> str:
        match what:
            case "return":
                services.case_return(
                    actor=request.actor, case=case, supervisor_reason=request.POST.get("supervisor_reason", "")[:500]
                )
                messages.success(request, "已退回补正，申请人会收到短信。")
            case "approve":
                services.case_approve(actor=request.actor, case=case)
                messages.success(request, "已准予登记，登记簿已更新。")
            case "refuse":
                services.case_refuse(
                    actor=request.actor,
                    case=case,
                    reason=request.POST.get("reason", "")[:1000],
                    basis=request.POST.get("basis", "")[:200],
                )
                messages.success(request, "已作出不予登记决定。")
            case _:
                raise Http404
        return target

    # without the round, which a return raises: a second tap that comes after it is still the same
    content = f"{what}:{case.number}"
    return HttpResponseRedirect(once(actor=request.actor, key=idempotency_key(request), content=content, act=act))


@require_POST
@with_whole_case
def unmask(request: SignedInRequest, case: Case) -> HttpResponse:
    """看全号: shown whole once, and written down who looked."""
    view = case_view(case, services.desk_stream(case))
    sections = [
        {"item": item, "rows": [diff_row(line, masked=False) for line in item.diff(view) if line.mask]}
        for item in rooms_of(case.items)
    ]
    audit.record(request.actor, "case.unmask", "case", case.number)
    context = {**desk_context(request, case.number), "case": case, "sections": [s for s in sections if s["rows"]]}
    return render(request, "review/unmasked.html", context)


@require_GET
@with_whole_case
def paper(request: SignedInRequest, case: Case, paper_id: int) -> HttpResponse:
    """One paper, page by page, with who signed it when."""
    one = case.papers.filter(pk=paper_id).first()
    if one is None:
        raise Http404
    pages = [reverse("desk-paper-page", args=[case.number, one.pk, n, "page"]) for n in range(1, one.pages + 1)]
    older = case.papers.filter(doc=one.doc, party=one.party, state=Paper.State.SUPERSEDED).order_by("-revision")
    signatures = [{"role": ROLES.get(slot.role, "签名人"), "slot": slot} for slot in one.signatures.order_by("pk")]
    context = {
        **desk_context(request, case.number),
        "case": case,
        "paper": one,
        "signatures": signatures,
        "pages": pages,
        "older": older,
    }
    return render(request, "review/paper.html", context)


@require_GET
@with_whole_case
def paper_page(request: SignedInRequest, case: Case, paper_id: int, page: int, size: str) -> HttpResponse:
    """One page as a picture."""
    one = case.papers.filter(pk=paper_id).select_related("file", "signed_file").first()
    if one is None:
        raise Http404
    return page_image(one, page, size)


def _here(case: Case) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk-case", args=[case.number]))
