"""名称自主申报 as pages: the guide, a name composed and checked as one types, held, and what became of it. R101, R102, R104, R111."""

from __future__ import annotations

from functools import cache
from heapq import nlargest
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation import clock
from foundation.identity.middleware import SignedInRequest
from foundation.ui.templatetags.q import cn_datetime
from reg.casefile.services import once
from reg.cases.web.guard import idempotency_key, signed_in
from reg.cases.web.names import name_answer
from reg.catalog.names import industry_terms
from reg.declarations.web.forms import NameForm
from reg.naming.checking import NameReport, name_check, suggestions
from reg.naming.models import Reservation
from reg.naming.parts import Parts
from reg.naming.reservation import (
    NameTaken,
    NotAllowed,
    NotHeld,
    NotRead,
    Wish,
    name_reserve,
    reservation_release,
    reservation_renew,
)
from reg.naming.terms import RENEWALS, held_until
from reg.naming.wordlists import matcher_now

TERMS_OFFERED = 60


@require_GET
@signed_in
def names(request: SignedInRequest) -> HttpResponse:
    """导办: which declaration fits, its terms and duties; what I hold; where a declaration stands."""
    asked = request.GET.get("q", "").strip()[:30]
    mine = Reservation.objects.filter(held_by=request.actor.person_index).order_by("-made_at")
    context = {
        "asked": asked,
        "found": mine.filter(number=asked.upper()).first() or mine.filter(uscc=asked.upper()).first()
        if asked
        else None,
        "mine": [_row(one) for one in mine[:20]],
        "until": held_until(clock.today(), prior_approval=False),
        "until_approved": held_until(clock.today(), prior_approval=True),
        "appbar_title": "名称自主申报",
        "back_url": reverse("home"),
    }
    return render(request, "declarations/names.html", context)


def _row(one: Reservation) -> dict[str, Any]:
    word, tone = state_of(one)
    return {"one": one, "word": word, "tone": tone, "url": reverse("name", args=[one.number])}


def state_of(one: Reservation) -> tuple[str, str]:
    """The state as it is today, whether or not the sweep has been by."""
    if one.state == Reservation.State.HELD and one.until < clock.today():
        return Reservation.State.EXPIRED.label, "mute"
    return Reservation.State(one.state).label, {"held": "ok", "used": "ok"}.get(one.state, "mute")


@require_http_methods(["GET", "POST"])
@signed_in
def name_new(request: SignedInRequest) -> HttpResponse:
    """Compose a name; look at what is said of it; hold it."""
    if request.method == "GET":
        first = {name: request.GET[name] for name in NameForm.base_fields if name in request.GET}
        return render(
            request,
            "declarations/name_new.html",
            _page(NameForm(initial={"kind": "llc", "region": "上海", **first}), None),
        )
    form = NameForm(request.POST)
    if not form.is_valid():
        return render(request, "declarations/name_new.html", _page(form, None), status=422)
    if request.POST.get("do") != "hold":
        return render(request, "declarations/name_new.html", _page(form, _report(form)))
    try:
        return HttpResponseRedirect(
            once(
                actor=request.actor,
                key=idempotency_key(request),
                content=f"name:{form.parts.full}:{form.cleaned_data['small_class']}",
                act=lambda: _hold(request, form),
            )
        )
    except (NameTaken, NotAllowed, NotRead):
        return render(request, "declarations/name_new.html", _page(form, _report(form), late=True), status=409)


def _hold(request: SignedInRequest, form: NameForm) -> str:
    said = form.cleaned_data
    wish = Wish(
        form.parts.tidied(),
        said["kind"],
        "establish",
        prior_approval=said["prior_approval"],
        district=said["district"],
    )
    one = name_reserve(actor=request.actor, wish=wish, read=request.POST.getlist("read"))
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


def _page(form: NameForm, report: NameReport | None, *, late: bool = False) -> dict[str, Any]:
    """The whole page, as it is without a script."""
    context = {
        "form": form,
        "terms": usual_terms(),
        "late": late,
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
    return {**name_answer(report, free=free), "may_hold": report.outcome.may_be_held, "suggested": None}


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


def _mine(request: SignedInRequest, number: str) -> Reservation:
    one = Reservation.objects.filter(number=number, held_by=request.actor.person_index).first()
    if one is None:
        raise Http404
    return one


@require_GET
@signed_in
def name(request: SignedInRequest, reservation: str) -> HttpResponse:
    """What became of a declaration: held until when, used, over."""
    one = _mine(request, reservation)
    word, tone = state_of(one)
    held = one.state == Reservation.State.HELD and one.until >= clock.today()
    steps: list[dict[str, Any]] = [
        {"title": "申报、核准", "when": cn_datetime(one.made_at), "note": "自主申报，系统当场核准", "state": "done"}
    ]
    if one.ended_at:
        steps.append({"title": word, "when": cn_datetime(one.ended_at), "state": "done"})
    elif held:
        steps.append({"title": "保留中", "note": f"保留到 {one.until:%Y年%-m月%-d日}", "state": "now"})
        steps.append({"title": "用于登记", "note": "办登记的时候填这个名称和保留号", "state": "wait"})
    else:
        steps.append({"title": word, "note": f"{one.until:%Y年%-m月%-d日} 到期", "state": "done"})
    context = {
        "one": one,
        "word": word,
        "tone": tone,
        "held": held,
        "may_renew": held and one.renewed < RENEWALS,
        "steps": steps,
        "appbar_title": "名称自主申报",
        "back_url": reverse("names"),
    }
    return render(request, "declarations/name.html", context)


@require_POST
@signed_in
def name_keep(request: SignedInRequest, reservation: str) -> HttpResponse:
    """延长保留 or 放弃."""
    one = _mine(request, reservation)
    try:
        if request.POST.get("do") == "renew":
            renewed = reservation_renew(actor=request.actor, number=one.number)
            messages.success(request, f"保留期延长到 {renewed.until:%Y年%-m月%-d日}。")
        else:
            reservation_release(actor=request.actor, number=one.number)
            messages.success(request, f"已放弃“{one.written}”，别人可以用了。")
    except NotHeld as over:
        messages.error(request, str(over))
    return HttpResponseRedirect(reverse("name", args=[one.number]))
