"""Callbacks of 多源认证 and 电子营业执照: signed, and even then only a nudge to ask. Forged and unknown ones are kept."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from foundation.audit import record
from foundation.config import config
from foundation.identity.actor import Actor
from foundation.outside.signed import BadSignature, verify_request
from signing.ceremonies.models import Verification
from signing.ceremonies.verifying import verification_ask
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.seals.models import SealOrder
from signing.seals.services import seal_ask
from signing.web.access import place_of


@csrf_exempt
@require_POST
def verification(request: HttpRequest) -> HttpResponse:
    """多源认证 says that a check is over."""
    found = _opened(request, "verification")
    if isinstance(found, HttpResponse):
        return found
    service, ref = found
    if not Verification.objects.filter(ref=ref).exists():
        return _unknown(request, "verification", ref)
    with transaction.atomic():
        record(Actor.service(service), "verification.callback", "verification", ref)
        verification_ask.configure(queueing_lock=f"verification:{ref}").defer_once(ref=ref)
    return JsonResponse({"taken": True})


@csrf_exempt
@require_POST
def elicence(request: HttpRequest) -> HttpResponse:
    """电子营业执照 says that an order is decided."""
    found = _opened(request, "elicence")
    if isinstance(found, HttpResponse):
        return found
    service, ref = found
    if not SealOrder.objects.filter(ref=ref).exists():
        return _unknown(request, "elicence", ref)
    with transaction.atomic():
        record(Actor.service(service), "seal.callback", "seal", ref)
        seal_ask.configure(queueing_lock=f"seal:{ref}").defer_once(ref=ref)
    return JsonResponse({"taken": True})


def _opened(request: HttpRequest, system: str) -> tuple[str, str] | HttpResponse:
    """Which service calls about which of our references; an answer when it may not."""
    try:
        service = verify_request(request)
        if service not in {system, *(["sandbox"] if config().sandbox else [])}:
            raise BadSignature("不是这个系统的回调")
    except BadSignature as bad:
        attempt_refuse(
            Reason.FORGED_CALLBACK,
            obj_kind=system,
            obj_ref=_ref(request)[:40] or "?",
            address=place_of(request).address,
            device=place_of(request).device,
        )
        return JsonResponse({"error": "bad_signature", "message": str(bad)}, status=401)
    return service, _ref(request)


def _ref(request: HttpRequest) -> str:
    try:
        body: Any = json.loads(request.body)
    except (ValueError, RecursionError):
        return ""
    ref = body.get("ref") if isinstance(body, dict) else None
    return ref[:40] if isinstance(ref, str) and "\x00" not in ref else ""


def _unknown(request: HttpRequest, system: str, ref: str) -> HttpResponse:
    attempt_refuse(Reason.UNKNOWN_CALLBACK, obj_kind=system, obj_ref=ref or "?", address=place_of(request).address)
    return JsonResponse({"error": "not_found", "message": "没有这个编号"}, status=404)
