"""代办 as pages (R003): find the company, choose, ask it to confirm; and the company's word."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.identity.actor import NotVisible
from foundation.identity.middleware import SignedInRequest
from reg.casefile.access import Access, case_access
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.casefile.services import once
from reg.cases import agents
from reg.cases.offers import guide
from reg.cases.services import CannotOpen, NothingChosen, case_open
from reg.cases.signing import NotReady
from reg.cases.todo import items_text
from reg.cases.web.guard import idempotency_key, signed_in
from reg.cases.web.guide import guide_context
from reg.catalog import codes
from reg.catalog.places import authority_name
from reg.entities.models import Entity
from reg.entities.selectors import capacity_in, entity_find, entity_get
from reg.items.kit.fields import half_width


@require_GET
@signed_in
def find(request: SignedInRequest) -> HttpResponse:
    """替哪家企业办: by its whole name or its number, public facts only."""
    asked = half_width(request.GET.get("q", ""))[:100]
    entity = entity_find(asked) if asked else None
    context = {
        "asked": asked,
        "entity": entity,
        "status": codes.enterprise_statuses()[entity.status].name if entity else "",
        "authority": authority_name(entity.authority) if entity else "",
        "own": bool(entity and _own(request, entity)),
        "appbar_title": "代办",
        "back_url": reverse("home"),
    }
    return render(request, "cases/agent_find.html", context)


def _own(request: SignedInRequest, entity: Entity) -> bool:
    capacity = capacity_in(request.actor, entity)
    return bool(capacity and capacity.may_open)


@require_http_methods(["GET", "POST"])
@signed_in
def choose(request: SignedInRequest, uscc: str) -> HttpResponse:
    """The guide for an agent: what can be changed, nothing of what is registered. A POST opens the case."""
    entity = entity_get(uscc)
    if entity is None or request.actor.entity_uscc:
        raise Http404
    if _own(request, entity):
        return HttpResponseRedirect(reverse("choose-new", args=[uscc]))
    chosen = request.POST.getlist("item") if request.method == "POST" else request.GET.getlist("item")
    error = ""
    if request.method == "POST":
        try:
            return HttpResponseRedirect(
                once(
                    actor=request.actor,
                    key=idempotency_key(request),
                    content=f"agent-open:{uscc}:{','.join(sorted(chosen))}",
                    act=lambda: _open(request, entity, chosen),
                )
            )
        except NothingChosen as nothing:
            error = nothing.message
        except CannotOpen as cannot:
            error = f"{cannot.message}{cannot.fix}"
    context = {
        **guide_context(entity, guide(entity, public=True), chosen),
        "error": error,
        "as_agent": True,
        "appbar_title": "代办",
        "back_url": reverse("agent-find"),
    }
    return render(request, "cases/guide.html", context, status=422 if error else 200)


def _open(request: SignedInRequest, entity: Entity, chosen: list[str]) -> str:
    case = case_open(actor=request.actor, entity=entity, chosen=chosen, as_agent=True)
    return reverse("room", args=[case.number, agents.ROOM])


def _case(request: SignedInRequest, number: str) -> Case:
    """The case of an agent, for who sees it or speaks for its company; 404 for everyone else."""
    case = Case.objects.select_related("entity").filter(number=number, opener_kind="agent").first()
    if case is None:
        raise NotVisible
    if case_access(request.actor, case) is Access.NONE and not agents.may_confirm(request.actor, case):
        raise NotVisible
    return case


@require_GET
@signed_in
def agent(request: SignedInRequest, number: str) -> HttpResponse:
    """委托: who, what for, until when, and how far it is. The agent asks, the company answers."""
    case = _case(request, number)
    mandate = agents.mandate_of(case)
    context = {
        "case": case,
        "mandate": mandate,
        "lines": agents.mandate_lines(case_view(case)),
        "items": items_text(case, most=9),
        "company": case.entity,
        "mine": agents.is_agent_of(request.actor, case),
        "decide": mandate.stage == "asked" and agents.may_confirm(request.actor, case) and case.is_editable,
        "ask": mandate.may_ask and agents.is_agent_of(request.actor, case) and case.is_editable,
        "appbar_title": "委托代理人",
        "back_url": reverse("case", args=[number]),
    }
    return render(request, "cases/agent.html", context)


@require_POST
@signed_in
def invite(request: SignedInRequest, number: str) -> HttpResponse:
    """请企业确认."""
    case = _case(request, number)
    try:
        agents.agent_invite(actor=request.actor, case=case)
        messages.success(request, "已经请企业的法定代表人确认，他会收到短信。")
    except NotReady as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("case-agent", args=[number]))


@require_POST
@signed_in
def accept(request: SignedInRequest, number: str) -> HttpResponse:
    """企业确认."""
    case = _case(request, number)
    try:
        party = agents.agent_accept(actor=request.actor, case=case, key=request.POST.get("mandate", ""))
        messages.success(request, f"已确认由{party.name}代办这件变更。")
    except NotReady as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("case-agent", args=[number]))


@require_POST
@signed_in
def decline(request: SignedInRequest, number: str) -> HttpResponse:
    """企业不同意."""
    case = _case(request, number)
    try:
        party = agents.agent_decline(
            actor=request.actor, case=case, reason=request.POST.get("reason", "").strip()[:100]
        )
        messages.success(request, f"没有同意由{party.name}代办。他看不到企业的登记信息。")
    except NotReady as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("case-agent", args=[number]))
