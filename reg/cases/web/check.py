"""核对结果: every finding with its law and its mend, what passed, what is still being looked up (R025)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation import clock
from foundation.identity.actor import Actor
from foundation.identity.middleware import SignedInRequest
from reg.casefile.access import Access, case_access
from reg.casefile.models import Case
from reg.casefile.selectors import in_flight_of
from reg.casefile.services import confirmation_give, confirmation_take_back
from reg.cases.checking import case_check
from reg.cases.web.guard import with_case
from reg.compliance.report import Report
from reg.items.gather import port_title
from reg.items.kit import Finding, Severity
from reg.items.registry import BY_CODE

GUIDE = "选事项"
IN_FLIGHT = "CC01"


def where_url(case: Case, finding: Finding) -> str:
    """The place of a finding: the row, the field of a room, or the guide; empty where there is nothing to change."""
    told = finding.severity in {Severity.CONFIRM, Severity.WARN}
    if finding.item not in BY_CODE and told and GUIDE not in finding.fix:
        return ""
    if finding.item not in BY_CODE or finding.item not in case.items:
        return reverse("case-choose", args=[case.number])
    if finding.row:
        return reverse("row", args=[case.number, finding.item, finding.row])
    anchor = f"#id_{finding.field}" if finding.field else ""
    return reverse("room", args=[case.number, finding.item]) + anchor


def way_out(actor: Actor, case: Case, finding: Finding) -> tuple[str, str]:
    """Where a finding is mended, and the words that lead there; for another case in flight that case, for who may see it."""
    if finding.code == IN_FLIGHT:
        other = in_flight_of(case.entity)
        seen = other is not None and case_access(actor, other) in {Access.EDIT, Access.READ}
        return (reverse("case", args=[other.number]), "打开那一件") if other and seen else ("", "")
    return where_url(case, finding), f"去改：{BY_CODE[finding.item].title if finding.item in BY_CODE else GUIDE}"


def cards_of(actor: Actor, case: Case, report: Report, *, may_edit: bool) -> list[dict[str, Any]]:
    """Every finding as the page shows it."""
    return [
        {
            "finding": f.told(),
            "where": BY_CODE[f.item].title if f.item in BY_CODE else "企业",
            "url": url,
            "label": label,
            "confirmable": f.severity is Severity.CONFIRM and may_edit,
            "confirmed": f.key in report.confirmed,
            "needs_words": f.needs_words,
            "editable": may_edit,
        }
        for f in report.findings
        for url, label in [way_out(actor, case, f)]
    ]


@require_GET
@with_case()
def check(request: SignedInRequest, case: Case) -> HttpResponse:
    """The report of the case as it stands."""
    report = case_check(case, ask=case.is_editable)
    may_edit = case_access(request.actor, case) is Access.EDIT and case.is_editable
    counts = {severity.value: len(report.of(severity)) for severity in Severity}
    context = {
        "case": case,
        "report": report,
        "cards": cards_of(request.actor, case, report, may_edit=may_edit),
        "missing": [{"finding": f, "url": where_url(case, f), "room": BY_CODE[f.item].title} for f in report.missing],
        "counts": counts,
        "barred": counts["block"] + counts["offline"] + len(report.missing),
        "looked_at": len(report.passed) + len({f.code for f in report.findings}),
        "waiting": [{"title": port_title(fact.port), "fact": fact} for fact in report.waiting],
        "next": _next(request.actor, case, report, may_edit=may_edit),
        "checked_at": clock.now(),
        "appbar_title": "变更登记",
        "back_url": reverse("case", args=[case.number]),
    }
    return render(request, "cases/check.html", context)


def _next(actor: Actor, case: Case, report: Report, *, may_edit: bool) -> dict[str, str]:
    back = {"url": reverse("case", args=[case.number]), "label": "回到办件"}
    if not may_edit:
        return back
    for stop in report.stops:
        if stop.severity is not Severity.CONFIRM:
            url, label = way_out(actor, case, stop)
            return {"url": url, "label": label} if url else back
    if report.open_confirmations:
        first = report.open_confirmations[0]
        place = "-".join(part for part in (first.key, first.item) if part)
        return {"url": f"#finding-{place}", "label": f"先确认这 {len(report.open_confirmations)} 处"}
    if report.pending:
        return {"url": reverse("case-check", args=[case.number]), "label": "刷新，看核验的结果"}
    return {"url": reverse("papers", args=[case.number]), "label": "生成文书"}


@require_POST
@with_case(edit=True)
def confirm(request: SignedInRequest, case: Case) -> HttpResponse:
    """我确认 one finding; it must be one that the rules raise now."""
    report = case_check(case)
    key = request.POST.get("code", "")
    found = next((f for f in report.of(Severity.CONFIRM) if f.key == key), None)
    words = request.POST.get("words", "").strip()[:500]
    if found is None:
        messages.info(request, "这一条已经变了，请再看一遍。")
    elif found.needs_words and not words:
        messages.error(request, f"请先写明情况，再确认：{found.message}")
    else:
        confirmation_give(actor=request.actor, case=case, finding_key=key, message=found.message, words=words)
    return HttpResponseRedirect(reverse("case-check", args=[case.number]))


@require_POST
@with_case(edit=True)
def unconfirm(request: SignedInRequest, case: Case) -> HttpResponse:
    """Take a confirmation back."""
    confirmation_take_back(actor=request.actor, case=case, finding_key=request.POST.get("code", "")[:120])
    return HttpResponseRedirect(reverse("case-check", args=[case.number]))
