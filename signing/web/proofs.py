"""验签: the public page on which anybody checks a signed file, by upload or by its code; and one's own evidence. R141."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from foundation import clock
from foundation.crypto import crypto
from foundation.identity.middleware import SignedInRequest
from foundation.outside.client import OutsideDown
from foundation.ui.errors import too_many, unavailable
from foundation.ui.parts import Problem
from signing.ceremonies.trust import NoTrust, TakenBackLists
from signing.evidence.export import evidence_export, public_key_pem
from signing.evidence.models import EvidenceRecord
from signing.evidence.selectors import code_url
from signing.inspection.answers import Answer, answer_of, lists_line
from signing.inspection.services import (
    NotInspected,
    TooOften,
    code_inspect,
    file_inspect,
    inspection_count,
)
from signing.tasks.selectors import paper_for
from signing.web.access import place_of, signed_in

View = Callable[..., HttpResponse]
CODE_LONGEST = 200
ELSEWHERE = "认证机构"


@dataclass(frozen=True)
class Asked:
    """What came of one question."""

    answer: Answer
    facts: dict[str, Any]
    """Of the file or the document, for both kinds of answer."""
    taken_back: TakenBackLists
    """The lists of certificates taken back that it was examined by."""
    record: EvidenceRecord | None = None

    def as_json(self) -> dict[str, Any]:
        as_of = self.taken_back.as_of
        return {
            "checked_at": clock.to_shanghai(clock.now()).isoformat(),
            "revocations": {
                "as_of": clock.to_shanghai(as_of).isoformat() if as_of else None,
                "stale": self.taken_back.stale,
            },
            **self.facts,
            **self.answer.as_json(),
        }


def _limits(view: View) -> View:
    """Tell too many questions and a silent authority, to people or to programs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooOften as often:
            if _json(request):
                answer = _refusal("too_many", "问得太多了，请过一会儿再验。", 429)
                answer["Retry-After"] = str(round(often.wait.total_seconds()))
                return answer
            return too_many(request, wait=often.wait, happened="这个网络在 10 分钟里验得太多了，这一次没有验。")
        except (OutsideDown, NoTrust):
            if _json(request):
                return _refusal("unavailable", f"{ELSEWHERE}的根证书还没有取到，请过一会儿再验。", 503)
            return unavailable(request, system=f"{ELSEWHERE}的根证书", url="/verify/")

    return guarded


def _json(request: HttpRequest) -> bool:
    wanted = request.headers.get("Accept", "")
    return request.path.endswith(".json") or ("application/json" in wanted and "text/html" not in wanted)


def _refusal(code: str, message: str, status: int) -> HttpResponse:
    return _told({"error": code, "message": message}, status)


def _told(value: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = JsonResponse(value, status=status, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@_limits
def verify(request: HttpRequest) -> HttpResponse:
    """Ask by file or by code. No log-in; the file is examined and forgotten."""
    if request.method == "GET":
        code = request.GET.get("code", "").strip()[:CODE_LONGEST]
        return HttpResponseRedirect(f"/verify/{_code(code)}/") if _code(code) else _form(request, code=code)
    try:
        found = _by_file(request)
    except NotInspected as no:
        if _json(request):
            return _refusal("not_inspected", str(no), 422)
        return _form(request, problem=Problem(str(no), target="file"))
    return _shown(request, found)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@_limits
def verify_json(request: HttpRequest) -> HttpResponse:
    """The same for programs: POST the file (form field `file`, or as the body), or GET `?code=`. Changes nothing."""
    if request.method == "GET":
        code = _code(request.GET.get("code", ""))
        return (
            verify_code(request, code) if code else _refusal("not_inspected", "缺少 code，或者不是 32 位验签码。", 422)
        )
    try:
        return _shown(request, _by_file(request))
    except NotInspected as no:
        return _refusal("not_inspected", str(no), 422)


@require_GET
@_limits
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """A document that was signed here, verified from what is stored, by the code that stands in its QR picture."""
    inspection_count(place_of(request).address, heavy=False)
    found = code_inspect(code)
    if found is None:
        if _json(request):
            return _refusal("not_found", "没有这个验签码。请核对每一位，或者上传文件验签。", 404)
        return _form(
            request, code=code, problem=Problem("没有这个验签码。请核对每一位，或者上传文件验签。", target="code")
        )
    document, stamp = found.record.document, getattr(found.record, "stamp", None)
    stored = document.current
    facts = {
        "source": "code",
        "title": document.title,
        "file": {"sha256": stored.sha256, "sm3": stored.sm3, "size": stored.size} if stored else {},
        "time_stamp": stamp.stamped_at.isoformat() if stamp and stamp.stamped_at else None,
    }
    examined = found.examined
    return _shown(request, Asked(answer_of(examined.report), facts, examined.taken_back, found.record))


def _code(text: str) -> str:
    """The code itself, also out of a whole address that somebody pasted."""
    last = text.strip().rstrip("/").rpartition("/")[2].lower()
    return last if len(last) == 32 and all(letter in "0123456789abcdef" for letter in last) else ""


def _by_file(request: HttpRequest) -> Asked:
    """NotInspected without a PDF; only what will be examined counts."""
    upload = request.FILES.get("file")
    plain = request.content_type in {"application/pdf", "application/octet-stream"}
    content = upload.read() if upload else request.body if plain else b""
    if content:
        inspection_count(place_of(request).address, heavy=True)
    found = file_inspect(content)
    digests = {"sha256": hashlib.sha256(content).hexdigest(), "sm3": crypto().sm3(content).hex(), "size": len(content)}
    name = (upload.name or "")[:80] if upload else ""
    return Asked(answer_of(found.report), {"source": "file", "title": name, "file": digests}, found.taken_back)


def _form(request: HttpRequest, *, code: str = "", problem: Problem | None = None) -> HttpResponse:
    context = {"code": code, "problems": [problem] if problem else [], "has_errors": bool(problem), "problem": problem}
    return render(request, "signing/verify.html", context, status=422 if problem else 200)


def _shown(request: HttpRequest, found: Asked) -> HttpResponse:
    if _json(request):
        return _told(found.as_json())
    record = found.record
    context = {
        "answer": found.answer,
        "facts": found.facts,
        "record": record,
        "lists": lists_line(found.taken_back),
        "stamp": getattr(record, "stamp", None),
        "link": code_url(record) if record else "",
        "now": clock.now(),
    }
    response = render(request, "signing/verified.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
def key(request: HttpRequest) -> HttpResponse:
    """The public key with which exports of evidence are signed."""
    answer = HttpResponse(public_key_pem(), content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="qideng-signing.pem"'
    return answer


@require_GET
@signed_in
def own_evidence(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A signer's evidence: the document, the stamped main part, and his own part."""
    paper = paper_for(request.actor, public_id)
    record = EvidenceRecord.objects.filter(document=paper.document).first()
    if record is None:
        raise Http404
    return zip_response(record, evidence_export(actor=request.actor, record=record, subject=paper.subject))


def zip_response(record: EvidenceRecord, content: bytes) -> HttpResponse:
    """The file under a name that says what it is."""
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="evidence-{record.code[:8]}.zip"'
    response["Cache-Control"] = "no-store"
    return response
