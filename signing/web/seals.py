"""A company seal under way: back from 电子营业执照, waiting, done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from foundation.crypto.eseal import seal_read
from foundation.identity.actor import Actor, NotVisible
from foundation.identity.middleware import SignedInRequest
from foundation.ui.figures import number_groups
from signing.pdf.ses.picture import as_png
from signing.seals.applying import AT_ONCE
from signing.seals.models import SealItem, SealItemState, SealOrder, SealState
from signing.seals.scope import RUNNING, orders_of
from signing.seals.services import seal_lapse, seal_try
from signing.tasks.selectors import paper_urls
from signing.tasks.states import DocumentState, TaskState
from signing.web.access import signed_in


def _order(actor: Actor, ref: str) -> SealOrder:
    order = orders_of(actor).filter(ref=ref).select_related("subject", "batch").first()
    if order is None:
        raise NotVisible
    return order


@require_GET
@signed_in
def show(request: SignedInRequest, ref: str) -> HttpResponse:
    """The state of an order; coming back from 电子营业执照 is a reason to ask it."""
    order = _order(request.actor, ref)
    if order.state == SealState.ORDERED:
        seal_try(ref, at_most=AT_ONCE)
        order = _order(request.actor, ref)
    items = sorted(
        order.items.select_related("task__document__batch__matter").order_by("pk"),
        key=lambda item: item.state != SealItemState.FAILED,
    )
    urls = paper_urls(order.subject, [item.task.document_id for item in items])
    again = [item for item in items if _again(item)]
    context = {
        "order": order,
        "seal": seal_read(bytes(order.seal)) if order.seal else None,
        "rows": [(item, urls.get(item.task.document_id, ""), _where(order, item)) for item in items],
        **figures(Counter(item.state for item in items)),
        "text": _said(order, sum(item.state == SealItemState.SEALED for item in items)),
        "waiting": order.state in RUNNING,
        "phase": _phase(order),
        "left_out": f"{sum(item.state == SealItemState.FAILED for item in items)} 份这次不能盖章",
        "again": len(again),
        "why_not": _why_not(order, bool(again)),
        "again_url": urls.get(again[0].task.document_id, "/") if again else "",
        "back_url": f"/cases/{order.batch.public_id}/" if order.batch else "/",
    }
    return render(request, "signing/seal.html", context)


def _why_not(order: SealOrder, again: bool) -> str:
    """Why an order came to nothing, unless the headline says it, and what can be done now."""
    why = f"{order.problem}。" if order.problem and order.state != SealState.REFUSED else ""
    left = "文书还在待签里，可以再盖。内容不对的，打开那一份，点“不同意”，写明原因。" if again else ""
    return f"{why}{left}" or order.problem


def _phase(order: SealOrder) -> str:
    """What the page shows: the state, and of an order that waits also whether the enterprise has confirmed."""
    return "placing" if order.placing else str(order.state)


def _again(item: SealItem) -> bool:
    """Whether what was not sealed can be sealed in another order."""
    over = item.state not in {SealItemState.SEALED, SealItemState.WAITING}
    return over and item.task.state == TaskState.OPEN and item.task.document.state == DocumentState.OPEN


def figures(states: Counter[str]) -> dict[str, Any]:
    """总数, 已盖章, 处理中, 没有盖上: the numbers of the tiles, from how many items are in each state."""
    sealed, running = states[SealItemState.SEALED], states[SealItemState.WAITING]
    return {
        "total": states.total(),
        "sealed": sealed,
        "running": running,
        "failed": states.total() - sealed - running,
    }


def _said(order: SealOrder, sealed: int) -> str:
    """One line: for whom an order waits, or how far it is, with the name of the document that is being sealed."""
    if not order.placing:
        return "等企业在电子营业执照里确认"
    if order.problem:
        return f"企业已经确认，等{order.problem}，系统会自动再试"
    titles = order.items.filter(state=SealItemState.WAITING).order_by("task__document_id", "pk")
    now = titles.values_list("task__document__title", flat=True).first()
    return f"已盖 {sealed} 份{f'，正在盖《{now}》' if now else ''}"


def _where(order: SealOrder, item: SealItem) -> str:
    """In which capacity; of several cases also in which, since their documents may have the same title."""
    role = item.task.role
    return role if order.batch else f"{role}，申请号 {number_groups(item.task.document.batch.matter.number)}"


@require_GET
@signed_in
def picture(request: SignedInRequest, ref: str) -> HttpResponse:
    """The picture that stands in the seal of an order: what will be, or is, on the documents."""
    order = _order(request.actor, ref)
    if not order.seal:
        raise Http404
    response = HttpResponse(as_png(seal_read(bytes(order.seal)).info.picture), content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@signed_in
def status(request: SignedInRequest, ref: str) -> HttpResponse:
    """What the page polls (`seen`: the state that it shows)."""
    order = _order(request.actor, ref)
    waiting = order.state in RUNNING and request.GET.get("seen", _phase(order)) == _phase(order)
    states = order.items.values_list("state").annotate(Count("pk"))
    numbers = figures(Counter(dict(states)))
    return JsonResponse(
        {
            "done": numbers["sealed"],
            "total": numbers["total"],
            "running": numbers["running"] if order.placing else 0,
            "text": _said(order, numbers["sealed"]),
            "state": "running" if waiting else "done",
            "next": "" if waiting else f"/seals/{ref}/",
        }
    )


@require_POST
@signed_in
def drop(request: SignedInRequest, ref: str) -> HttpResponse:
    """先不盖: free the documents again, unless they are sealed by now. It is done whatever stands in the way of sealing."""
    order = _order(request.actor, ref)
    seal_try(ref)
    seal_lapse(order, "先不盖章")
    return HttpResponseRedirect(f"/seals/{ref}/")
