"""首页: what can I do, what waits for me, where is my case."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation import clock
from foundation.identity.middleware import SignedInRequest
from foundation.identity.oauth import local_path
from foundation.notify.services import inbox_of, inbox_read
from reg.casefile.models import Case
from reg.casefile.selectors import cases_last, cases_visible
from reg.casefile.states import State
from reg.cases.agents import agent_todos
from reg.cases.todo import case_line, todos
from reg.cases.web.context import tabs
from reg.cases.web.guard import signed_in
from reg.entities.selectors import Capacity, capacities

KIND_WORDS = {"legal_representative": "法定代表人", "liaison": "登记联络员", "officer": "董监高", "shareholder": "股东"}
NOON, EVENING = 12, 18


def greeting() -> str:
    """上午好, 下午好, 晚上好 by Shanghai's clock."""
    hour = clock.to_shanghai(clock.now()).hour
    return "上午好" if hour < NOON else "下午好" if hour < EVENING else "晚上好"


def capacity_words(capacity: Capacity) -> str:
    """法定代表人、股东"""
    return "、".join(KIND_WORDS.get(kind, kind) for kind in capacity.kinds)


@require_GET
@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """The first page after the log-in."""
    held = capacities(request.actor)
    cases = cases_last(request.actor)
    waiting = [*agent_todos(request.actor), *todos(request.actor)]
    context = {
        "hello": f"{request.actor.name}，{greeting()}",
        "as_what": _as_what(request),
        "todos": waiting,
        "companies": [{"entity": c.entity, "as_what": capacity_words(c), "may_open": c.may_open} for c in held[:5]],
        "company_count": len(held),
        "may_act": not request.actor.entity_uscc,
        "cases": [case_line(case, request.actor) for case in cases[:3]],
        "more_cases": len(cases) > 3,
        "tabs": tabs("home", to_sign=sum(t.kind == "sign" for t in waiting)),
    }
    return render(request, "cases/home.html", context)


def _as_what(request: SignedInRequest) -> str:
    if request.actor.entity_uscc:
        return "以企业身份办理 · 电子营业执照登录"
    return "以本人身份办理 · 已实名"


@require_GET
@signed_in
def companies(request: SignedInRequest) -> HttpResponse:
    """选企业: every company in which I hold a capacity, those for which I may open a case first."""
    held = capacities(request.actor)
    rows = [{"entity": c.entity, "as_what": capacity_words(c), "may_open": c.may_open} for c in held]
    return render(request, "cases/companies.html", {"rows": rows, "tabs": tabs("home")})


@require_GET
@signed_in
def case_list(request: SignedInRequest) -> HttpResponse:
    """我的办件."""
    kind = request.GET.get("show", "open")
    cases = cases_visible(request.actor)
    ended = [State.RECORDED, State.REFUSED, State.WITHDRAWN, State.EXPIRED]
    chosen = cases.filter(state__in=ended) if kind == "ended" else cases.exclude(state__in=ended)
    paginator: Paginator[Case] = Paginator(chosen, 20)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [case_line(case, request.actor) for case in page],
        "show": kind,
        "tabs": tabs("cases"),
    }
    return render(request, "cases/list.html", context)


@require_GET
@signed_in
def inbox(request: SignedInRequest) -> HttpResponse:
    """消息."""
    page = Paginator(inbox_of(request.actor.person_index), 20).get_page(request.GET.get("page"))
    return render(request, "cases/inbox.html", {"page": page, "tabs": tabs("me")})


@require_GET
@signed_in
def inbox_open(request: SignedInRequest, message_id: int) -> HttpResponse:
    """Read one message, then go to what it is about."""
    message = inbox_read(request.actor.person_index, message_id)
    if message is None:
        raise Http404
    if message.link:
        return HttpResponseRedirect(local_path(message.link))
    return render(request, "cases/inbox_one.html", {"message": message})
