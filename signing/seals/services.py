"""Sealing: prepare all documents of a batch that wait for the enterprise, order one confirmation, act on its answer.

What 电子营业执照 says is asked for; a callback, early, late, twice or never, is only a nudge to ask.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.config import config
from foundation.files.services import file_read, file_refer, file_store
from foundation.identity.actor import Actor
from foundation.jobs import job
from foundation.outside.client import OutsideDown
from foundation.outside.result import Found, NotFound, Result, Unavailable
from signing.ceremonies.placing import NotPlaced, Seal, keep, place
from signing.ceremonies.starting import Place
from signing.ceremonies.trust import Trust, trust
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.integrations import elicence
from signing.pdf.appearance import Appearance
from signing.pdf.errors import SigningError
from signing.pdf.ses import Ses
from signing.pdf.sign import Prepared, merge, prepare
from signing.seals.models import SealItem, SealItemState, SealOrder, SealState, SealVerb
from signing.seals.usable import Means, means_of, why_taken_back
from signing.tasks.models import Batch, Document, Reading, Subject, Task
from signing.tasks.states import DocumentState, TaskState, TaskVerb, WrongState

RUNNING = (SealState.PREPARED, SealState.ORDERED)
CONFIRM_WITHIN = timedelta(minutes=20)
ASK_EVERY = timedelta(seconds=5)
ASK_LATE = timedelta(hours=24)
"""How long after its time an order is still asked about, so that a value under way is at least kept."""


def seal_start(*, actor: Actor, subject: Subject, batch: Batch, place: Place) -> Result[SealOrder]:
    """Prepare and order the seal for every document of `batch` that waits for this enterprise and was read.

    WrongState when there is nothing to seal; SealUnusable when the enterprise has no licence or seal that may be used.
    """
    running = SealOrder.objects.filter(
        subject=subject, batch=batch, state=SealState.ORDERED, lapses_at__gt=clock.wall()
    )
    again = running.order_by("-pk").first()
    if again:
        return Found(again)
    means = means_of(subject.key)
    if not isinstance(means, Found):
        return means
    order = _prepare_all(actor, subject, batch, means.value, place)
    answer = elicence.seal_order(
        uscc=subject.key,
        documents=[_to_be_signed(item) for item in order.items.select_related("task__document", "base").order_by("pk")],
        title=f"{batch.matter.company_name}：{batch.title}",
        callback_url=f"{config().base_url('signing')}/callbacks/elicence/",
        return_url=f"{config().base_url('signing')}/seals/{order.ref}/",
        ref=order.ref,
    )
    if not isinstance(answer, Found):
        seal_lapse(order, "电子营业执照没有回应")
        return answer
    with transaction.atomic():
        order = SealOrder.objects.select_for_update().get(pk=order.pk)
        order.move(SealVerb.ORDER)
        order.order_no, order.url = answer.value.order_no, answer.value.url
        order.ask_after = clock.wall() + ASK_EVERY * 3
        order.save()
    return Found(order)


def seal_running(tasks: Iterable[Task]) -> SealOrder | None:
    """The order that is being prepared or waits for the enterprise, for one of these slots."""
    under_way = SealOrder.objects.filter(items__task__in=list(tasks), state__in=RUNNING)
    return under_way.order_by("-pk").first()


def _to_be_signed(item: SealItem) -> tuple[str, str, bytes]:
    return item.sign_no, item.task.document.title, _prepared(item).to_be_signed


def _prepared(item: SealItem) -> Prepared:
    return Prepared.from_json(item.prepared, base=file_read(item.base))


@transaction.atomic
def _prepare_all(actor: Actor, subject: Subject, batch: Batch, means: Means, place: Place) -> SealOrder:
    issued, made = means.issued, means.made
    order = SealOrder.objects.create(
        ref=f"S{secrets.token_hex(12)}",
        subject=subject,
        batch=batch,
        certificate=issued.certificate,
        chain=_texts(issued.chain),
        seal=made.seal.der,
        seal_chain=_texts(made.chain),
        es_id=made.seal.info.es_id,
        session=actor.session_ref,
        device=place.device[:120],
        address=place.address[:45],
        channel=place.channel,
        asked_at=clock.now(),
        lapses_at=clock.wall() + CONFIRM_WITHIN,
    )
    for task in _sealable(subject, batch):
        _prepare_one(order, task, means)
    tasks = [item.sign_no for item in order.items.order_by("pk")]
    record(actor, "seal.start", "seal", order.ref, tasks=tasks, es_id=order.es_id)
    return order


def _texts(certificates: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(der).decode() for der in certificates]


def _sealable(subject: Subject, batch: Batch) -> list[Task]:
    """One open seal slot per document (a second slot of the same document is sealed with the next order), locked."""
    documents = list(
        Document.objects.select_for_update()
        .filter(batch=batch, state=DocumentState.OPEN, tasks__subject=subject)
        .order_by("pk")
    )
    tasks = list(
        Task.objects.select_for_update(of=("self",))
        .filter(document__in=documents, subject=subject, kind=Task.Kind.SEAL, state=TaskState.OPEN)
        .select_related("document__batch__matter", "document__current")
        .order_by("document_id", "position")
    )
    first = list({task.document_id: task for task in reversed(tasks)}.values())[::-1]
    if not first:
        raise WrongState("这里没有等企业盖章的文书了。")
    agreed = set(Reading.objects.filter(subject=subject, agreed_at__isnull=False).values_list("document_id", flat=True))
    unread = [task.document.title for task in first if task.document_id not in agreed]
    if unread:
        raise WrongState(f"《{unread[0]}》还没有读完。读完每一页，勾选“我读过了，内容属实”，再盖章。")
    held = [
        task.document.title for task in first if task.document.held_until and task.document.held_until > clock.wall()
    ]
    if held:
        raise WrongState(f"《{held[0]}》正在由另一家企业盖章，请等它办完。")
    return first


def _prepare_one(order: SealOrder, task: Task, means: Means) -> None:
    issued, made = means.issued, means.made
    document, moment = task.document, clock.now()
    if document.current is None:
        raise WrongState(f"《{document.title}》的文件还没有取到。")
    task.move(TaskVerb.BEGIN)
    task.attempt += 1
    task.sign_no = f"{document.batch.matter.number}-{document.seq}-{task.position}-{task.attempt}"
    task.save(update_fields=["state", "attempt", "sign_no"])
    look = Appearance(
        image_png=None,
        printed_name=order.subject.name,
        lines=(f"{clock.to_shanghai(moment):%Y-%m-%d %H:%M:%S}", task.sign_no),
        picture=made.seal.info.picture,
    )
    base, container = file_read(document.current), Ses(made.seal.der, made.chain)
    prepared = prepare(base, task.slot, look, issued.certificate, issued.chain, moment, container=container)
    SealItem.objects.create(
        order=order,
        task=task,
        sign_no=task.sign_no,
        prepared=prepared.to_json(base=base),
        base=document.current,
        signed_at=moment,
    )
    Document.objects.filter(pk=document.pk).update(held_by=order.ref, held_until=order.lapses_at)


@job(queue="signing", attempts=3)
def seal_ask(ref: str) -> None:
    """Ask how an order stands and act on it; harmless when it is settled."""
    seal_settle(ref)


def seal_settle(ref: str) -> SealOrder:
    """Ask 电子营业执照 how an order stands and act on it. Idempotent; SealOrder.DoesNotExist for an unknown `ref`."""
    order = SealOrder.objects.get(ref=ref)
    if order.state not in {SealState.ORDERED, SealState.LAPSED} or order.order_no is None:
        return order
    answer = elicence.seal_outcome(order.order_no)
    taken_back, believed = "", Trust([], [])
    if isinstance(answer, Found) and answer.value.status == "signed":
        try:
            believed = trust()
        except OutsideDown as down:
            answer = down.unavailable()
        standing = why_taken_back(order.es_id) if order.es_id else ""
        if isinstance(standing, Unavailable):
            answer = standing
        else:
            taken_back = standing
    with transaction.atomic():
        order = SealOrder.objects.select_for_update(of=("self",)).select_related("subject").get(ref=ref)
        if order.state in {SealState.ORDERED, SealState.LAPSED}:
            _act_on(order, answer, believed, taken_back)
    return order


def _act_on(order: SealOrder, answer: Result[elicence.SealOutcome], believed: Trust, taken_back: str) -> None:
    match answer:
        case Found(outcome) if (outcome.ref, outcome.order_no) != (order.ref, order.order_no):
            attempt_refuse(Reason.BORROWED, subject_key=order.subject.key, obj_kind="seal", obj_ref=order.ref)
            _ask_later(order)
        case Found(outcome) if outcome.status == "signed" and taken_back:
            _refuse_all(order, taken_back)
        case Found(outcome) if outcome.status == "signed":
            _apply(order, outcome, believed)
        case Found(outcome) if outcome.status == "refused":
            _end(order, SealVerb.REFUSE, "企业没有同意盖章")
        case Found(outcome) if outcome.status == "expired":
            _end(order, SealVerb.LAPSE, "没有在规定时间内确认")
        case NotFound():
            _end(order, SealVerb.LAPSE, "电子营业执照没有这张签章单")
        case Found() | Unavailable():
            _ask_later(order)


def _ask_later(order: SealOrder) -> None:
    """Wait on; an order over time frees its documents, yet is asked about for another day, so that a late value is kept."""
    if order.state == SealState.ORDERED and clock.wall() > order.lapses_at:
        _end(order, SealVerb.LAPSE, "没有在规定时间内确认")
    over = clock.wall() > order.lapses_at + ASK_LATE
    late = order.state == SealState.LAPSED
    order.ask_after = None if over else clock.wall() + (timedelta(minutes=10) if late else ASK_EVERY)
    order.save(update_fields=["ask_after"])


def _end(order: SealOrder, verb: SealVerb, why: str) -> None:
    if order.state == SealState.LAPSED:
        order.ask_after = None
        order.save(update_fields=["ask_after"])
        return
    order.move(verb)
    order.problem, order.settled_at, order.ask_after = why[:200], clock.now(), None
    order.save()
    for item in order.items.filter(state=SealItemState.WAITING).order_by("task__document_id"):
        _item_end(item, SealItemState.DROPPED, why)
    record(Actor.system("signing"), f"seal.{verb}", "seal", order.ref)


def seal_lapse(order: SealOrder, why: str) -> None:
    """Give an order up: its documents are free again."""
    with transaction.atomic():
        locked = SealOrder.objects.select_for_update().get(pk=order.pk)
        if locked.state in {SealState.PREPARED, SealState.ORDERED}:
            _end(locked, SealVerb.LAPSE, why)


def _item_end(item: SealItem, state: SealItemState, why: str) -> None:
    """End an item without a counted seal; task and document are free again unless they were closed meanwhile."""
    document = Document.objects.select_for_update().get(pk=item.task.document_id)
    task = Task.objects.select_for_update().get(pk=item.task_id)
    if task.state == TaskState.SIGNING and task.sign_no == item.sign_no:
        task.move(TaskVerb.RELEASE)
        task.save(update_fields=["state"])
    if document.held_by == item.order.ref:
        Document.objects.filter(pk=document.pk).update(held_by="", held_until=None)
    item.state, item.problem, item.settled_at = state, why[:200], clock.wall()
    item.save(update_fields=["state", "problem", "settled_at"])


def _refuse_all(order: SealOrder, why: str) -> None:
    """The seal was taken back meanwhile: what was made with it does not count."""
    attempt_refuse(
        Reason.BAD_SEAL, subject_key=order.subject.key, obj_kind="seal", obj_ref=order.ref, es_id=order.es_id
    )
    if order.state == SealState.ORDERED:
        _settle(order)
        for item in order.items.filter(state=SealItemState.WAITING).order_by("task__document_id"):
            _item_end(item, SealItemState.FAILED, f"{why}，这次盖的章不算")
        record(Actor.system("signing"), "seal.settle", "seal", order.ref, order_no=order.order_no or "")
    else:
        _end(order, SealVerb.LAPSE, why)


def _settle(order: SealOrder) -> None:
    order.move(SealVerb.SETTLE)
    order.settled_at, order.ask_after = clock.now(), None
    order.save()


def _apply(order: SealOrder, outcome: elicence.SealOutcome, believed: Trust) -> None:
    """Merge every value that came with the order."""
    _settle(order)
    waiting = order.items.exclude(state__in=[SealItemState.SEALED, SealItemState.LATE])
    for item in waiting.select_related("task__document__batch__matter", "base").order_by("task__document_id"):
        value = outcome.values.get(item.sign_no)
        if value is None or outcome.certificate != bytes(order.certificate):
            _refuse_value(item, Reason.BAD_CERTIFICATE if value else Reason.BAD_VALUE)
        else:
            _apply_one(order, item, value, believed)
    record(Actor.system("signing"), "seal.settle", "seal", order.ref, order_no=order.order_no or "")


def _apply_one(order: SealOrder, item: SealItem, value: bytes, believed: Trust) -> None:
    certificate = bytes(order.certificate)
    try:
        merged = merge(_prepared(item), value)
    except SigningError:
        _refuse_value(item, Reason.BAD_VALUE)
        return
    document = Document.objects.select_for_update().get(pk=item.task.document_id)
    task = Task.objects.select_for_update().get(pk=item.task_id)
    seal = Seal(
        sign_no=item.sign_no,
        verification_no=order.order_no or "",
        ceremony_no=order.ref,
        certificate=certificate,
        chain=tuple(base64.b64decode(text) for text in order.chain),
        value=value,
        signed_at=item.signed_at,
        device=order.device,
        address=order.address,
    )
    counts = task.state == TaskState.SIGNING and task.sign_no == item.sign_no and document.current_id == item.base_id
    if not counts:
        late = file_store(merged, kind="pdf")
        file_refer(late)
        keep(task=task, seal=seal, before=item.base, after=late, counted=False)
        _item_end(item, SealItemState.LATE, "文书已经取消或改过，签章存档，不计入文书")
        return
    try:
        place(document=document, task=task, seal=seal, before=item.base, merged=merged, believed=believed)
    except NotPlaced as no:
        _item_end(item, SealItemState.FAILED, str(no))
        return
    item.state, item.settled_at = SealItemState.SEALED, clock.wall()
    item.save(update_fields=["state", "settled_at"])


def _refuse_value(item: SealItem, reason: Reason) -> None:
    _item_end(item, SealItemState.FAILED, reason.label)
    attempt_refuse(
        reason, subject_key=item.task.subject.key, obj_kind="seal", obj_ref=item.order.ref, sign_no=item.sign_no
    )


def seals_due() -> None:
    """Ticker: ask about orders whose callback has not come; free what was prepared and never ordered."""
    for ref in SealOrder.objects.filter(ask_after__lte=clock.wall()).values_list("ref", flat=True)[:200]:
        seal_ask.configure(queueing_lock=f"seal:{ref}").defer_once(ref=ref)
    stuck = SealOrder.objects.filter(state=SealState.PREPARED, lapses_at__lte=clock.wall() - timedelta(minutes=1))
    for order in stuck.order_by("pk")[:200]:
        seal_lapse(order, "没有送到电子营业执照")
