"""提交, 受理之前: the rules run again, the answers are frozen, the authority gets it, 一网通办 is told."""

from __future__ import annotations

from django.db import transaction

from foundation import audit, clock
from foundation.clock.workdays import add_working_days
from foundation.identity.actor import Actor, Forbidden
from foundation.outbox import publish
from reg.casefile.access import Access, case_access
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.casefile.services import step_add, stream_copy
from reg.casefile.states import Verb
from reg.cases.checking import case_facts
from reg.cases.events import CaseSubmitted
from reg.cases.names import why_name_is_not_held
from reg.cases.signing import NotReady, all_signed, signer_names
from reg.compliance import engine
from reg.items.kit import Severity

REVIEW_WORKING_DAYS = 3
"""条例 19: on the spot, else within three working days."""


@transaction.atomic
def case_submit(*, actor: Actor, case: Case) -> Case:
    """提交申请. Needs every signature; what the law bars stops it here too, whatever the page showed."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    if case_access(actor, case) is not Access.EDIT:
        raise Forbidden
    if not all_signed(case):
        raise NotReady(f"还有人没有签名：{'、'.join(signer_names(case))}。")
    view = case_view(case)
    report = engine.check(view, case_facts(case, view))
    barred = (*report.missing, *report.of(Severity.BLOCK), *report.of(Severity.OFFLINE))
    if barred:
        raise NotReady(f"还有 {len(barred)} 处没有通过核对：{barred[0].message}")
    if gone := why_name_is_not_held(case, view):
        raise NotReady(gone)
    moment = clock.now()
    case.move(
        Verb.SUBMIT,
        submitted_at=moment,
        first_submitted_at=case.first_submitted_at or moment,
        applicant_due=None,
        authority_due=add_working_days(clock.today(), REVIEW_WORKING_DAYS),
    )
    stream_copy(case, "draft", case.submitted_stream)
    step_add(
        case, "submitted", "提交申请" if case.round == 0 else f"补正后再次提交（第 {case.round} 次补正）", actor.name
    )
    audit.record(actor, "case.submit", "case", case.number, round=case.round)
    publish(CaseSubmitted(case_no=case.number, round=case.round))
    return case
