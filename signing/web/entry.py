"""Welcome, tickets, log-in and log-out."""

from __future__ import annotations

from typing import Literal, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.audit import record
from foundation.config import config
from foundation.identity import oauth
from foundation.identity.sessions import session_end
from foundation.outside.result import Found, NotFound, Unavailable
from foundation.ui.dates import hm
from foundation.ui.errors import unavailable
from signing.entry.services import TicketRefused, log_in, ticket_redeem
from signing.guard.models import Reason
from signing.web.access import actor_of

SYSTEMS = {"sso": "随申办", "elicence": "电子营业执照"}


@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """The front page of 电子签名 for who is not logged in."""
    next_path = oauth.local_path(request.GET.get("next", "/"))
    if actor_of(request):
        return HttpResponseRedirect(next_path)
    return render(request, "signing/welcome.html", {"next": next_path})


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Redeem a ticket. POST is the visitor's wish to leave the present log-in for it."""
    try:
        path = ticket_redeem(request, secret, present=actor_of(request), switch=request.method == "POST")
    except TicketRefused as refused:
        other = refused.reason == Reason.TICKET_OTHER_PERSON
        context = {"message": refused.message, "other": other, "secret": secret}
        return render(request, "signing/ticket_refused.html", context, status=403)
    return HttpResponseRedirect(path)


@require_GET
def login(request: HttpRequest, system: str) -> HttpResponse:
    """Off to 随申办 or 电子营业执照."""
    known = _system(system)
    back = f"{config().base_url('signing')}/login/{known}/back/"
    address, browser = oauth.begin(request, known, request.GET.get("next", "/"), back)
    response = HttpResponseRedirect(address)
    oauth.remember(response, browser, secure=request.is_secure())
    return response


@require_GET
def back(request: HttpRequest, system: str) -> HttpResponse:
    """Back with a code."""
    known = _system(system)
    next_path = oauth.finish(request, known)
    if next_path is None:
        return render(
            request, "signing/login_failed.html", {"system": SYSTEMS[known], "again": f"/login/{known}/"}, status=400
        )
    match oauth.identify(known, request.GET.get("code", "")[:200]):
        case Found(who):
            log_in(request, who, method=known)
            return HttpResponseRedirect(next_path)
        case NotFound():
            context = {"system": SYSTEMS[known], "again": f"/login/{known}/"}
            return render(request, "signing/login_failed.html", context, status=400)
        case Unavailable(retry_at):
            return unavailable(request, system=SYSTEMS[known], retry_at=hm(retry_at), url=f"/login/{known}/")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this log-in."""
    actor = actor_of(request)
    row = getattr(request, "login_session", None)
    if actor and row:
        session_end(row, "logout")
        record(actor, "session.end", "session", row.ref)
    request.session.flush()
    return HttpResponseRedirect("/welcome/")


def _system(system: str) -> Literal["sso", "elicence"]:
    if system not in SYSTEMS:
        raise Http404
    return cast(Literal["sso", "elicence"], system)
