"""What 电子签名 calls: the files of papers that are to be signed, and the callback. Signed, once, fresh; all else is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from foundation.outside.signed import called_path
from sandbox.chain_office.following import case_heard
from sandbox.chain_office.models import ChainPaper
from sandbox.chain_office.sealing import seal_heard
from sandbox.chain_office.service import NAME, incoming
from sandbox.faults.services import FaultNow, fault_now, note_received
from sandbox.kit.endpoint import play, refusal
from signing_client import BadSignature, NotUnderstood

View = Callable[..., HttpResponse]


def of_signing(method: str) -> Callable[[View], View]:
    """An address for 电子签名 alone. The view gets the fault that is played; it checks what it is sent by `incoming()`."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            started, fault = time.monotonic(), fault_now(NAME)
            caller = request.headers.get("X-Service", "")[:40]
            reply = play(fault, request)
            if reply is None:
                reply = _answered(view, method, request, fault, *args, **kwargs)
            note_received(NAME, request, caller=caller, fault=fault.mode, status=reply.status_code, started=started)
            return reply

        return handle

    return decorate


def _answered(
    view: View, method: str, request: HttpRequest, fault: FaultNow, *args: Any, **kwargs: Any
) -> HttpResponse:
    if request.method != method:
        return refusal(405, "method_not_allowed", f"这个接口只接受 {method}")
    try:
        return view(request, fault, *args, **kwargs)
    except BadSignature as error:
        return refusal(401, "bad_signature", str(error))
    except NotUnderstood as error:
        return refusal(400, "bad_event", str(error))


@of_signing("GET")
def paper_file(request: HttpRequest, fault: FaultNow, ref: str) -> HttpResponse:
    """The bytes of a paper. Wrong (fault): of another one."""
    incoming().check("GET", called_path(request), request.headers)
    paper = ChainPaper.objects.filter(ref=ref).first()
    if paper is None:
        return refusal(404, "not_found", "没有这份文书")
    if fault.mode == "wrong":
        paper = ChainPaper.objects.exclude(pk=paper.pk).order_by("-id").first() or paper
    return HttpResponse(bytes(paper.pdf), content_type="application/pdf")


@of_signing("POST")
def callback(request: HttpRequest, fault: FaultNow) -> HttpResponse:
    """Something moved: it is asked for when somebody looks."""
    event = incoming().event("POST", called_path(request), request.headers, request.body)
    case_heard(event.batch)
    if event.seal_order:
        seal_heard(event.seal_order)
    return JsonResponse({"taken": True})
