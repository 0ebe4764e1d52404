"""名称自主申报 as pages: where every way begins, and the name of a new enterprise. R101, R102."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from foundation import clock
from foundation.identity.middleware import SignedInRequest
from reg.cases.web.guard import signed_in
from reg.catalog.name_guides import name_guides
from reg.declarations.grounds import NEW
from reg.declarations.services import declarations_found, declarations_of
from reg.declarations.web.compose import Way, compose
from reg.declarations.web.forms import NameForm
from reg.declarations.web.shown import row
from reg.naming.terms import held_until


@dataclass(frozen=True)
class Entry:
    """Where one way begins."""

    title: str
    label: str
    """As a button says it."""
    sub: str
    sign: str
    page: str

    @property
    def url(self) -> str:
        return reverse(self.page)


ENTRIES: Mapping[str, tuple[Entry, ...]] = {
    "establish": (
        Entry("新设企业的名称", "给新企业起名", "公司、合伙企业、个人独资企业", "shop", "name-new"),
        Entry("新设分支机构的名称", "给分支机构起名", "分公司、分店，先找到隶属企业", "stack", "name-branch-find"),
    ),
    "change": (
        Entry(
            "企业改名、分支机构改名", "去改名", "在现在的名称上改，企业和分支机构都从这里", "pen", "name-change-find"
        ),
    ),
    "move_in": (
        Entry(
            "企业迁入、分支机构迁入",
            "去申报迁入名称",
            "先查原登记情况，企业和分支机构都从这里",
            "pin",
            "name-move-in-find",
        ),
    ),
}
"""申报入口 of each kind of declaration (R101)."""


@require_GET
@signed_in
def names(request: SignedInRequest) -> HttpResponse:
    """导办: which declaration fits and where it begins; what I declared; where a declaration stands."""
    asked = request.GET.get("q", "").strip()[:40]
    context = {
        "asked": asked,
        "found": [row(one) for one in declarations_found(request.actor, asked)],
        "mine": [row(one) for one in declarations_of(request.actor)[:20]],
        "kinds": [{"guide": guide, "entries": ENTRIES[code]} for code, guide in name_guides().items()],
        "appbar_title": "名称自主申报",
        "back_url": reverse("home"),
    }
    return render(request, "declarations/names.html", context)


@require_GET
@signed_in
def name_guide(request: SignedInRequest, kind: str) -> HttpResponse:
    """导办 of one kind in full: when, with what, how a name is written, what may not stand in it, the way, terms, duties."""
    guide = next((one for one in name_guides().values() if one.slug == kind), None)
    if guide is None:
        raise Http404
    context = {
        "guide": guide,
        "steps": [{"title": step.title, "note": step.text, "state": "wait"} for step in guide.steps],
        "entries": ENTRIES[guide.code],
        "until": held_until(clock.today(), prior_approval=False),
        "until_approved": held_until(clock.today(), prior_approval=True),
        "appbar_title": "名称自主申报",
        "back_url": reverse("names"),
    }
    return render(request, "declarations/guide.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def name_new(request: SignedInRequest) -> HttpResponse:
    """A name for a new enterprise."""
    return compose(
        request,
        Way(NEW, reverse("name-new"), "起一个名称", "边填边查，比对全市已登记和保留中的名称。", reverse("names")),
    )


@require_GET
@signed_in
def name_industries(request: SignedInRequest) -> HttpResponse:
    """Small classes that fit the words typed so far."""
    return render(request, "declarations/_classes.html", {"form": NameForm(request.GET)})
