"""What the worker does about signatures: hand a batch to 电子签名, cancel it, and take in what has been signed.

A callback is only a nudge: the state is asked for. Late signatures after a return or withdrawal are stored, not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from foundation import clock
from foundation.config import config
from foundation.crypto.index import person_index
from foundation.files.services import file_refer, file_store
from foundation.identity.models import Account
from foundation.outside.client import OutsideDown
from foundation.outside.result import Found, Unavailable
from reg.casefile.models import Case, Party
from reg.casefile.selectors import case_view
from reg.casefile.services import step_add
from reg.casefile.states import State
from reg.cases.events import CaseReopened, CaseWithdrawn, SignaturesRequested
from reg.cases.signing import ROLES, all_signed, batch_ref, open_slots
from reg.entities.selectors import entity_get, today_facts
from reg.integrations import signing as port
from reg.materials.models import Paper, Slot
from reg.materials.services import papers_current
from signing_client import Batch, Business, Document, Person, TaskState
from signing_client import Entity as EntityNamed
from signing_client import Slot as SlotOrder


def batch_order(case: Case) -> Batch:
    """The batch of this round: only papers that still lack signatures."""
    base = config().base_url("reg")
    waiting = [paper for paper in papers_current(case) if paper.slots and not paper.signed_file_id]
    return Batch(
        ref=batch_ref(case),
        business=Business.CHANGE,
        case_no=case.number,
        title="变更登记文书",
        company=EntityNamed(name=case.entity.name, uscc=case.entity.uscc),
        callback_url=f"{base}{reverse('signing-callback')}",
        return_url=f"{base}{reverse('case-after-signing', args=[case.number])}",
        documents=[_document(paper, base) for paper in waiting],
    )


def _document(paper: Paper, base: str) -> Document:
    return Document(
        ref=paper.ref,
        title=paper.title,
        sha256=paper.file.sha256 if paper.file else "",
        download_url=f"{base}{reverse('paper-file', args=[paper.pk])}",
        must_read=list(paper.must_read)[:20],
        text=paper.text,
        slots=[_slot(place, paper) for place in paper.slots],
    )


def _slot(place: Mapping[str, Any], paper: Paper) -> SlotOrder:
    keys = ("name", "page", "x", "y", "width", "height")
    where = {key: place[key] for key in keys}
    return SlotOrder(**where, role=ROLES.get(place["role"], "签名人"), signer=_signer(place, paper))


def _signer(place: Mapping[str, Any], paper: Paper) -> Person | EntityNamed:
    kind, _, rest = str(place["signer"]).partition(":")
    if kind == "person":
        id_type, _, number = rest.partition(":")
        mobile = mobile_of(paper.case, person_index(id_type, number))
        return Person(name=place["signer_name"], id_type=id_type, id_number=number, mobile=mobile)
    mobile = mobile_of_entity(rest) if rest != paper.case.entity.uscc else ""
    return EntityNamed(name=place["signer_name"], uscc=rest, mobile=mobile)


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
    """Outbox: hand the batch to 电子签名. The reference makes a repeat harmless; a silent system is tried again.

    Batches of before are cancelled first: one that was on its way when it was taken back would lock the papers for ever. So
    is this one when the case was taken back while it was on its way.
    """
    case = Case.objects.select_related("entity").get(number=event.case_no)
    if case.state != State.SIGNING or case.round != event.round:
        _cancel(case, _void(case))  # a try of before may have been taken unheard, after it was cancelled
        return
    order = batch_order(case)
    if not order.documents:
        return
    _cancel(case, _void(case))
    match port.create_batch(order):
        case Found():
            case.refresh_from_db(fields=["state", "signing_attempt"])
            _cancel(case, [attempt for attempt in _void(case) if order.ref == f"{case.number}-{attempt}"])
        case other:
            raise OutsideDown("signing", getattr(other, "why", "不接受这批文书"))


def batches_cancel(event: CaseReopened) -> None:
    """Outbox: back to filling in — the open tasks of all attempts until then are void."""
    case = Case.objects.get(number=event.case_no)
    _cancel(case, _void(case))


def case_batches_cancel(event: CaseWithdrawn) -> None:
    """Outbox: withdrawn or expired — nothing of it is to be signed any more."""
    case = Case.objects.get(number=event.case_no)
    _cancel(case, _void(case))


def _void(case: Case) -> Iterable[int]:
    """Attempts under which nothing is to be signed any more: all but the one that is under way, since an event may be heard
    of after signatures were asked for again."""
    return range(1, case.signing_attempt + (case.state != State.SIGNING))


def _cancel(case: Case, attempts: Iterable[int]) -> None:
    """Cancel their batches; one that is not there, or is over already, is no error."""
    for attempt in attempts:
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
    for document in state.documents:
        paper = _paper_of(case, document.ref)
        if paper is None:
            continue
        _slots_store(paper, document.tasks)
        if document.complete and not paper.signed_file_id:
            _signed_store(paper, document.signed_sha256)
    return _close_if_done(case)


def _paper_of(case: Case, ref: str) -> Paper | None:
    number = ref.removeprefix("paper-")
    return case.papers.filter(pk=int(number)).first() if number.isdigit() else None


def _asked_again(case: Case) -> bool:
    """Whether signatures were asked for again since `case` was read: what is answered about the attempt before counts no more.
    Inside a transaction, until whose end nobody asks again or takes the papers back."""
    now = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    return now.signing_attempt != case.signing_attempt


def _slots_store(paper: Paper, tasks: Iterable[TaskState]) -> None:
    """What was decided is stored and told once, however many ask at the same time. An answer from before it was decided,
    which comes late, takes nothing back; nor does one about an attempt before."""
    decided = {"signed": Slot.State.SIGNED, "refused": Slot.State.REFUSED, "cancelled": Slot.State.CANCELLED}
    for task in tasks:
        state = decided.get(task.state)
        if state is None:
            continue
        with transaction.atomic():
            slots = Slot.objects.select_for_update(of=("self",)).filter(paper=paper, name=task.slot)
            slot = None if _asked_again(paper.case) else slots.exclude(state=state).first()
            if slot is None:
                continue
            slot.state = state
            slot.serial, slot.reason = (task.sign_no or "")[:80], task.reason[:200]
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


def _signed_store(paper: Paper, sha256: str | None) -> None:
    """Fetch the signed file and keep it; a file whose digest differs is not taken."""
    match port.fetch_signed(paper.ref, sha256=sha256):
        case Found(content):
            stored = file_store(content, kind="pdf")
        case _:
            return
    with transaction.atomic():
        if _asked_again(paper.case):
            return
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
    now = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if (now.state, now.signing_attempt) != (State.SIGNING, case.signing_attempt):
        return  # it was taken back meanwhile
    if not case.steps.filter(kind=kind).exists():
        step_add(case, kind, "签名都齐了，可以提交", "系统")
