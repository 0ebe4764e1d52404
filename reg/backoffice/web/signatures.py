"""签名溯源 as a page of the desk: any number in, the whole way of the document out. R141, R148."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from reg.backoffice.sides import Silent
from reg.backoffice.signatures import evidence_export, signatures_trace
from reg.backoffice.web.guard import for_roles
from reg.review.web.nav import desk_frame

readers = for_roles(StaffRole.EXAMINER, StaffRole.SUPERVISOR, StaffRole.AUDITOR)
whole = for_roles(StaffRole.EXAMINER, StaffRole.SUPERVISOR)


@require_GET
@readers
def signatures(request: SignedInRequest) -> HttpResponse:
    """Search by any number; what is found is shown step by step."""
    asked = request.GET.get("q", "").strip()[:80]
    found, silent = [], ""
    try:
        found = signatures_trace(actor=request.actor, number=asked) if asked else []
    except Silent as silence:
        silent = silence.message
    context = {
        **desk_frame(request.actor, "desk-signatures"),
        "asked": asked,
        "found": found,
        "silent": silent,
        "case_page": "desk-audit-case" if request.actor.has_role(StaffRole.AUDITOR) else "desk-case",
    }
    return render(request, "backoffice/signatures.html", context)


@require_GET
@whole
def evidence(request: SignedInRequest, code: str) -> HttpResponse:
    """导出证据: everything that proves one document, as a ZIP that is signed."""
    try:
        content = evidence_export(actor=request.actor, code=code)
    except Silent as silence:
        messages.error(request, silence.message)
        return HttpResponseRedirect(reverse("desk-signatures"))
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="evidence-{code[:8]}.zip"'
    response["Cache-Control"] = "no-store"
    return response
