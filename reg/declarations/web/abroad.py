"""Enterprises of other provinces as pages: asked of 全国企业信息, waited for, then composed. R103, R108-R110.

Nothing waits on a page: a question is written down, the worker asks, the page looks again. While nobody answers, what was
typed stays; what was once answered is used on, with its time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from stdnum.cn import uscc as cn_uscc

from foundation.identity.middleware import SignedInRequest
from foundation.outside.lookups import is_stale, lookup_ask, lookup_peek, lookup_renew
from foundation.outside.models import Lookup
from reg.cases.web.guard import signed_in
from reg.catalog.codes import enterprise_statuses, industries
from reg.catalog.name_guides import name_guides
from reg.catalog.places import area_name
from reg.declarations.effects import advice, kinship, parts_changed
from reg.declarations.grounds import Ground, NotOpen, is_here, kind_known, move_ground
from reg.declarations.web.compose import Context, Way, compose
from reg.declarations.web.forms import WishForm
from reg.entities.selectors import entity_get
from reg.integrations.national import PORT
from reg.items.kit.fields import Uscc
from reg.naming.checking import NameReport
from reg.naming.kinds import KIND_WORDS

HTTP_NO_CONTENT = 204
"""Nothing changed since the page looked: it stays as it is, and nothing is read out again."""
MOVE_LEAD = "字号、行业、组织形式照旧，行政区划换成上海。和上海的名称比，不和原登记地比。"


class MoveForm(forms.Form):
    """Who moves: the number it keeps."""

    use_required_attribute = False

    uscc = Uscc("原来的统一社会信用代码", hint="18 位，和营业执照上一样；迁到上海以后不变")

    def clean_uscc(self) -> str:
        """Not one that is registered here already."""
        code = str(self.cleaned_data["uscc"])
        known = entity_get(code)
        if known and is_here(known):
            raise forms.ValidationError(f"“{known.name}”已经在上海登记，不用迁入。要改名的，请选“企业改名”。")
        return code


@require_http_methods(["GET", "POST"])
@signed_in
def move_find(request: SignedInRequest) -> HttpResponse:
    """Which enterprise or branch moves here, by the number it has in the other province (R108, R109)."""
    form = MoveForm(request.POST or None, initial={"uscc": request.GET.get("uscc", "")[:30]}, label_suffix="")
    if form.is_valid():
        lookup_ask(PORT, {"uscc": form.cleaned_data["uscc"]})
        return HttpResponseRedirect(reverse("name-move-in", args=[form.cleaned_data["uscc"]]))
    context = {"form": form, "appbar_title": "外省市迁入", "back_url": reverse("names")}
    return render(request, "declarations/move_find.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@signed_in
def move_name(request: SignedInRequest, uscc: str) -> HttpResponse:
    """The name of an enterprise or a branch after it moved here."""
    known = entity_get(uscc)
    if known and is_here(known):
        return HttpResponseRedirect(f"{reverse('name-move-in-find')}?uscc={uscc}")
    way = Way(
        Ground("move_in"), reverse("name-move-in", args=[uscc]), "迁到上海用什么名称？", MOVE_LEAD,
        reverse("name-move-in-find"),
    )  # fmt: skip
    return looked_up(request, uscc, way, partial(move_ground, uscc), about=move_told)


def move_told(ground: Ground, form: WishForm, report: NameReport) -> Context:
    """迁入名称的核验: what to adapt, who must follow, what the name means after the move (R110)."""
    return {
        "about_template": "declarations/_move.html",
        "changed": parts_changed(ground, report.parts),
        "advice": list(advice(ground, report)),
        "kin": list(kinship(ground, report.parts)),
        "effects": name_guides()["move_in"].effects,
    }


About = Callable[[Ground, WishForm, NameReport], Context]


def looked_up(
    request: SignedInRequest,
    uscc: str,
    way: Way,
    ground_of: Callable[[dict[str, Any]], Ground],
    *,
    about: About = lambda ground, form, report: {},
) -> HttpResponse:
    """The page of a way whose ground the other province knows: how far the question is, then the form on its answer."""
    if not cn_uscc.is_valid(uscc) or uscc != uscc.upper():
        raise Http404
    if request.POST.get("do") == "ask":
        return _ask(uscc, way)
    lookup = lookup_peek(PORT, {"uscc": uscc})
    if lookup and request.method == "GET" and is_stale(lookup):
        lookup = lookup_ask(PORT, {"uscc": uscc})
    if lookup and request.GET.get("state") == lookup.state:
        return HttpResponse(status=HTTP_NO_CONTENT)
    answer = lookup.answer if lookup and lookup.state != Lookup.State.NOT_FOUND else None
    if lookup is None or not answer:
        return _state(request, uscc, way, lookup)
    if "state" in request.GET:
        return HttpResponse(headers={"HX-Refresh": "true"})
    try:
        ground = ground_of(answer)
    except NotOpen as refused:
        return _state(request, uscc, way, lookup, refused=refused.message)
    shows = {
        "entity_name": answer["name"],
        "entity_uscc": uscc,
        "entity_is": area_name(answer["district"]),
        "facts": facts_of(answer),
        "as_of": lookup.answered_at if lookup.state == Lookup.State.UNAVAILABLE else None,
    }
    return compose(request, replace(way, ground=ground, shows=shows, about=partial(about, ground)))


def _ask(uscc: str, way: Way) -> HttpResponse:
    """The question is asked, or asked again where nobody answered."""
    lookup = lookup_ask(PORT, {"uscc": uscc})
    if lookup.state == Lookup.State.UNAVAILABLE:
        lookup_renew(lookup)
    return HttpResponseRedirect(way.url)


def _state(request: SignedInRequest, uscc: str, way: Way, lookup: Lookup | None, *, refused: str = "") -> HttpResponse:
    """How far the question is: not asked, waiting, no answer, nothing found, or nothing to be done with what was found."""
    context = {
        "way": way,
        "uscc": uscc,
        "lookup": lookup,
        "refused": refused,
        "found": {"name": lookup.answer["name"], "facts": facts_of(lookup.answer)} if lookup and refused else None,
        "appbar_title": "名称自主申报",
        "back_url": way.back_url,
    }
    part = "declarations/_lookup.html" if "state" in request.GET else "declarations/lookup.html"
    return render(request, part, context)


def facts_of(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """What the other province registered, in words."""
    status, industry = enterprise_statuses().get(answer["status"]), industries().get(answer["industry"])
    told = [
        ("企业类型", KIND_WORDS.get(kind_known(answer["entity_type"]), answer["entity_type"])),
        ("状态", status.name if status else answer["status"]),
        ("行业", f"{industry.code} {industry.name}" if industry else ""),
        ("隶属企业", answer["parent_name"]),
        ("分支机构", f"{answer['branches']} 家" if answer["branches"] else ""),
    ]
    return [(label, value) for label, value in told if value]
