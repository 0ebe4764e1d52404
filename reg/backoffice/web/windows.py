"""窗口地址: what citizens see now, what waits for a checker, the form, and every version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from reg.backoffice import windows
from reg.backoffice.web.forms import WindowForm
from reg.backoffice.web.guard import for_roles
from reg.casefile.models import AuthorityWindow
from reg.casefile.services import KeyReused, once
from reg.cases.web.guard import idempotency_key
from reg.review.web.nav import desk_frame

FIELDS = (("address", "窗口地址"), ("hours", "办公时间"), ("telephone", "咨询电话"))
keepers = for_roles(StaffRole.EXAMINER, StaffRole.SUPERVISOR)


@require_GET
@keepers
def windows_page(request: SignedInRequest) -> HttpResponse:
    """All windows that the actor keeps; straight to the one where there is only one."""
    states = windows.window_states(request.actor)
    if len(states) == 1:
        return HttpResponseRedirect(reverse("desk-window", args=[states[0].authority.code]))
    context = {**desk_frame(request.actor, "desk-windows"), "states": states}
    return render(request, "backoffice/windows.html", context)


@require_http_methods(["GET", "POST"])
@keepers
def window(request: SignedInRequest, authority: str) -> HttpResponse:
    """One window; a post enters a new version."""
    state = windows.window_state(request.actor, authority)
    form = WindowForm(request.POST if request.method == "POST" else None, initial=_initial(state))
    if request.method == "POST" and form.is_valid():
        return _propose(request, authority, form)
    context = _context(request, state, form)
    return render(request, "backoffice/window.html", context, status=422 if form.errors else 200)


def _propose(request: SignedInRequest, authority: str, form: WindowForm) -> HttpResponse:
    words, read = form.words(), request.POST.get("read", "0")

    def act() -> str:
        windows.window_propose(
            actor=request.actor, authority=authority, words=words, read=int(read) if read.isdecimal() else 0
        )
        messages.success(request, "已提交，等另一位同事复核。复核通过以前，办事人看到的还是原来的。")
        return reverse("desk-window", args=[authority])

    key = idempotency_key(request)
    try:
        return HttpResponseRedirect(
            once(actor=request.actor, key=key, content=f"window:{authority}:{read}:{words}", act=act)
        )
    except (windows.WindowError, KeyReused) as error:
        form.add_error(None, error.message)
    state = windows.window_state(request.actor, authority)
    return render(request, "backoffice/window.html", _context(request, state, form), status=409)


def _initial(state: windows.WindowState) -> dict[str, str]:
    known = state.waiting or state.shown
    return {name: getattr(known, name) for name, _ in FIELDS} if known else {}


def _context(request: SignedInRequest, state: windows.WindowState, form: WindowForm) -> dict[str, Any]:
    history = windows.window_history(state.authority.code)
    names = windows.staff_names(history)
    mine = state.waiting is not None and state.waiting.entered_by == request.actor.ref
    return {
        **desk_frame(request.actor, "desk-windows"),
        "state": state,
        "form": form,
        "read": state.waiting.pk if state.waiting else 0,
        "several": len(windows.authorities_kept(request.actor)) > 1,
        "mine": mine,
        "maker": names.get(state.waiting.entered_by, "") if state.waiting else "",
        "changes": _changes(state.shown, state.waiting) if state.waiting else [],
        "history": [_past(one, names, state.shown) for one in history],
    }


def _changes(shown: AuthorityWindow | None, waiting: AuthorityWindow) -> list[dict[str, Any]]:
    """Before and after, for the checker."""
    rows = []
    for name, label in FIELDS:
        before, after = str(getattr(shown, name, "")), str(getattr(waiting, name))
        rows.append({"label": label, "before": before, "after": after, "same": before == after})
    return rows


def _past(one: AuthorityWindow, names: dict[str, str] | Any, shown: AuthorityWindow | None) -> dict[str, Any]:
    if one.approved_at:
        word, tone = ("现在给办事人看", "ok") if shown and shown.pk == one.pk else ("批准过", "")
    else:
        word, tone = ("等复核", "warn") if one.waits else (one.closed_because, "off")
    decided = one.approved_by or one.closed_by
    return {
        "window": one,
        "word": word,
        "tone": tone,
        "maker": names.get(one.entered_by, one.entered_by),
        "checker": names.get(decided, decided),
        "decided_at": one.approved_at or one.closed_at,
    }


def _decided(request: SignedInRequest, authority: str, act: Callable[[int], None], done: str) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        act(int(version) if version.isdecimal() else 0)
        messages.success(request, done)
    except windows.WindowError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("desk-window", args=[authority]))


@require_POST
@keepers
def window_approve(request: SignedInRequest, authority: str) -> HttpResponse:
    """批准."""

    def act(version: int) -> None:
        windows.window_approve(actor=request.actor, authority=authority, version=version)

    return _decided(request, authority, act, "已批准，办事人现在看到的就是这一版。")


@require_POST
@keepers
def window_decline(request: SignedInRequest, authority: str) -> HttpResponse:
    """不批准."""

    def act(version: int) -> None:
        windows.window_decline(
            actor=request.actor, authority=authority, version=version, reason=request.POST.get("reason", "")[:200]
        )

    return _decided(request, authority, act, "没有批准，办事人看到的不变。")


@require_POST
@keepers
def window_withdraw(request: SignedInRequest, authority: str) -> HttpResponse:
    """撤回."""

    def act(version: int) -> None:
        windows.window_withdraw(actor=request.actor, authority=authority, version=version)

    return _decided(request, authority, act, "已撤回。")
