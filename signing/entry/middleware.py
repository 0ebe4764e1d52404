"""How far a log-in by ticket reaches is asked of its client's present state, every time (docs/adr/0025)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from foundation.prepared import Prepared
from signing.tasks.models import ClientSystem

_VOUCHES = Prepared(lambda name: ClientSystem.objects.filter(name=name, vouches=True, active=True), name="?name")


class ScopeMiddleware:
    """Lifts the scope of a log-in whose client vouches for its people now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if actor is not None and actor.scope and _VOUCHES.first(name=actor.scope):
            request.actor = replace(actor, scope="")  # type: ignore[attr-defined]  # as ActorMiddleware
        return self.get_response(request)
