"""办件总览: what is done, what is missing, who is next and by when."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation.identity.middleware import SignedInRequest
from reg.casefile.access import case_access
from reg.casefile.mandate import is_public_only
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.casefile.services import once
from reg.casefile.states import State
from reg.cases import agents
from reg.cases.checking import case_facts
from reg.cases.journey import NextStep, next_step, way
from reg.cases.mending import mends_of
from reg.cases.services import case_withdraw
from reg.cases.todo import items_text
from reg.cases.told import case_told
from reg.cases.web.guard import idempotency_key, with_case
from reg.compliance import engine
from reg.compliance.report import Report, RoomReport
from reg.items.registry import BY_CODE


@dataclass(frozen=True)
class RoomLine:
    """One room on the overview."""

    code: str
    title: str
    icon: str
    summary: str
    state: str
    tone: str
    url: str
    reason: str = ""
    """Why it came along."""


def room_lines(case: Case, report: Report, summaries: dict[str, str], *, closed: bool = False) -> list[RoomLine]:
    """Every room with what it still lacks. `closed`: rooms that need the register wait for the company's word."""
    reasons = {row["item"]: row["reason"] for row in case.brought}
    lines = []
    for room in report.rooms:
        waits = closed and BY_CODE[room.item].needs_register
        state, tone = ("等企业确认", "") if waits else _state(room, report)
        lines.append(
            RoomLine(
                code=room.item,
                title=room.title,
                icon=BY_CODE[room.item].icon,
                summary=summaries.get(room.item, ""),
                state=state,
                tone=tone,
                url="" if waits else reverse("room", args=[case.number, room.item]),
                reason=reasons.get(room.item, ""),
            )
        )
    return lines


def _state(room: RoomReport, report: Report) -> tuple[str, str]:
    if not room.started:
        return "没填", ""
    if room.blocking:
        return f"缺 {room.blocking} 处" if room.missing else f"{room.blocking} 处要改", "block"
    if any(f.item == room.item for f in report.open_confirmations):
        return "待确认", "warn"
    return "填好了", "ok"


@require_GET
@with_case(early=True)
def overview(request: SignedInRequest, case: Case) -> HttpResponse:
    """The case page."""
    view = case_view(case)
    report = engine.check(view, case_facts(case, view, ask=case.is_editable))
    summaries = {code: BY_CODE[code].summary(view) for code in case.items if code in BY_CODE}
    lines = room_lines(case, report, summaries, closed=is_public_only(case))
    notice = case.return_notices.order_by("-round").first() if case.state == State.RETURNED else None
    mends = mends_of(case, notice) if notice else []
    step: NextStep = agents.next_step(request.actor, case) or next_step(case, report, mends)
    filled = sum(line.tone == "ok" for line in lines)
    context = {
        "case": case,
        "entity": case.entity,
        "title": f"变更 {items_text(case)}",
        "rooms": lines,
        "filled": filled,
        "total": len(lines),
        "figure": f"{filled}/{len(lines)}",
        "report": report,
        "next": step,
        "way": way(case, report),
        "notice": notice,
        "mends": mends,
        "may_edit": case_access(request.actor, case).may_fill,
        "agent_case": case.opener_kind == "agent",
        "may_withdraw": not case.is_ended and case.state != State.APPROVED,
        "appbar_title": "办件",
        "back_url": reverse("home"),
    }
    return render(request, "cases/overview.html", context)


@require_GET
@with_case(edit=True, early=True)
def withdraw_ask(request: SignedInRequest, case: Case) -> HttpResponse:
    """Are you sure, and what happens then."""
    back = reverse("case", args=[case.number])
    return render(request, "cases/withdraw.html", {"case": case, "appbar_title": "撤回", "back_url": back})


@require_POST
@with_case(edit=True, early=True)
def withdraw(request: SignedInRequest, case: Case) -> HttpResponse:
    """Take the case back."""
    home = reverse("case", args=[case.number])
    reason = request.POST.get("reason", "")[:200]

    def act() -> str:
        case_withdraw(actor=request.actor, case=case, reason=reason)
        messages.success(request, "这件申请已撤回，填过的内容还能查看。")
        return home

    return HttpResponseRedirect(
        once(actor=request.actor, key=idempotency_key(request), content=f"withdraw:{case.number}", act=act)
    )


@require_GET
@with_case(early=True)
def progress(request: SignedInRequest, case: Case) -> HttpResponse:
    """办理进度: the whole way with times (R111 in part)."""
    context = {
        "case": case,
        "steps": case_told(case),
        "title": f"变更 {items_text(case)}",
        "appbar_title": "办理进度",
        "back_url": reverse("case", args=[case.number]),
    }
    return render(request, "cases/progress.html", context)
