"""名称自主申报 as JSON: a name checked as one types, free names near it, the industry. The same form and engine as the page. R102, R104.

`POST /api/names/check` takes the fields of the page (kind, district, region, trade, industry, small_class, form, order,
prior_approval, related) and changes nothing; 422 names each field that is missing or wrong.
"""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse
from django.views.decorators.http import require_GET, require_POST

from foundation import clock
from foundation.identity.middleware import SignedInRequest
from reg.cases.web.guard import signed_in
from reg.catalog.codes import industries
from reg.declarations.services import may_plead, needs_desk
from reg.declarations.web.compose import report_of, suggested_for
from reg.declarations.web.forms import NameForm
from reg.naming.checking import NameReport
from reg.naming.explain import Told, spoken, told
from reg.naming.finding import NameFinding
from reg.naming.industries import industries_like
from reg.naming.terms import held_until


@require_POST
@signed_in
def check(request: SignedInRequest) -> JsonResponse:
    """The verdict, the rules, who is the same and who is near."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _wrong(form)
    report, parts = report_of(form), form.parts
    until = held_until(clock.today(), prior_approval=form.cleaned_data["prior_approval"])
    small = industries().get(report.parts.small_class)
    return JsonResponse(
        {
            "name": report.parts.full,
            "outcome": report.outcome,
            "may_be_held": report.outcome.may_be_held,
            "may_plead": may_plead(report, form.related),
            "decided_by_the_desk": needs_desk(report, form.related),
            "held_until": until.isoformat(),
            "spoken": spoken(parts.trade),
            "small_class": {"code": small.code, "name": small.name} if small else None,
            "findings": [_finding(one) for one in report.findings],
            **_hits(report),
        }
    )


def _finding(one: NameFinding) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity,
        "part": one.part,
        "message": one.message,
        "basis": one.basis,
    }


def _hits(report: NameReport) -> dict[str, Any]:
    def hit(one: Told, rule: str) -> dict[str, str]:
        return {"name": one.written, "state": one.chip, "rule": rule, "alike": one.alike, "basis": one.basis}

    return {
        "same": [hit(told(one, report.parts), one.verdict.rule) for one in report.found.same],
        "similar": [hit(told(one, report.parts), one.verdict.rule) for one in report.found.similar],
        "more": report.found.more,
    }


@require_POST
@signed_in
def suggest(request: SignedInRequest) -> JsonResponse:
    """A few free names near a wish that cannot be had."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _wrong(form)
    near = suggested_for(form, report_of(form))
    return JsonResponse({"items": [{"name": one.full, "trade": one.trade, "industry": one.industry} for one in near]})


@require_GET
@signed_in
def classes(request: SignedInRequest) -> JsonResponse:
    """Small classes by code, by the word of a name, or by what the business does."""
    found = industries_like(request.GET.get("q", "")[:60])
    return JsonResponse({"items": [{"value": one.code, "label": one.name, "by": one.by} for one in found]})


def _wrong(form: NameForm) -> JsonResponse:
    return JsonResponse(
        {"errors": {field: [str(error) for error in errors] for field, errors in form.errors.items()}}, status=422
    )
