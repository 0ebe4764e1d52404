"""`request.actor`: who is logged in, or None."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from foundation.identity import sessions
from foundation.identity.actor import Actor


class ActorRequest(HttpRequest):
    """A request after this middleware."""

    actor: Actor | None


class SignedInRequest(HttpRequest):
    """A request in a view that demands a log-in."""

    actor: Actor


class ActorMiddleware:
    """Puts the actor on the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        row = sessions.session_current(request)
        request.actor = sessions.actor_of(row) if row else None  # type: ignore[attr-defined]  # added for all views
        request.login_session = row  # type: ignore[attr-defined]  # added for all views
        return self.get_response(request)
