"""审查台登录: password and second factor together, lockout by django-axes, the log-in recorded."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation import audit
from foundation.config import config
from foundation.identity.actor import Actor
from foundation.identity.middleware import SignedInRequest
from foundation.identity.models import LoginSession, StaffUser
from foundation.identity.otp import otp_check
from foundation.identity.sessions import actor_of, session_begin, session_end, sessions_of
from reg.review.web.guard import staff_only
from reg.review.web.nav import desk_frame

WRONG = "用户名、密码或者动态码不对。请核对后再试；连错 5 次会锁定 15 分钟。"
LOCKED = "登录次数太多，账号已临时锁定，请 15 分钟后再试。"


@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """One form for both factors: which of them was wrong is not told."""
    status, error = 200, ""
    if request.method == "POST":
        user = _who(request, request.POST.get("username", "")[:40])
        if user:
            return _enter(request, user)
        status, error = (429, LOCKED) if getattr(request, "axes_locked_out", False) else (422, WRONG)
    context = {"error": error, "demo": config().mode == "demo", "username": request.POST.get("username", "")[:40]}
    return render(request, "review/login.html", context, status=status)


def _who(request: HttpRequest, username: str) -> StaffUser | None:
    """The member of staff whose password and code these are. A wrong code counts as a wrong password does."""
    user = authenticate(request, username=username, password=request.POST.get("password", "")[:200])
    if isinstance(user, StaffUser):
        if otp_check(user, request.POST.get("code", "").strip()):
            return user
        user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)
    if known := StaffUser.objects.filter(username=username).first():
        audit.record(Actor.system("login"), "session.refuse", "staff", known.username)
    return None


def _enter(request: HttpRequest, user: StaffUser) -> HttpResponse:
    row = session_begin(request, staff=user, method="password")
    user_logged_in.send(sender=StaffUser, request=request, user=user)
    audit.record(actor_of(row), "session.begin", "session", row.ref, method="password")
    return HttpResponseRedirect(reverse("desk"))


def as_answered(request: HttpRequest, response: HttpResponse, credentials: object) -> HttpResponse:
    """What django-axes shows to who is locked out: the answer of the page, which says so."""
    return response


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this log-in."""
    row = cast(LoginSession | None, getattr(request, "login_session", None))
    actor = cast(Actor | None, getattr(request, "actor", None))
    if row and actor:
        session_end(row, "logout")
        audit.record(actor, "session.end", "session", row.ref, reason="logout")
    request.session.flush()
    return HttpResponseRedirect(reverse("desk-login"))


@require_GET
@staff_only
def me(request: SignedInRequest) -> HttpResponse:
    """我的登录: where I am logged in."""
    rows = [{"row": row, "current": row.ref == request.actor.session_ref} for row in sessions_of(request.actor)]
    return render(request, "review/me.html", {**desk_frame(request.actor, "desk-me"), "sessions": rows})


@require_POST
@staff_only
def session_revoke(request: SignedInRequest, ref: str) -> HttpResponse:
    """End one of my other log-ins."""
    row = sessions_of(request.actor).filter(ref=ref).first()
    if row:
        session_end(row, "revoked")
        audit.record(request.actor, "session.end", "session", row.ref, reason="revoked")
        messages.success(request, "那台设备上的登录已经退出。")
    return HttpResponseRedirect(reverse("desk-me"))
