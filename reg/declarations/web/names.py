"""名称自主申报 as pages: where every way begins, and the name of a new enterprise. R101, R102."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from foundation import clock
from foundation.identity.middleware import SignedInRequest
from reg.cases.web.guard import signed_in
from reg.declarations.grounds import NEW
from reg.declarations.services import declarations_found, declarations_of
from reg.declarations.web.compose import Way, compose
from reg.declarations.web.forms import NameForm
from reg.declarations.web.shown import row
from reg.naming.terms import held_until


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
