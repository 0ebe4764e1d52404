"""/control/…: the same by JSON, for journeys and tests. Not signed: whoever reaches the sandbox may play with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from foundation import clock
from foundation.clock.models import ClockOffset
from sandbox.callbacks.models import Callback
from sandbox.callbacks.services import callback_send
from sandbox.control.clock import Told, clock_move_to
from sandbox.control.reset import reset
from sandbox.faults.models import Fault, Received
from sandbox.faults.services import LATEST_SECONDS, SLOWEST_MS, fault_set
from sandbox.kit.body import Body, Refused, invalid
from sandbox.kit.endpoint import refusal
from sandbox.sms.models import Message
from sandbox.systems import BY_CODE, SYSTEMS

P = ParamSpec("P")
MOST = 200


def control(
    *methods: str,
) -> Callable[[Callable[Concatenate[HttpRequest, P], dict[str, Any]]], Callable[..., HttpResponse]]:
    """A control call. A POST must say application/json, so that no page elsewhere can post a form here."""

    def decorate(view: Callable[Concatenate[HttpRequest, P], dict[str, Any]]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def handle(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in methods:
                return refusal(405, "method_not_allowed", f"这个接口只接受 {'、'.join(methods)}")
            if request.method == "POST" and request.content_type != "application/json":
                return refusal(415, "not_json", "请用 application/json")
            try:
                values = view(request, *args, **kwargs)
            except Refused as no:
                return refusal(no.status, no.code, no.message)
            return JsonResponse(values, json_dumps_params={"ensure_ascii": False})

        return handle

    return decorate


@control("GET", "POST")
def faults(request: HttpRequest) -> dict[str, Any]:
    """GET: every system's fault. POST {system | "all", mode?, slow_ms?, callback?, late_seconds?, times?, seconds?}."""
    if request.method == "POST":
        for code, values in fault_values(Body.of(request)):
            fault_set(code, **values)
    rows = {row.system: row for row in Fault.objects.all()}
    return {
        "faults": {system.code: fault_json(rows.get(system.code) or Fault(system=system.code)) for system in SYSTEMS}
    }


def fault_values(body: Body) -> list[tuple[str, dict[str, Any]]]:
    """What is to be set, for which systems; Refused when a word is unknown."""
    wanted = body.text("system").replace("-", "_")
    if wanted != "all" and wanted not in BY_CODE:
        raise invalid(f"没有这个系统：{wanted}")
    values: dict[str, Any] = {}
    if "mode" in body.values:
        values["mode"] = body.choice("mode", tuple(Fault.Mode.values))
    if "callback" in body.values:
        values["callback"] = body.choice("callback", tuple(Fault.CallbackMode.values))
    limits = {"slow_ms": SLOWEST_MS, "late_seconds": LATEST_SECONDS, "times": 10_000, "seconds": LATEST_SECONDS}
    for key, highest in limits.items():
        if body.values.get(key) is not None:
            values[key] = body.number(key, 0, lowest=0, highest=highest)
    return [(code, values) for code in (BY_CODE if wanted == "all" else [wanted])]


def fault_json(row: Fault) -> dict[str, Any]:
    """A fault as the interface tells it."""
    return {
        "mode": row.mode,
        "slow_ms": row.slow_ms,
        "callback": row.callback,
        "late_seconds": row.late_seconds,
        "times": row.times,
        "until": row.until.isoformat() if row.until else None,
    }


@control("GET", "POST")
def clock_control(request: HttpRequest) -> dict[str, Any]:
    """GET: legal time. POST {to: ISO time} or {days?, hours?, minutes?, seconds?}: move it forward, and tell everybody."""
    told: list[Told] = []
    if request.method == "POST":
        told = clock_move_to(moment_asked(Body.of(request)))
    return {
        "now": clock.now().isoformat(),
        "ahead_seconds": int(ClockOffset.read().total_seconds()),
        "told": [{"project": one.project, "ok": one.ok, "said": one.said} for one in told],
    }


def moment_asked(body: Body) -> datetime:
    """The moment that a caller wants: absolute (Shanghai when it names no zone), or from now on."""
    text = body.text("to", "")
    if text:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise invalid("to 要写成 2026-12-31T23:59:00 这样") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)
    parts = {
        unit: body.number(unit, 0, lowest=0, highest=1_000_000_000) for unit in ("days", "hours", "minutes", "seconds")
    }
    try:
        return clock.now() + timedelta(**parts)
    except OverflowError:
        raise invalid("走得太远了") from None


@control("GET")
def received(request: HttpRequest, system: str) -> dict[str, Any]:
    """What a system received, newest first, masked."""
    code = system.replace("-", "_")
    if code not in BY_CODE:
        raise Refused(404, "not_found", "没有这个系统")
    rows = Received.objects.filter(system=code).order_by("-id")[:MOST]
    keys = ("id", "caller", "method", "path", "body", "fault", "status", "took_ms")
    calls = [{"at": row.at.isoformat(), **{key: getattr(row, key) for key in keys}} for row in rows]
    return {"system": code, "calls": calls}


@control("GET")
def callbacks(request: HttpRequest) -> dict[str, Any]:
    """Every callback, newest first: waiting, delivered, held, given up."""
    rows = Callback.objects.order_by("-id")[:MOST]
    return {"callbacks": [callback_json(row) for row in rows]}


def callback_json(row: Callback) -> dict[str, Any]:
    """A callback as the interface tells it."""
    told = {
        key: getattr(row, key) for key in ("id", "system", "ref", "state", "played", "attempts", "answer", "payload")
    }
    times = {key: getattr(row, key) for key in ("created_at", "due_at", "delivered_at")}
    return {**told, **{key: value.isoformat() if value else None for key, value in times.items()}}


@control("POST")
def callback_again(request: HttpRequest, callback_id: int) -> dict[str, Any]:
    """Send one by hand: a held one for the first time, a delivered one again."""
    if not callback_send(callback_id):
        raise Refused(404, "not_found", "没有这个回调")
    return {"id": callback_id}


@control("GET")
def sms(request: HttpRequest) -> dict[str, Any]:
    """Messages, newest first; ?to= one mobile."""
    rows = Message.objects.order_by("-id")
    mobile = Body.of(request).text("to", "", longest=20)
    rows = rows.filter(mobile=mobile) if mobile else rows
    keys = ("message_id", "mobile", "text", "template", "ref", "sender")
    told = [{"sent_at": row.sent_at.isoformat(), **{key: getattr(row, key) for key in keys}} for row in rows[:MOST]]
    return {"messages": told}


@control("POST")
def reset_control(request: HttpRequest) -> dict[str, Any]:
    """Clear faults, calls, callbacks, messages, sessions, orders and pushes."""
    reset()
    return {"reset": True}
