"""请人签名: what must be there first, who signs, and taking the papers back. What the worker does stands in batches.py."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from foundation import audit, clock
from foundation.clock.workdays import add_working_days
from foundation.crypto.index import person_index
from foundation.identity.actor import Actor, Forbidden
from foundation.outbox import publish
from reg.casefile.access import Access, case_access, case_may_edit
from reg.casefile.mandate import mandate_stands
from reg.casefile.models import Case, InFlight, Party
from reg.casefile.selectors import case_view
from reg.casefile.services import step_add
from reg.casefile.states import Verb
from reg.cases.checking import case_facts
from reg.cases.events import CaseReopened, SignaturesRequested
from reg.cases.names import NameNotHeld, name_hold, name_let_go
from reg.compliance import engine
from reg.items.gather import port_title
from reg.materials.models import Paper, Slot
from reg.materials.plan import Plan
from reg.materials.services import papers_current, papers_refresh

SIGN_WORKING_DAYS = 7
ROLES = {
    "legal_representative": "法定代表人",
    "entity": "公司",
    "person": "本人",
    "applicant": "委托人",
    "agent": "代理人",
    "contact": "登记联络员",
    "all_shareholders": "股东",
    "shareholders_2_3": "股东",
    "shareholders_half": "股东",
    "sole_shareholder": "股东",
    "state_capital_body": "履行出资人职责的机构",
    "meeting_host": "会议主持人",
    "directors_present": "董事",
}
"""As what somebody signs, in the words a signer reads."""


class NotReady(Exception):
    """Signatures cannot be asked for yet; the message says what is missing."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InFlightElsewhere(NotReady):
    """Another case of the company is in flight (申请案控制)."""

    def __init__(self, other: Case) -> None:
        who = f"（{other.opener_name}开办）"
        super().__init__(
            f"该企业已有在办申请（{other.number_grouped}，{other.state_title}）{who}，"
            "请先办结该申请，或撤回后再提交本次申请。这一件的内容都留着。"
        )
        self.other = other


def batch_ref(case: Case) -> str:
    """Name of the batch of this attempt."""
    return f"{case.number}-{case.signing_attempt}"


def still_missing(case: Case, listed: Plan) -> list[str]:
    """What papers are not there yet, in words."""
    words = []
    uploads = {upload.line: upload for upload in case.uploads.all()}
    for paper in papers_current(case):
        if paper.state == Paper.State.FAILED:
            words.append(f"《{paper.title}》没有生成：{paper.problem}")
        elif paper.state == Paper.State.QUEUED:
            words.append(f"《{paper.title}》正在生成")
    for line in listed.lines:
        needs_upload = line.provide == "upload" or (line.key in uploads and uploads[line.key].own)
        upload = uploads.get(line.key)
        if needs_upload and (upload is None or upload.file_id is None):
            words.append(f"还没有上传“{line.title}”")
    return words


@transaction.atomic
def signing_request(*, actor: Actor, case: Case) -> Case:
    """请人签名: claim the entity, freeze the answers, send the papers to their signers."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    case_may_edit(actor, case)
    view = case_view(case)
    facts = case_facts(case, view)
    report = engine.check(view, facts)
    if facts.in_flight:
        raise InFlightElsewhere(Case.objects.get(number=facts.in_flight[0]))
    if not mandate_stands(case, view.answers.get("agent", {})):
        raise NotReady("企业还没有确认代理人，或者委托内容改过。请先请企业的法定代表人确认，再请人签名。")
    if report.stops:
        raise NotReady(f"还有 {len(report.stops)} 处没有通过核对，请先看核对结果。")
    if report.pending:
        titles = dict.fromkeys(port_title(fact.port) for fact in report.pending)
        raise NotReady(f"正在查：{'、'.join(titles)}。一般几秒就有结果，请稍后再点一次。")
    missing = still_missing(case, papers_refresh(actor=actor, case=case, view=view, facts=facts))
    if missing:
        raise NotReady("；".join(missing) + "。")
    _claim(case)
    try:
        name_hold(actor=actor, case=case, view=view, facts=facts)
    except NameNotHeld as gone:
        raise NotReady(gone.message) from None
    attempt = case.signing_attempt + 1
    due = add_working_days(clock.today(), SIGN_WORKING_DAYS)
    case.move(Verb.REQUEST_SIGNATURES, applicant_due=due, signing_attempt=attempt)
    slots_open(case)
    step_add(case, "signing", f"请 {len(signer_names(case))} 人签名", actor.name)
    audit.record(actor, "case.request_signatures", "case", case.number, round=case.round)
    publish(SignaturesRequested(case_no=case.number, round=case.round))
    return case


def _claim(case: Case) -> None:
    """One case of an entity in flight: the primary key decides, not a look before."""
    standing = InFlight.objects.filter(entity=case.entity).select_related("case").first()
    if standing and standing.case_id == case.pk:
        return
    try:
        with transaction.atomic():
            InFlight.objects.create(entity=case.entity, case=case, since=clock.now())
    except IntegrityError:
        other = InFlight.objects.select_related("case").get(entity=case.entity).case
        raise InFlightElsewhere(other) from None


def slots_open(case: Case) -> None:
    """A row for every signature that is still to be given; papers whose signatures are complete keep them."""
    for paper in papers_current(case):
        if paper.signed_file_id:
            continue
        for place in paper.slots:
            Slot.objects.update_or_create(
                paper=paper,
                name=place["name"],
                defaults={
                    "role": place["role"],
                    "kind": place["kind"],
                    "signer_index": signer_index(place["signer"]),
                    "signer_name": place["signer_name"],
                    "state": Slot.State.OPEN,
                },
            )
    _parties_invite(case)


def signer_index(key: str) -> str:
    """person:10:… → blind index; entity:… → the uscc."""
    kind, _, rest = key.partition(":")
    if kind == "person":
        id_type, _, number = rest.partition(":")
        return person_index(id_type, number)
    return rest


def _parties_invite(case: Case) -> None:
    """Signers see their to-do on the home page of this application too."""
    people = Slot.objects.filter(paper__case=case, state=Slot.State.OPEN, kind="person").exclude(
        paper__state=Paper.State.SUPERSEDED
    )
    for slot in people:
        Party.objects.update_or_create(
            case=case,
            kind=Party.Kind.SIGNER,
            person_index=slot.signer_index,
            defaults={
                "name": slot.signer_name,
                "state": Party.State.INVITED,
                "invited_by": "system:signing",
                "invited_at": clock.now(),
            },
        )


def signer_names(case: Case) -> list[str]:
    """Who still has to sign or seal, each once."""
    slots = open_slots(case)
    return list(dict.fromkeys(slot.signer_name for slot in slots))


def open_slots(case: Case) -> list[Slot]:
    """Signatures of current papers that are not given yet."""
    return list(
        Slot.objects.filter(paper__case=case)
        .exclude(paper__state=Paper.State.SUPERSEDED)
        .exclude(state=Slot.State.SIGNED)
        .select_related("paper")
        .order_by("paper_id", "pk")
    )


def all_signed(case: Case) -> bool:
    """Whether every current paper with slots came back completely signed and was verified."""
    return not any(paper.slots and not paper.signed_file_id for paper in papers_current(case))


@transaction.atomic
def case_reopen(*, actor: Actor, case: Case) -> Case:
    """回到填写: take the papers back from their signers to change something. Signatures of papers that stay equal are kept."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    if case_access(actor, case) is not Access.EDIT:
        raise Forbidden
    due = None if case.round == 0 else case.applicant_due
    case.move(Verb.REOPEN, applicant_due=due)
    if case.round == 0:
        InFlight.objects.filter(case=case).delete()
        name_let_go(actor=actor, case=case)
    step_add(case, "reopened", "回到填写，没签的签名任务已取消", actor.name)
    audit.record(actor, "case.reopen", "case", case.number)
    publish(CaseReopened(case_no=case.number, round=case.round))
    return case
