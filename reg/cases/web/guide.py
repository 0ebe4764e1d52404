"""选事项 (R001): what to change, what comes along by law and why, what goes to the window."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from foundation.identity.middleware import SignedInRequest
from reg.casefile.mandate import is_public_only
from reg.casefile.models import Case
from reg.casefile.selectors import cases_visible, in_flight_of
from reg.casefile.services import once
from reg.casefile.states import State
from reg.cases.ahead import papers_ahead
from reg.cases.offers import Guide, guide, preview_links
from reg.cases.services import CannotOpen, NothingChosen, case_choose, case_open
from reg.cases.web.guard import idempotency_key, signed_in, with_case
from reg.entities.models import Entity
from reg.entities.selectors import capacity_in, entity_get


def _entity(request: SignedInRequest, uscc: str) -> Entity:
    entity = entity_get(uscc)
    if entity is None or capacity_in(request.actor, entity) is None:
        raise Http404
    return entity


@require_http_methods(["GET", "POST"])
@signed_in
def choose_new(request: SignedInRequest, uscc: str) -> HttpResponse:
    """The guide for a new case; a POST opens it."""
    entity = _entity(request, uscc)
    chosen = request.POST.getlist("item") if request.method == "POST" else request.GET.getlist("item")
    error = ""
    if request.method == "POST":
        try:
            path = once(
                actor=request.actor,
                key=idempotency_key(request),
                content=f"open:{uscc}:{','.join(sorted(chosen))}",
                act=lambda: reverse("case", args=[case_open(actor=request.actor, entity=entity, chosen=chosen).number]),
            )
            return HttpResponseRedirect(path)
        except NothingChosen as nothing:
            error = nothing.message
        except CannotOpen as cannot:
            error = f"{cannot.message}{cannot.fix}"
    offered = guide(entity)
    drafts = cases_visible(request.actor).filter(entity=entity, state=State.DRAFT)[:5]
    context = {
        **guide_context(entity, offered, chosen),
        "error": error,
        "drafts": drafts,
        "in_flight": in_flight_of(entity),
    }
    return render(request, "cases/guide.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@with_case(edit=True, early=True)
def choose_again(request: SignedInRequest, case: Case) -> HttpResponse:
    """Change what the case is about."""
    chosen = request.POST.getlist("item") if request.method == "POST" else case.chosen
    error = ""
    if request.method == "POST":
        try:
            case_choose(actor=request.actor, case=case, chosen=chosen)
            return HttpResponseRedirect(reverse("case", args=[case.number]))
        except NothingChosen as nothing:
            error = nothing.message
    offered = guide(case.entity, public=is_public_only(case))
    context = {**guide_context(case.entity, offered, chosen), "case": case, "error": error}
    return render(request, "cases/guide.html", context, status=422 if error else 200)


@require_GET
@signed_in
def preview(request: SignedInRequest, uscc: str) -> HttpResponse:
    """What the present ticks bring along: the fragment that htmx swaps while ticking. Tells nothing but the catalogue."""
    entity = entity_get(uscc)
    if entity is None:
        raise Http404
    chosen = request.GET.getlist("item")
    context = {"brought": preview_links(entity, chosen), "ahead": papers_ahead(entity, chosen), "chosen": chosen}
    return render(request, "cases/_brought.html", context)


def guide_context(entity: Entity, offered: Guide, chosen: list[str]) -> dict[str, object]:
    """What the page shows."""
    return {
        "entity": entity,
        "guide": offered,
        "registrations": [c for c in offered.choices if c.offer.nature == "登记"],
        "recordals": [c for c in offered.choices if c.offer.nature == "备案"],
        "chosen": chosen,
        "brought": preview_links(entity, chosen),
        "ahead": papers_ahead(entity, chosen),
        "appbar_title": "变更登记",
        "back_url": reverse("home"),
    }
