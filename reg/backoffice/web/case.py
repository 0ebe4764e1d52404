"""申请案（已打码）: what happened with a case, for the auditor. No pictures of papers, since those cannot be masked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation import audit
from foundation.identity.actor import NotVisible, StaffRole
from foundation.identity.middleware import SignedInRequest
from reg.backoffice.masking import CaseMask
from reg.backoffice.web.guard import for_roles
from reg.casefile.access import Access, case_access
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.casefile.view import CaseView
from reg.cases.checking import case_facts
from reg.cases.signing import ROLES
from reg.cases.todo import items_text
from reg.compliance import engine
from reg.items.registry import rooms_of
from reg.materials.models import Paper
from reg.review.services import desk_stream
from reg.review.web.nav import desk_frame


@require_GET
@for_roles(StaffRole.AUDITOR)
def case(request: SignedInRequest, number: str) -> HttpResponse:
    """One case, masked; that the auditor opened it is recorded."""
    found = Case.objects.select_related("entity").filter(number=number).first()
    if found is None or case_access(request.actor, found) is not Access.MASKED:
        raise NotVisible
    view = case_view(found, desk_stream(found))
    mask = CaseMask.of(found, view)
    audit.record(request.actor, "case.view_masked", "case", found.number)
    context = {
        **desk_frame(request.actor, "desk-audit"),
        "case": found,
        "items": items_text(found),
        "sections": _sections(found, view, mask),
        "steps": [{"text": mask.text(s.text), "at": s.at} for s in found.steps.order_by("at", "pk")],
        "papers": _papers(found, mask),
        "uploads": found.uploads.exclude(file=None).order_by("pk"),
        "findings": _findings(found, view, mask),
        "notices": [
            {
                "round": n.round,
                "asked_at": n.asked_at,
                "points": [{"title": mask.text(p["title"]), "text": mask.text(p["text"])} for p in n.points],
            }
            for n in found.return_notices.order_by("round")
        ],
        "decisions": found.decisions.order_by("pk"),
    }
    return render(request, "backoffice/case.html", context)


def _sections(found: Case, view: CaseView, mask: CaseMask) -> list[dict[str, Any]]:
    sections = []
    for item in rooms_of(found.items):
        rows = [mask.diff(line) for line in item.diff(view) if line.kind != "same"]
        if rows:
            sections.append({"item": item, "rows": rows})
    return sections


def _papers(found: Case, mask: CaseMask) -> list[dict[str, Any]]:
    papers = found.papers.exclude(state=Paper.State.SUPERSEDED).prefetch_related("signatures").order_by("pk")
    return [
        {
            "title": mask.text(paper.title),
            "pages": paper.pages,
            "slots": [
                {
                    "role": ROLES.get(s.role, "签名人"),
                    "who": mask.text(s.signer_name),
                    "state": s.get_state_display(),
                    "serial": s.serial,
                }
                for s in paper.signatures.all()
            ],
        }
        for paper in papers
    ]


def _findings(found: Case, view: CaseView, mask: CaseMask) -> list[dict[str, Any]]:
    report = engine.check(view, case_facts(found, view, ask=False))
    confirmed = set(found.confirmations.values_list("finding_key", flat=True))
    return [{"code": f.code, "message": mask.text(f.message), "confirmed": f.key in confirmed} for f in report.findings]
