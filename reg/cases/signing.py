"""请人签名: the papers of a round go to 电子签名 as one batch; what comes back is stored, checked and counted.

A callback is only a nudge: the state is asked for. Late signatures after a return or withdrawal are stored, not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation import audit, clock
from foundation.clock.workdays import add_working_days
from foundation.config import config
from foundation.crypto.index import person_index
from foundation.files.services import file_refer, file_store
from foundation.identity.actor import Actor, Forbidden
from foundation.identity.models import Account
from foundation.outbox import publish
from foundation.outside.client import OutsideDown
from foundation.outside.result import Found, Unavailable
from reg.casefile.access import Access, case_access, case_may_edit
from reg.casefile.mandate import mandate_stands
from reg.casefile.models import Case, InFlight, Party
from reg.casefile.selectors import case_view
from reg.casefile.services import step_add
from reg.casefile.states import State, Verb
from reg.cases.checking import case_facts
from reg.cases.events import CaseReopened, CaseWithdrawn, SignaturesRequested
from reg.compliance import engine
from reg.entities.selectors import entity_get, today_facts
from reg.integrations import signing as port
from reg.items.gather import port_title
from reg.materials.models import Paper, Slot, Upload
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


# ---- what the worker does ----


def batch_body(case: Case) -> dict[str, Any]:
    """The batch of this round in the words of the task API: only papers that still lack signatures."""
    base = config().base_url("reg")
    return {
        "ref": batch_ref(case),
        "business": "change",
        "case_no": case.number,
        "title": "变更登记文书",
        "company": {"name": case.entity.name, "uscc": case.entity.uscc},
        "callback_url": f"{base}{reverse('signing-callback')}",
        "return_url": f"{base}{reverse('case-after-signing', args=[case.number])}",
        "documents": [
            _document(paper, base) for paper in papers_current(case) if paper.slots and not paper.signed_file_id
        ],
    }


def _document(paper: Paper, base: str) -> dict[str, Any]:
    return {
        "ref": paper.ref,
        "title": paper.title,
        "sha256": paper.file.sha256 if paper.file else "",
        "download_url": f"{base}{reverse('paper-file', args=[paper.pk])}",
        "must_read": list(paper.must_read)[:20],
        "text": paper.text,
        "slots": [_slot(place, paper) for place in paper.slots],
    }


def _slot(place: Mapping[str, Any], paper: Paper) -> dict[str, Any]:
    kind, _, rest = str(place["signer"]).partition(":")
    signer: dict[str, str] = {"kind": "entity", "name": place["signer_name"], "uscc": rest}
    if kind == "entity" and rest != paper.case.entity.uscc:
        signer["mobile"] = mobile_of_entity(rest)
    if kind == "person":
        id_type, _, number = rest.partition(":")
        mobile = mobile_of(paper.case, person_index(id_type, number))
        signer = {
            "kind": "person",
            "name": place["signer_name"],
            "id_type": id_type,
            "id_number": number,
            "mobile": mobile,
        }
    keys = ("name", "page", "x", "y", "width", "height", "kind")
    return {**{key: place[key] for key in keys}, "role": ROLES.get(place["role"], "签名人"), "signer": signer}


def mobile_of_entity(uscc: str) -> str:
    """Where to text another enterprise whose seal is asked for (企业股东): its 联络员, else its 法定代表人; empty when it is not
    registered here."""
    entity = entity_get(uscc)
    facts = today_facts(entity) if entity else {}
    called = (facts.get(code, {}).get("mobile") for code in ("liaison", "legal_representative"))
    return str(next((mobile for mobile in called if mobile), ""))


def mobile_of(case: Case, index: str) -> str:
    """Where to text a signer: his own log-in first, else the answers and the register."""
    account = Account.objects.filter(person_index=index).first()
    if account and account.mobile:
        return str(account.mobile)
    view = case_view(case)
    for row in _people(view.after):
        if row.get("mobile") and row.get("id_number") and person_index(row["id_type"], row["id_number"]) == index:
            return str(row["mobile"])
    return ""


def _people(after: Mapping[str, Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for item in ("legal_representative", "liaison", "agent"):
        if item in after:
            yield after[item]
    for item in ("officers", "shareholders"):
        yield from after.get(item, {}).get("rows", ())


def batch_send(event: SignaturesRequested) -> None:
    """Outbox: hand the batch to 电子签名. The reference makes a repeat harmless; a silent system is tried again."""
    case = Case.objects.select_related("entity").get(number=event.case_no)
    if case.state != State.SIGNING or case.round != event.round:
        return
    body = batch_body(case)
    if not body["documents"]:
        return
    match port.create_batch(body, idempotency_key=body["ref"]):
        case Found():
            return
        case other:
            raise OutsideDown("signing", getattr(other, "why", "不接受这批文书"))


def batches_cancel(event: CaseReopened) -> None:
    """Outbox: back to filling in — the open tasks of all attempts so far are void."""
    _cancel(Case.objects.get(number=event.case_no))


def case_batches_cancel(event: CaseWithdrawn) -> None:
    """Outbox: withdrawn or expired — nothing of it is to be signed any more."""
    _cancel(Case.objects.get(number=event.case_no))


def _cancel(case: Case) -> None:
    """Cancel the batch of every attempt; one that is not there, or is over already, is no error."""
    for attempt in range(1, case.signing_attempt + 1):
        match port.cancel_batch(f"{case.number}-{attempt}"):
            case Unavailable(_, why):
                raise OutsideDown("signing", why)
            case _:
                continue


def batch_sync(case: Case) -> bool:
    """Ask 电子签名 how the batch stands and store what is new; True when everything is signed."""
    match port.batch_state(batch_ref(case)):
        case Found(state):
            pass
        case _:
            return False
    for document in state["documents"]:
        paper = _paper_of(case, document["ref"])
        if paper is None:
            continue
        _slots_store(paper, document["tasks"])
        if document["state"] == "complete" and not paper.signed_file_id:
            _signed_store(paper)
    return _close_if_done(case)


def _paper_of(case: Case, ref: str) -> Paper | None:
    number = ref.removeprefix("paper-")
    return case.papers.filter(pk=int(number)).first() if number.isdigit() else None


def _slots_store(paper: Paper, tasks: Iterable[Mapping[str, Any]]) -> None:
    """What was decided is stored and told once, however many ask at the same time. An answer from before it was decided,
    which comes late, takes nothing back."""
    decided = {"signed": Slot.State.SIGNED, "refused": Slot.State.REFUSED, "cancelled": Slot.State.CANCELLED}
    for task in tasks:
        state = decided.get(task["state"])
        if state is None:
            continue
        with transaction.atomic():
            slots = Slot.objects.select_for_update(of=("self",)).filter(paper=paper, name=task["slot"])
            slot = slots.exclude(state=state).first()
            if slot is None:
                continue
            slot.state = state
            slot.serial, slot.reason = str(task.get("sign_no") or "")[:80], str(task.get("reason") or "")[:200]
            slot.changed_at = clock.now()
            slot.save(update_fields=["state", "serial", "reason", "changed_at"])
            _told(paper, slot)


def _told(paper: Paper, slot: Slot) -> None:
    """The way of the case shows who signed and who would not."""
    if paper.state == Paper.State.SUPERSEDED:
        return
    if slot.state == Slot.State.SIGNED:
        verb = "盖章" if slot.kind == "seal" else "签名"
        step_add(paper.case, "signed", f"《{paper.title}》已{verb}", slot.signer_name)
    elif slot.state == Slot.State.REFUSED:
        step_add(paper.case, "sign_refused", f"《{paper.title}》不同意签：{slot.reason}", slot.signer_name)


def _signed_store(paper: Paper) -> None:
    """Fetch the signed file and keep it; a file whose digest differs is not taken."""
    match port.fetch_signed(paper.ref):
        case Found(content):
            stored = file_store(content, kind="pdf")
        case _:
            return
    with transaction.atomic():
        if Paper.objects.filter(pk=paper.pk, signed_file=None).update(signed_file=stored, signed_at=clock.now()):
            file_refer(stored)


def _close_if_done(case: Case) -> bool:
    """When the last signature is there, tell the one who has to submit."""
    signed = all_signed(case)
    for party in case.parties.filter(kind=Party.Kind.SIGNER, state=Party.State.INVITED):
        if not any(slot.signer_index == party.person_index for slot in open_slots(case)):
            Party.objects.filter(pk=party.pk).update(state=Party.State.ACTIVE, answered_at=clock.now())
    if signed and case.state == State.SIGNING:
        _all_signed_once(case)
    return signed


@transaction.atomic
def _all_signed_once(case: Case) -> None:
    kind = f"all_signed:{case.signing_attempt}"
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if not case.steps.filter(kind=kind).exists():
        step_add(case, kind, "签名都齐了，可以提交", "系统")


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
    step_add(case, "reopened", "回到填写，没签的签名任务已取消", actor.name)
    audit.record(actor, "case.reopen", "case", case.number)
    publish(CaseReopened(case_no=case.number, round=case.round))
    return case


def own_uploads(case: Case) -> list[Upload]:
    """Uploads that are part of the case."""
    return list(case.uploads.exclude(file=None))
