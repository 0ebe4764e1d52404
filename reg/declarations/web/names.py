"""名称自主申报 as pages: the guide, and a name composed, checked as one types and declared. R101, R102, R104."""

from __future__ import annotations

from functools import cache
from heapq import nlargest
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation import clock
from foundation.identity.middleware import SignedInRequest
from reg.casefile.services import once
from reg.cases.web.guard import idempotency_key, signed_in
from reg.cases.web.names import name_answer
from reg.catalog.names import desk_policy, industry_terms
from reg.declarations.services import (
    DeclarationError,
    declarations_found,
    declarations_of,
    may_plead,
    name_declare,
    needs_desk,
)
from reg.declarations.web.forms import NameForm
from reg.declarations.web.shown import row
from reg.naming.checking import NameReport, name_check, suggestions
from reg.naming.parts import Parts
from reg.naming.reservation import NameTaken, NotAllowed, NotRead, Wish
from reg.naming.terms import held_until
from reg.naming.wordlists import matcher_now

TERMS_OFFERED = 60


@require_GET
@signed_in
def names(request: SignedInRequest) -> HttpResponse:
    """导办: which declaration fits, its terms and duties; what I declared; where a declaration stands."""
    asked = request.GET.get("q", "").strip()[:40]
    context = {
        "asked": asked,
        "found": [row(one) for one in declarations_found(request.actor, asked)],
        "mine": [row(one) for one in declarations_of(request.actor)[:20]],
        "until": held_until(clock.today(), prior_approval=False),
        "until_approved": held_until(clock.today(), prior_approval=True),
        "appbar_title": "名称自主申报",
        "back_url": reverse("home"),
    }
    return render(request, "declarations/names.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def name_new(request: SignedInRequest) -> HttpResponse:
    """Compose a name; look at what is said of it; declare it."""
    if request.method == "GET":
        first = {name: request.GET[name] for name in NameForm.base_fields if name in request.GET}
        return _show(request, _page(NameForm(initial={"kind": "llc", "region": "上海", **first}), None))
    form = NameForm(request.POST)
    if not form.is_valid():
        return _show(request, _page(form, None), status=422)
    report = _report(form)
    if request.POST.get("do") != "hold":
        return _show(request, _page(form, report))
    try:
        return HttpResponseRedirect(
            once(
                actor=request.actor,
                key=idempotency_key(request),
                content=f"name:{form.parts.full}:{form.cleaned_data['small_class']}",
                act=lambda: _declare(request, form, report),
            )
        )
    except (NameTaken, NotAllowed, NotRead):
        return _show(request, _page(form, _report(form)) | {"late": True}, status=409)
    except DeclarationError as error:
        return _show(request, _page(form, report) | {"missing": error.message}, status=422)


def _show(request: SignedInRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    plea = request.POST.get("plea", "")
    return render(request, "declarations/name_new.html", {**context, "plea": plea}, status=status)


def _declare(request: SignedInRequest, form: NameForm, report: NameReport) -> str:
    said = form.cleaned_data
    one = name_declare(
        actor=request.actor,
        wish=Wish(
            report.parts, said["kind"], "establish", prior_approval=said["prior_approval"], district=said["district"]
        ),
        report=report,
        authority=said["district"],
        read=request.POST.getlist("read"),
        plea=request.POST.get("plea", ""),
    )
    return reverse("name", args=[one.number])


def _report(form: NameForm) -> NameReport:
    return name_check(form.parts, form.context, day=clock.today(), matcher=matcher_now())


@require_POST
@signed_in
def name_result(request: SignedInRequest) -> HttpResponse:
    """The result alone, as one types; nothing is said of a form that is not complete yet."""
    form = NameForm(request.POST)
    context = _answer(form, _report(form)) if form.is_valid() else {}
    return render(request, "declarations/_result.html", context)


@require_GET
@signed_in
def name_industries(request: SignedInRequest) -> HttpResponse:
    """Small classes that fit the words typed so far."""
    return render(request, "declarations/_classes.html", {"form": NameForm(request.GET)})


@require_POST
@signed_in
def name_suggestions(request: SignedInRequest) -> HttpResponse:
    """Free names near a wish that cannot be had, asked for when the applicant pauses."""
    form = NameForm(request.POST)
    found = _suggested(form, _report(form)) if form.is_valid() else []
    return render(request, "declarations/_suggested.html", {"suggested": found})


def _page(form: NameForm, report: NameReport | None) -> dict[str, Any]:
    """The whole page, as it is without a script."""
    context = {
        "form": form,
        "terms": usual_terms(),
        "appbar_title": "名称自主申报",
        "back_url": reverse("names"),
    }
    if report is None:
        return context
    return context | _answer(form, report) | {"suggested": _suggested(form, report)}


@cache
def usual_terms() -> tuple[str, ...]:
    """Words of industry that are used most, for the box to offer."""
    return tuple(nlargest(TERMS_OFFERED, industry_terms(), key=lambda term: industry_terms()[term].seen))


def _answer(form: NameForm, report: NameReport) -> dict[str, Any]:
    until = held_until(clock.today(), prior_approval=form.cleaned_data["prior_approval"])
    free = f"申报成功后为您保留到 {until:%Y年%-m月%-d日}。"
    return {
        **name_answer(report, free=free),
        "may_hold": report.outcome.may_be_held,
        "may_plead": may_plead(report),
        "desk": needs_desk(report),
        "desk_days": desk_policy().working_days,
        "suggested": None,
    }


def _suggested(form: NameForm, report: NameReport) -> list[dict[str, str]]:
    if report.outcome.may_be_held:
        return []
    said = form.cleaned_data
    near = suggestions(report, form.context, matcher_now())
    return [{"name": parts.full, "url": _composed(said, parts)} for parts in near]


def _composed(said: dict[str, Any], parts: Parts) -> str:
    """The page with the parts of another name filled in."""
    values = {
        "kind": said["kind"],
        "district": said["district"],
        "region": parts.region,
        "trade": parts.trade,
        "industry": parts.industry,
        "form": parts.form,
        "order": parts.order,
    }
    return f"{reverse('name-new')}?{urlencode(values)}"
