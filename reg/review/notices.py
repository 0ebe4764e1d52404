"""登记机关的通知书 (F_REG_NOTICE, 细则 18、19): made from the decision, sealed by the authority, kept with the case."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from foundation import clock
from foundation.files.services import file_read, file_refer, file_store
from foundation.outside.client import OutsideDown
from foundation.outside.result import Found, Unavailable
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.cases.events import CaseApproved, CaseRefused, CaseReturned
from reg.catalog.places import authority_name
from reg.integrations import signing as port
from reg.materials import typeset
from reg.materials.documents import Extra, NoticeFacts, document
from reg.materials.models import Paper
from reg.materials.services import NOTICE
from reg.review.models import Decision


def notice_of_return(event: CaseReturned) -> None:
    """Outbox: 一次性告知补正通知书."""
    notice_make(_decision(event.case_no, Decision.Kind.RETURN, event.round))


def notice_of_approval(event: CaseApproved) -> None:
    """Outbox: 准予变更（备案）登记通知书."""
    notice_make(_decision(event.case_no, Decision.Kind.APPROVE))


def notice_of_refusal(event: CaseRefused) -> None:
    """Outbox: 不予登记通知书."""
    notice_make(_decision(event.case_no, Decision.Kind.REFUSE))


def _decision(case_no: str, kind: Decision.Kind, round_number: int | None = None) -> Decision:
    found = Decision.objects.select_related("case__entity").filter(case__number=case_no, kind=kind)
    if round_number is not None:
        found = found.filter(round=round_number)
    return found.latest("pk")


def notice_facts(decision: Decision) -> NoticeFacts:
    """What the notice says."""
    case = decision.case
    points: tuple[dict[str, str], ...] = ()
    deadline = None
    if decision.kind == Decision.Kind.RETURN:
        notice = case.return_notices.get(round=decision.round)
        points = tuple({"message": f"{p['title']}：{p['text']}", "basis": p["basis"]} for p in notice.points)
        deadline = notice.due
    elif decision.kind == Decision.Kind.REFUSE:
        reason, _, basis = str(decision.reason).partition("\n")
        points = ({"message": reason, "basis": basis},)
    issued = clock.shanghai_day(decision.decided_at)
    return NoticeFacts(decision.kind, decision.doc_no, issued, points, deadline)


def notice_make(decision: Decision) -> Paper:
    """Make and seal the notice of a decision; again is harmless: one notice per decision."""
    case = decision.case
    view = case_view(case, case.submitted_stream)
    paper = case.papers.filter(doc=NOTICE, party=decision.kind, revision=_revision(decision)).first()
    if paper is None:
        paper = _typeset(decision, case, view)
    if paper.signed_file_id is None:
        _seal(paper, case)
    return paper


def _revision(decision: Decision) -> int:
    return decision.round + 1


def _typeset(decision: Decision, case: Case, view: Any) -> Paper:
    kind = document(NOTICE)
    facts = notice_facts(decision)
    data = kind.build(view, None, Extra(notice=facts))
    made = typeset.compile(NOTICE, data, legal_day=facts.issued_on)
    stored = file_store(made.pdf, kind="pdf")
    with transaction.atomic():
        file_refer(stored)
        case.papers.filter(doc=NOTICE, party=decision.kind).update(state=Paper.State.SUPERSEDED)
        return Paper.objects.create(
            case=case,
            doc=NOTICE,
            party=decision.kind,
            title=str(data["title"]),
            revision=_revision(decision),
            input_hash=typeset.input_hash(NOTICE, data),
            data=data,
            state=Paper.State.READY,
            file=stored,
            pages=made.page_count,
            text=made.text,
            slots=[
                {
                    "name": s.name,
                    "page": s.page,
                    "x": s.x,
                    "y": s.y,
                    "width": s.width,
                    "height": s.height,
                    "role": s.role,
                }
                for s in made.slots
            ],
            queued_at=clock.wall(),
            made_at=clock.wall(),
        )


def _seal(paper: Paper, case: Case) -> None:
    """Have the authority's seal put on; a silent system is tried again by the outbox."""
    if paper.file is None:
        return
    match port.authority_seal(
        file_read(paper.file),
        slots=list(paper.slots),
        authority=case.authority,
        name=authority_name(case.authority),
        ref=f"{case.number}-notice-{paper.pk}",
        case_no=case.number,
        title=paper.title,
    ):
        case Found(sealed):
            stored = file_store(sealed, kind="pdf")
        case Unavailable(_, why):
            raise OutsideDown("signing", why)
        case _:
            raise OutsideDown("signing", "没有盖章")
    with transaction.atomic():
        file_refer(stored)
        Paper.objects.filter(pk=paper.pk, signed_file=None).update(signed_file=stored, signed_at=clock.now())
