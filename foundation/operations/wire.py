"""The reports of a project for its sister's pages: signed calls under /internal/operations/, JSON of the very same values."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from pydantic import TypeAdapter, ValidationError

from foundation.audit.search import Query
from foundation.identity.actor import Actor, ActorKind, NotVisible
from foundation.jobs.overview import NoSuchFailure
from foundation.operations import report
from foundation.outside.signed import BadSignature, verify_request
from foundation.outside.systems import SystemLine, Trial

SISTER = "reg"
"""The one service whose pages show this."""
P = ParamSpec("P")
LINES: TypeAdapter[tuple[SystemLine, ...]] = TypeAdapter(tuple[SystemLine, ...])
TRIAL: TypeAdapter[Trial] = TypeAdapter(Trial)
JOBS: TypeAdapter[report.JobsReport] = TypeAdapter(report.JobsReport)
AUDIT: TypeAdapter[report.AuditPage] = TypeAdapter(report.AuditPage)
EXPORT: TypeAdapter[tuple[report.AuditLine, ...]] = TypeAdapter(tuple[report.AuditLine, ...])
QUERY: TypeAdapter[Query] = TypeAdapter(Query)


def from_sister(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for the signed calls of the registration system; 401 for everybody else."""

    @csrf_exempt
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            if verify_request(request) != SISTER:
                raise BadSignature("只有企登登记可以看")
        except BadSignature as bad:
            return JsonResponse({"message": str(bad)}, status=401)
        try:
            return view(request, *args, **kwargs)
        except (NotVisible, NoSuchFailure):
            return JsonResponse({"message": "没有这一项"}, status=404)
        except (ValidationError, ValueError, KeyError, TypeError):
            return JsonResponse({"message": "请求看不懂"}, status=422)

    return guarded


def said(adapter: TypeAdapter[Any], value: Any) -> HttpResponse:
    """The answer of a report."""
    return HttpResponse(b'{"said":' + adapter.dump_json(value) + b"}", content_type="application/json")


def _asked(request: HttpRequest) -> Mapping[str, Any]:
    body = json.loads(request.body)
    if not isinstance(body, dict):
        raise TypeError("no object")
    return body


def _actor(body: Mapping[str, Any]) -> Actor:
    """The member of staff for whom the sister calls: it has identified him."""
    return Actor(kind=ActorKind.STAFF, ref=str(body["actor"])[:40])


@from_sister
@require_GET
def outside(request: HttpRequest) -> HttpResponse:
    return said(LINES, report.outside_report())


@from_sister
@require_POST
def outside_try(request: HttpRequest, code: str) -> HttpResponse:
    return said(TRIAL, report.outside_try(actor=_actor(_asked(request)), code=code))


@from_sister
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    return said(JOBS, report.jobs_report())


@from_sister
@require_POST
def job_again(request: HttpRequest, number: int) -> HttpResponse:
    return JsonResponse({"said": report.job_again(actor=_actor(_asked(request)), number=number)})


@from_sister
@require_POST
def audit(request: HttpRequest) -> HttpResponse:
    """A page of the audit log. The query travels in the body, so that no address holds it."""
    body = _asked(request)
    return said(AUDIT, report.audit_page(QUERY.validate_python(body["query"]), int(body.get("before", 0))))


@from_sister
@require_POST
def audit_export(request: HttpRequest) -> HttpResponse:
    body = _asked(request)
    return said(EXPORT, report.audit_export(actor=_actor(body), query=QUERY.validate_python(body["query"])))


@from_sister
@require_POST
def audit_check(request: HttpRequest) -> HttpResponse:
    report.audit_check_ask(actor=_actor(_asked(request)))
    return JsonResponse({"said": True})
