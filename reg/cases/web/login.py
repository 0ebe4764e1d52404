"""登录: 随申办 for a natural person, 电子营业执照 for an enterprise; log-ins listed and revoked."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation import audit
from foundation.config import config
from foundation.identity import oauth
from foundation.identity.actor import Actor
from foundation.identity.middleware import SignedInRequest
from foundation.identity.models import LoginSession
from foundation.identity.sessions import account_know, actor_of, session_begin, session_end, sessions_of
from foundation.outside.result import Found, NotFound, Unavailable
from foundation.ui.errors import unavailable
from reg.cases.web.context import tabs
from reg.cases.web.guard import signed_in
from reg.entities.selectors import entity_get

TITLES: dict[oauth.System, str] = {"sso": "随申办", "elicence": "电子营业执照"}


@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """Choose how to log in."""
    actor = cast(Actor | None, getattr(request, "actor", None))
    if actor and actor.is_person:  # staff are no citizens: every page here would send them back
        return HttpResponseRedirect(oauth.local_path(request.GET.get("next", "/")))
    return render(request, "cases/login.html", {"next": oauth.local_path(request.GET.get("next", "/"))})


@require_POST
def start(request: HttpRequest, system: oauth.System) -> HttpResponse:
    """Off to the identity provider."""
    back = f"{config().base_url('reg')}{reverse('login-back', args=[system])}"
    url, browser = oauth.begin(request, system, request.POST.get("next", "/"), back)
    response = HttpResponseRedirect(url)
    oauth.remember(response, browser, secure=request.is_secure())
    return response


@require_GET
def back(request: HttpRequest, system: oauth.System) -> HttpResponse:
    """Back from the identity provider."""
    target = oauth.finish(request, system)
    if target is None:
        messages.error(request, "这次登录已经失效（可能等得太久，或者换了浏览器），请重新登录。")
        return HttpResponseRedirect(reverse("login"))
    match oauth.identify(system, request.GET.get("code", "")[:200]):
        case Unavailable():
            return unavailable(request, system=TITLES[system], url=reverse("login"), url_label="重新登录")
        case NotFound():
            messages.error(request, f"{TITLES[system]}没有认可这次登录，请重新登录。")
            return HttpResponseRedirect(reverse("login"))
        case Found(person):
            return _enter(request, person, system, target)


def _enter(request: HttpRequest, person: oauth.Identified, system: oauth.System, target: str) -> HttpResponse:
    if person.entity_uscc and entity_get(person.entity_uscc) is None:
        messages.error(request, "登记簿里没有这家企业，请核对电子营业执照，或者改用随申办登录。")
        return HttpResponseRedirect(reverse("login"))
    account = account_know(name=person.name, id_type=person.id_type, id_number=person.id_number, mobile=person.mobile)
    row = session_begin(request, account=account, method=system, entity_uscc=person.entity_uscc)
    audit.record(actor_of(row), "session.begin", "session", row.ref, method=system, entity=person.entity_uscc)
    return HttpResponseRedirect(target)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this log-in."""
    row = cast(LoginSession | None, getattr(request, "login_session", None))
    actor = cast(Actor | None, getattr(request, "actor", None))
    if row and actor:
        session_end(row, "logout")
        audit.record(actor, "session.end", "session", row.ref, reason="logout")
    request.session.flush()
    return HttpResponseRedirect(reverse("login"))


@require_GET
@signed_in
def me(request: SignedInRequest) -> HttpResponse:
    """我的: who I am here, where I am logged in."""
    rows = [
        {"row": row, "current": row.ref == request.actor.session_ref, "title": TITLES.get(_system(row), row.method)}
        for row in sessions_of(request.actor)
    ]
    return render(request, "cases/me.html", {"sessions": rows, "tabs": tabs("me")})


def _system(row: LoginSession) -> oauth.System:
    return "elicence" if row.method == "elicence" else "sso"


@require_POST
@signed_in
def session_revoke(request: SignedInRequest, ref: str) -> HttpResponse:
    """End one of my other log-ins."""
    row = sessions_of(request.actor).filter(ref=ref).first()
    if row:
        session_end(row, "revoked")
        audit.record(request.actor, "session.end", "session", row.ref, reason="revoked")
        messages.success(request, "那台设备上的登录已经退出。")
    return HttpResponseRedirect(reverse("me"))
