"""`POST /internal/clock`: the sandbox's clock page moves legal time forward. Only with SANDBOX=1, only signed by the sandbox."""

from __future__ import annotations

import json
from datetime import timedelta

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from foundation import clock
from foundation.clock.models import ClockOffset
from foundation.config import config
from foundation.outside.signed import BadSignature, verify_request

FARTHEST = timedelta(days=30 * 365)
"""Beyond this certificates and dates of the calendar come to their own ends."""


@csrf_exempt
@require_POST
def move(request: HttpRequest) -> JsonResponse:
    """Body {ahead_seconds}: the new offset, up to 30 years; 409 when that would move time backwards."""
    if not config().sandbox:
        raise Http404
    try:
        if verify_request(request) != "sandbox":
            raise BadSignature("只有挡板可以拨时钟")
        ahead = json.loads(request.body)["ahead_seconds"]
        if not isinstance(ahead, int) or isinstance(ahead, bool) or ahead > FARTHEST.total_seconds():
            raise ValueError
    except BadSignature as error:
        return JsonResponse({"message": str(error)}, status=401)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": "ahead_seconds 要是整数秒，最多 30 年"}, status=400)
    try:
        ClockOffset.move_to(timedelta(seconds=ahead))
    except ValueError as error:
        return JsonResponse({"message": str(error)}, status=409)
    return JsonResponse({"now": clock.now().isoformat(), "ahead_seconds": ahead})
