"""审计: search of the audit log, export as a file, the state of the chain. 等保三级."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation import clock
from foundation.audit.search import MOST_EXPORTED, Query
from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from foundation.identity.models import StaffUser
from foundation.operations.report import AuditLine
from reg.backoffice import sides
from reg.backoffice.web.forms import AuditForm
from reg.backoffice.web.guard import for_roles
from reg.review.web.nav import desk_frame

COLUMNS = ("编号", "时间", "法定时间", "身份", "谁", "做了什么", "对象", "对象编号", "明细")
CASE = re.compile(r"\d{22}(?!\d)")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FIELDS = ("ref", "actor", "verb", *(f"{day}_{part}" for day in ("first", "last") for part in ("year", "month", "day")))


@require_GET
@for_roles(StaffRole.AUDITOR)
def audit(request: SignedInRequest) -> HttpResponse:
    """One page of acts that match, newest first, and the chain."""
    side = _side(request.GET)
    before = request.GET.get("before", "")
    form, page, silent = AuditForm(request.GET), None, ""
    valid = form.is_valid()
    try:
        query = form.query() if valid else Query()
        page = sides.audit_page(side, query, int(before) if before.isdecimal() else 0)
        form.offer(page.verbs)
    except sides.Silent as silence:
        silent = silence.message
    context = {
        **desk_frame(request.actor, "desk-audit"),
        "tabs": [{"url": f"?side={code}", "word": word, "current": code == side} for code, word in sides.SIDES.items()],
        "side": side,
        "side_title": sides.SIDES[side],
        "form": form,
        "silent": silent,
        "page": page,
        "lines": _shown(page.lines, side, request) if page and valid else [],
        "valid": valid,
        "older": _here(request, before=page.older) if page and page.older and valid else "",
        "newest": _here(request) if before else "",
        "asked": {name: request.GET.get(name, "") for name in FIELDS},
    }
    return render(request, "backoffice/audit.html", context, status=200 if valid else 422)


def _side(values: Mapping[str, Any]) -> str:
    side = str(values.get("side", "reg"))
    return side if side in sides.SIDES else "reg"


def _here(request: HttpRequest, **changes: object) -> str:
    """The address of this search with other values; a new search begins at the newest."""
    kept = {name: request.GET[name] for name in ("side", *FIELDS) if request.GET.get(name)}
    return f"{reverse('desk-audit')}?{urlencode({**kept, **changes})}"


def _shown(lines: Iterable[AuditLine], side: str, request: HttpRequest) -> list[dict[str, Any]]:
    lines = list(lines)
    staff = dict(StaffUser.objects.values_list("username", "name")) if side == "reg" else {}
    return [
        {
            "line": line,
            "who": staff.get(line.actor, ""),
            "actor_url": _here(request, actor=line.actor),
            "ref_url": _here(request, ref=line.ref.partition("/")[0]),
            "case_url": _case_url(line.ref),
        }
        for line in lines
    ]


def _case_url(ref: str) -> str:
    """Where the auditor sees the case that an object belongs to."""
    found = CASE.match(ref)
    return reverse("desk-audit-case", args=[found[0]]) if found else ""


@require_POST
@for_roles(StaffRole.AUDITOR)
def audit_export(request: SignedInRequest) -> HttpResponse:
    """导出: all acts that match as a CSV file; that it was exported is recorded with what was asked."""
    side = _side(request.POST)
    form = AuditForm(request.POST)
    if not form.is_valid():
        messages.error(request, "查询条件有误，没有导出。请改好再导出。")
        return HttpResponseRedirect(f"{reverse('desk-audit')}?{urlencode({'side': side})}")
    try:
        lines = sides.audit_export(actor=request.actor, side=side, query=form.query())
    except sides.Silent as silent:
        messages.error(request, silent.message)
        return HttpResponseRedirect(f"{reverse('desk-audit')}?{urlencode({'side': side})}")
    content = "".join(_csv(lines, cut=len(lines) >= MOST_EXPORTED))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"audit-{side}-{clock.to_shanghai(clock.wall()):%Y%m%d-%H%M%S}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _csv(lines: Iterable[AuditLine], *, cut: bool = False) -> Iterator[str]:
    """The file, readable by spreadsheets; when there were more rows than one file takes, its last line says so."""
    yield "\ufeff"
    yield _row(COLUMNS)
    for line in lines:
        at, legal = (f"{clock.to_shanghai(moment):%Y-%m-%d %H:%M:%S}" for moment in (line.at, line.legal_at))
        yield _row(
            (str(line.number), at, legal, line.actor_kind, line.actor, line.verb, line.kind, line.ref, line.said)
        )
    if cut:
        yield _row([f"只导出了最新的 {MOST_EXPORTED} 条，更早的请缩小日期再导出"])


def _row(cells: Iterable[str]) -> str:
    """One line; what a spreadsheet would take for a formula is text, long numbers stay whole."""
    out = io.StringIO()
    safe = [f"'{cell}" if cell.startswith(FORMULA) or (cell.isdecimal() and len(cell) > 15) else cell for cell in cells]
    csv.writer(out, lineterminator="\r\n").writerow(safe)
    return out.getvalue()


@require_POST
@for_roles(StaffRole.AUDITOR)
def audit_check(request: SignedInRequest) -> HttpResponse:
    """现在核对: have the chain walked by the worker."""
    side = _side(request.POST)
    try:
        sides.audit_check_ask(actor=request.actor, side=side)
        messages.success(request, f"{sides.SIDES[side]}的审计链已经开始核对，过一会儿刷新看结果。")
    except sides.Silent as silent:
        messages.error(request, silent.message)
    return HttpResponseRedirect(f"{reverse('desk-audit')}?{urlencode({'side': side})}")
