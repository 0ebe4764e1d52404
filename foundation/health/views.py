"""Three plain answers for balancers, orchestrators and Prometheus. The proxy does not let them out to the internet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from foundation.health.checks import all_checks
from foundation.health.metrics import exposition


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else: a database that is away is no reason to kill the web server."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served, else 503; either way what was found."""
    found = all_checks()
    ready = all(check.ok for check in found if check.needed)
    answer = {"ready": ready, "checks": {c.name: {"ok": c.ok, "detail": c.detail} for c in found}}
    return JsonResponse(answer, status=200 if ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
