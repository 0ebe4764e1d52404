"""One call of a system: play its fault, check who calls, read, answer, write down what was received.

`endpoint` is for the JSON interfaces (signed by SM2, header X-App-Id), `page` for what a person sees in a browser.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from foundation.crypto import crypto
from foundation.outside.signed import BadSignature, verify_request
from sandbox.faults.services import FaultNow, fault_now, note_received
from sandbox.kit.body import Body, Refused
from sandbox.kit.models import OnceAnswer

P = ParamSpec("P")
Answer = dict[str, Any] | tuple[int, dict[str, Any]] | HttpResponse
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Call:
    """One call of an interface, its caller known and its body read."""

    system: str
    caller: str
    """reg or signing: whose signature the call carries."""
    body: Body
    fault: FaultNow
    request: HttpRequest

    @property
    def wrong(self) -> bool:
        """True when the answer has to be about somebody else (fault 答错人)."""
        return self.fault.mode == "wrong"


def refusal(status: int, code: str, message: str) -> JsonResponse:
    """How every system says no: {error, message}."""
    return JsonResponse({"error": code, "message": message}, status=status, json_dumps_params={"ensure_ascii": False})


def endpoint(
    system: str, method: str = "POST", *, once: bool = False, reads: type[Body] | type[bytes] = Body
) -> Callable[[Callable[Concatenate[Call, P], Answer]], View]:
    """A JSON interface of `system`. The view gets a Call and returns a dict, (status, dict), or a response.

    `reads=bytes`: the body is no JSON; the view reads it itself.
    `once`: a call that is repeated with the same Idempotency-Key is answered as the first time, and done once.
    """

    def decorate(view: Callable[Concatenate[Call, P], Answer]) -> View:
        @csrf_exempt
        @wraps(view)
        def handle(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            started = time.monotonic()
            fault = fault_now(system)
            caller = request.headers.get("X-App-Id", "")[:40]
            reply = play(fault, request)
            if reply is None:
                try:
                    call = _open(request, system, method, fault, reads)
                    reply = _reply(
                        _once(call, partial(view, call, *args, **kwargs)) if once else view(call, *args, **kwargs)
                    )
                except Refused as no:
                    reply = refusal(no.status, no.code, no.message)
            note_received(system, request, caller=caller, fault=fault.mode, status=reply.status_code, started=started)
            return reply

        return handle

    return decorate


def page(system: str) -> Callable[[Callable[Concatenate[HttpRequest, FaultNow, P], HttpResponse]], View]:
    """A page of `system`: slow, down and broken like its interfaces; nobody signs for a browser."""

    def decorate(view: Callable[Concatenate[HttpRequest, FaultNow, P], HttpResponse]) -> View:
        @wraps(view)
        def handle(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            started = time.monotonic()
            fault = fault_now(system)
            reply = play(fault, request)
            if reply is None:
                reply = view(request, fault, *args, **kwargs)
            note_received(system, request, caller="浏览器", fault=fault.mode, status=reply.status_code, started=started)
            return reply

        return handle

    return decorate


def play(fault: FaultNow, request: HttpRequest) -> HttpResponse | None:
    """Wait, or answer as a broken system would; None when the call goes on."""
    if fault.mode == "slow":
        if not connection.in_atomic_block:
            connection.close()  # a sleeper must not keep the others from the database
        time.sleep(fault.slow_ms / 1000)
    if fault.mode == "error":
        return refusal(500, "internal", "系统内部错误（挡板设的故障）")
    if fault.mode == "down":
        gone = HttpResponse(b"", status=503)
        if not request.META.get("SERVER_SOFTWARE", "").startswith("WSGIServer"):
            gone["Connection"] = "close"  # the test server of the standard library forbids the header
        return gone
    return None


def _open(request: HttpRequest, system: str, method: str, fault: FaultNow, reads: type[Body] | type[bytes]) -> Call:
    if request.method != method:
        raise Refused(405, "method_not_allowed", f"这个接口只接受 {method}")
    try:
        caller = verify_request(request)
    except BadSignature as error:
        raise Refused(401, "bad_signature", str(error)) from None
    if request.headers.get("X-App-Id") != caller:
        raise Refused(401, "bad_app", "X-App-Id 和签名的服务不一致")
    body = Body.of(request) if reads is Body else Body({})
    return Call(system=system, caller=caller, body=body, fault=fault, request=request)


@transaction.atomic
def _once(call: Call, view: Callable[[], Answer]) -> Answer:
    """Answer a keyed call from memory, or do it and remember; whoever comes at the same time waits."""
    key = call.request.headers.get("Idempotency-Key", "")[:200]
    if not key:
        return view()
    digest = crypto().sm3(call.request.body).hex()
    row, fresh = OnceAnswer.objects.get_or_create(
        caller=call.caller, path=call.request.path[:200], key=key, defaults={"body_digest": digest}
    )
    if fresh:
        answer = view()
        if isinstance(answer, HttpResponse):
            raise TypeError("an interface that is done once answers with JSON")
        row.status, row.answer = answer if isinstance(answer, tuple) else (200, answer)
        row.save(update_fields=["status", "answer"])
    elif row.body_digest != digest:
        raise Refused(409, "other_request", "同一个 Idempotency-Key 用在了不同的请求上")
    return row.status, row.answer


def _reply(answer: Answer) -> HttpResponse:
    if isinstance(answer, HttpResponse):
        return answer
    status, values = answer if isinstance(answer, tuple) else (200, answer)
    return JsonResponse(values, status=status, json_dumps_params={"ensure_ascii": False})
