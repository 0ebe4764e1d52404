"""A name composed, checked as one types and declared: the page that all ways to a name share. R102-R110."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from foundation import clock
from foundation.identity.middleware import SignedInRequest
from reg.casefile.services import once
from reg.cases.web.guard import idempotency_key
from reg.cases.web.names import name_answer
from reg.catalog.names import desk_policy
from reg.declarations.grounds import Ground
from reg.declarations.services import DeclarationError, may_plead, name_declare, needs_desk, related_known
from reg.declarations.web.forms import WishForm, form_class
from reg.naming.checking import NameReport, name_check, suggestions
from reg.naming.choices import common_terms
from reg.naming.parts import Parts
from reg.naming.reservation import NameTaken, NotAllowed, NotRead, names_of
from reg.naming.terms import held_until
from reg.naming.wordlists import matcher_now

Context = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """One way to a name, as its page shows it."""

    ground: Ground
    url: str
    """Of the page itself, which takes its own form."""
    title: str
    lead: str
    back_url: str
    shows: Mapping[str, Any] = field(default_factory=dict)
    """What stands above the form: who is renamed, whose branch it is."""
    about: Callable[[WishForm, NameReport], Context] = lambda form, report: {}
    """What is said beside the result: what changes, what follows."""


def compose(request: SignedInRequest, way: Way) -> HttpResponse:
    """The page of a way; its result or free names near the wish alone, for who types; the declaration."""
    make = form_class(way.ground)
    if request.method == "GET":
        asked = {name: request.GET[name] for name in make.base_fields if name in request.GET}
        return _show(request, _page(way, make(initial={**make.first(way.ground), **asked}, ground=way.ground), None))
    form = make(request.POST, ground=way.ground)
    do = request.POST.get("do", "check")
    if not form.is_valid():
        return _part(request, way, form, None, do) or _show(request, _page(way, form, None), status=422)
    report = report_of(form)
    return _part(request, way, form, report, do) or (
        _held(request, way, form, report) if do == "hold" else _show(request, _page(way, form, report))
    )


def _part(
    request: SignedInRequest, way: Way, form: WishForm, report: NameReport | None, do: str
) -> HttpResponse | None:
    """The result as one types, and what is suggested when he pauses; nothing is said of a form that is not complete yet."""
    if do == "suggest":
        found = _suggested(way, form, report) if report else []
        return render(request, "declarations/_suggested.html", {"suggested": found})
    if do == "result":
        context = _answer(way, form, report) if report else {"unchanged": form.unchanged, **_drawn(form)}
        return render(request, "declarations/_answer.html", {**context, "partial": True})
    return None


def _held(request: SignedInRequest, way: Way, form: WishForm, report: NameReport) -> HttpResponse:
    try:
        return HttpResponseRedirect(
            once(
                actor=request.actor,
                key=idempotency_key(request),
                content=f"name:{form.wish.business}:{form.wish.uscc}:{form.parts.full}:{form.parts.small_class}",
                act=lambda: _declare(request, way, form, report),
            )
        )
    except (NameTaken, NotAllowed, NotRead) as late:
        own = isinstance(late, NameTaken) and not late.found.same
        told = {"missing": "刚刚已经为这家企业申报了这个名称，请在“我的名称”里看。"} if own else {"late": True}
        return _show(request, _page(way, form, report_of(form), suggest=False) | told, status=409)
    except DeclarationError as error:
        return _show(request, _page(way, form, report, suggest=False) | {"missing": error.message}, status=422)


def _declare(request: SignedInRequest, way: Way, form: WishForm, report: NameReport) -> str:
    one = name_declare(
        actor=request.actor,
        wish=form.wish,
        report=report,
        authority=form.authority,
        subject=way.ground.subject(form.parent),
        read=request.POST.getlist("read"),
        plea=request.POST.get("plea", ""),
    )
    return reverse("name", args=[one.number])


def _show(request: SignedInRequest, context: Context, status: int = 200) -> HttpResponse:
    plea = request.POST.get("plea", "")
    return render(request, "declarations/compose.html", {**context, "plea": plea}, status=status)


def report_of(form: WishForm) -> NameReport:
    """What is said today of the wish of a valid form."""
    wish = form.wish
    return name_check(
        wish.parts,
        wish.context,
        day=clock.today(),
        matcher=matcher_now(),
        but=names_of(wish.uscc),
        related=wish.related,
    )


def _page(way: Way, form: WishForm, report: NameReport | None, *, suggest: bool = True) -> Context:
    """The whole page, as it is without a script; without `suggest` free names are asked for afterwards, or by 查一查."""
    context = {
        "way": way,
        "form": form,
        "terms": common_terms(),
        "appbar_title": "名称自主申报",
        "back_url": way.back_url,
        "unchanged": form.unchanged,
        **_drawn(form),
        **way.shows,
    }
    if report is None:
        return context
    found = _suggested(way, form, report) if suggest else None
    return context | _answer(way, form, report) | {"suggested": found}


def _drawn(form: WishForm) -> Context:
    """The name as far as it is there, with holes for what is missing."""
    outline = form.outline()
    return {"outline": outline, "outline_words": " · ".join(form.outline_words)}


def _answer(way: Way, form: WishForm, report: NameReport) -> Context:
    until = held_until(clock.today(), prior_approval=form.cleaned_data["prior_approval"])
    free = f"申报成功后为您保留到 {until:%Y年%-m月%-d日}。"
    related = form.related
    return {
        **name_answer(report, free=free),
        "claims": True,
        "related": related_known(related),
        "way": way,
        "may_hold": report.outcome.may_be_held,
        "may_plead": may_plead(report, related),
        "desk": needs_desk(report, related),
        "desk_days": desk_policy().working_days,
        "suggested": None,
        **way.about(form, report),
    }


def suggested_for(form: WishForm, report: NameReport) -> tuple[Parts, ...]:
    """Free names near a wish that cannot be had; none for one that can."""
    if report.outcome.may_be_held:
        return ()
    wish = form.wish
    return suggestions(report, wish.context, matcher_now(), but=names_of(wish.uscc))


def _suggested(way: Way, form: WishForm, report: NameReport | None) -> list[dict[str, str]]:
    near = suggested_for(form, report) if report else ()
    return [{"name": parts.full, "url": f"{way.url}?{urlencode(form.filled(parts))}"} for parts in near]
