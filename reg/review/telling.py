"""告知: what the applicant and other systems hear of a decision — inbox and text message, 电子营业执照, 一网通办."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from foundation.config import config
from foundation.identity.models import Account
from foundation.notify.services import inbox_put, sms_send
from foundation.outside.client import OutsideClient, OutsideDown
from reg.casefile.models import Case
from reg.casefile.services import step_add
from reg.casefile.states import State
from reg.cases.batches import mobile_of
from reg.cases.events import CaseApproved, CaseRefused, CaseReturned, CaseSubmitted, CaseWithdrawn
from reg.cases.todo import items_text
from reg.catalog.places import authority_name
from reg.entities.models import Role
from reg.entities.selectors import entity_facts
from reg.integrations import onestop

HTTP_BAD = 400
MATTER = "00013112700402"
"""公司变更登记注册."""


def _case(number: str) -> Case:
    return Case.objects.select_related("entity").get(number=number)


def _tell(case: Case, kind: str, title: str, text: str) -> None:
    """Everyone who works on the case: the opener, and the company's legal representative and liaison. Once per kind."""
    people = set(
        Role.objects.filter(
            entity=case.entity, valid_to=None, kind__in=["legal_representative", "liaison"]
        ).values_list("person_index", flat=True)
    ) | {case.opener_index}
    link = reverse("case", args=[case.number])
    for index in sorted(people):
        ref = f"{kind}:{case.number}:{case.round}"
        fresh = inbox_put(person_index=index, kind=kind, title=title, text=text, ref=ref, link=link)
        mobile = mobile_of(case, index) if fresh else ""
        if mobile:
            words = f"【企登】{text}请打开 {config().base_url('reg')} 查看。"
            sms_send(mobile=mobile, template=kind, text=words, ref=f"{ref}:{index[:16]}")


def tell_submitted(event: CaseSubmitted) -> None:
    """申请已提交."""
    case = _case(event.case_no)
    _tell(
        case,
        "submitted",
        "申请已提交",
        f"{case.entity.name}变更{items_text(case)}的申请已提交，由{authority_name(case.authority)}审核。",
    )


def tell_returned(event: CaseReturned) -> None:
    """要补正."""
    case = _case(event.case_no)
    notice = case.return_notices.get(round=event.round)
    due = f"{notice.due.month}月{notice.due.day}日"
    text = f"{case.entity.name}的变更申请要补正 {len(notice.points)} 处，请在 {due} 前一次改好再提交。"
    _tell(case, "returned", "申请要补正", text)


def tell_approved(event: CaseApproved) -> None:
    """准予登记."""
    case = _case(event.case_no)
    _tell(
        case,
        "approved",
        "准予登记",
        f"{case.entity.name}变更{items_text(case)}已准予登记，登记簿和电子营业执照已更新。",
    )


def tell_refused(event: CaseRefused) -> None:
    """不予登记."""
    case = _case(event.case_no)
    _tell(case, "refused", "不予登记", f"{case.entity.name}的变更申请不予登记，理由和救济途径见通知书。")


# ---- other systems ----


def licence_push(event: CaseApproved) -> None:
    """电子营业执照: the facts this case brought. The application number lets the system drop a repeat."""
    case = _case(event.case_no)
    facts = entity_facts(case.entity)
    body = {
        "uscc": case.entity.uscc,
        "application_no": case.number,
        "facts": {k: facts[k] for k in case.items if k in facts},
    }
    _post("elicence", "/licences/push", body)
    step_add(case, "licence", "电子营业执照已更新", "电子营业执照系统")


def onestop_submitted(event: CaseSubmitted) -> None:
    """一网通办: the first submission gets a 办件编号; later ones report the state."""
    case = _case(event.case_no)
    if not case.onestop_serial:
        opener = Account.objects.filter(person_index=case.opener_index).first()
        applicant = {"name": case.entity.name, "uscc": case.entity.uscc, "handler": opener.name if opener else ""}
        serial = onestop.filing_open(case.number, MATTER, applicant)
        Case.objects.filter(pk=case.pk, onestop_serial="").update(onestop_serial=serial)
        return
    _status(case, "submitted", case.submitted_at)


def onestop_returned(event: CaseReturned) -> None:
    """一网通办: to be mended."""
    case = _case(event.case_no)
    _status(case, "returned", case.return_notices.get(round=event.round).asked_at)


def onestop_approved(event: CaseApproved) -> None:
    """一网通办: granted."""
    case = _case(event.case_no)
    _status(case, "approved", case.decided_at)


def onestop_refused(event: CaseRefused) -> None:
    """一网通办: refused."""
    case = _case(event.case_no)
    _status(case, "refused", case.decided_at)


def onestop_withdrawn(event: CaseWithdrawn) -> None:
    """一网通办: taken back, or out of time; it knows nothing of a draft."""
    case = _case(event.case_no)
    if case.onestop_serial:
        _status(case, str(State(case.state)), case.decided_at)


def _status(case: Case, status: str, at: datetime | None) -> None:
    onestop.filing_report(case.onestop_serial, status, at)


def _post(system: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    reply = OutsideClient(system).post(path, body)
    if reply.status >= HTTP_BAD:
        raise OutsideDown(system, f"不接受（{reply.status}）")
    return reply.json()
