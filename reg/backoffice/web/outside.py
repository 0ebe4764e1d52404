"""外部系统: every system outside, how it stands, what happens without it; 现在试一次."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from foundation.outside.systems import Standing, SystemLine
from reg.backoffice import sides
from reg.backoffice.web.guard import for_roles
from reg.review.web.nav import desk_frame

TONES = {
    Standing.GOOD: "ok",
    Standing.SLOW: "warn",
    Standing.DOWN: "block",
    Standing.UNSET: "off",
    Standing.UNUSED: "",
}
SIGNS = {Standing.SLOW: "warn", Standing.DOWN: "stop", Standing.UNSET: "off"}


@require_GET
@for_roles(StaffRole.OPERATOR)
def outside(request: SignedInRequest) -> HttpResponse:
    """All of them, those of 电子签名 below."""
    both = sides.outside_sides()
    lines = [line for side in both for line in side.said or ()]
    shown = [
        {
            "side": side,
            "lines": [
                {"line": line, "tone": TONES[line.standing], "sign": SIGNS.get(line.standing, "")}
                for line in side.said or ()
            ],
        }
        for side in both
    ]
    context = {
        **desk_frame(request.actor, "desk-outside"),
        "sides": shown,
        "summary": _summary(lines),
        "care": [line for line in lines if line.needs_care],
    }
    return render(request, "backoffice/outside.html", context)


def _summary(lines: Iterable[SystemLine]) -> str:
    """共 19 个：15 个正常，1 个不通，3 个还没用过"""
    counted = Counter(line.standing for line in lines)
    parts = [f"{counted[standing]} 个{standing}" for standing in Standing if counted[standing]]
    return f"共 {counted.total()} 个：{'，'.join(parts)}。"


@require_POST
@for_roles(StaffRole.OPERATOR)
def outside_try(request: SignedInRequest, side: str, code: str) -> HttpResponse:
    """现在试一次: one call that changes nothing."""
    try:
        trial = sides.outside_try(actor=request.actor, side=side, code=code)
    except sides.Silent as silent:
        messages.error(request, silent.message)
    else:
        title = _title(side, code)
        if trial.ok:
            messages.success(request, f"{title}通了，用时 {trial.ms} 毫秒。")
        else:
            messages.error(request, f"{title}没有通：{trial.why}。")
    return HttpResponseRedirect(f"{reverse('desk-outside')}#{side}-{code}")


def _title(side: str, code: str) -> str:
    lines = next(one.said for one in sides.outside_sides() if one.code == side) or ()
    return next((line.title for line in lines if line.code == code), code)
