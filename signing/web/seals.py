"""A company seal under way: back from 电子营业执照, waiting, done."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from foundation.crypto.eseal import seal_read
from foundation.identity.actor import Actor, NotVisible
from foundation.identity.middleware import SignedInRequest
from foundation.ui.figures import number_groups
from signing.pdf.ses.picture import as_png
from signing.seals.models import SealItem, SealItemState, SealOrder, SealState
from signing.seals.services import RUNNING, seal_lapse, seal_settle
from signing.tasks.selectors import paper_urls
from signing.tasks.subjects import subjects_of
from signing.web.access import signed_in


def _order(actor: Actor, ref: str) -> SealOrder:
    order = SealOrder.objects.filter(ref=ref, subject__in=subjects_of(actor)).select_related("subject", "batch").first()
    if order is None:
        raise NotVisible
    return order


@require_GET
@signed_in
def show(request: SignedInRequest, ref: str) -> HttpResponse:
    """The state of an order; coming back from 电子营业执照 is a reason to ask it."""
    order = _order(request.actor, ref)
    if order.state == SealState.ORDERED:
        seal_settle(ref)
        order = _order(request.actor, ref)
    items = list(order.items.select_related("task__document__batch__matter").order_by("pk"))
    urls = paper_urls(order.subject, [item.task.document_id for item in items])
    context = {
        "order": order,
        "seal": seal_read(bytes(order.seal)) if order.seal else None,
        "items": items,
        "rows": [(item, urls.get(item.task.document_id, ""), _where(order, item)) for item in items],
        "sealed": sum(item.state == SealItemState.SEALED for item in items),
        "waiting": order.state in RUNNING,
        "back_url": f"/cases/{order.batch.public_id}/" if order.batch else "/",
    }
    return render(request, "signing/seal.html", context)


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
    waiting = order.state in RUNNING and request.GET.get("seen", order.state) == order.state
    total = order.items.count()
    sealed = order.items.filter(state=SealItemState.SEALED).count()
    return JsonResponse(
        {
            "done": sealed,
            "total": total,
            "running": 0,
            "text": "等企业在电子营业执照里确认",
            "state": "running" if waiting else "done",
            "next": "" if waiting else f"/seals/{ref}/",
        }
    )


@require_POST
@signed_in
def drop(request: SignedInRequest, ref: str) -> HttpResponse:
    """先不盖: free the documents again."""
    order = _order(request.actor, ref)
    seal_settle(ref)
    seal_lapse(order, "先不盖章")
    return HttpResponseRedirect(f"/seals/{ref}/")
