"""审查台登录: password and second factor together, lockout by django-axes, the log-in recorded."""

from __future__ import annotations

from typing import cast

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from foundation import audit
from foundation.config import config
from foundation.identity.actor import Actor
from foundation.identity.models import LoginSession, StaffUser
from foundation.identity.otp import otp_check
from foundation.identity.sessions import actor_of, session_begin, session_end

WRONG = "用户名、密码或者动态码不对。请核对后再试；连错 5 次会锁定 15 分钟。"


@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """One form for both factors: which of them was wrong is not told."""
    error = ""
    if request.method == "POST":
        user = authenticate(
            request, username=request.POST.get("username", "")[:40], password=request.POST.get("password", "")[:200]
        )
        code = request.POST.get("code", "").strip()
        if isinstance(user, StaffUser) and otp_check(user, code):
            row = session_begin(request, staff=user, method="password")
            audit.record(actor_of(row), "session.begin", "session", row.ref, method="password")
            return HttpResponseRedirect(reverse("desk"))
        error = (
            "登录次数太多，账号已临时锁定，请 15 分钟后再试。" if getattr(request, "axes_locked_out", False) else WRONG
        )
    context = {"error": error, "demo": config().mode == "demo", "username": request.POST.get("username", "")}
    return render(request, "review/login.html", context, status=422 if error else 200)


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
