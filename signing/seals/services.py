"""Sealing: what became of an order. What was prepared is merged with the values of the enterprise's one confirmation.

What 电子营业执照 says is asked for; a callback, early, late, twice or never, is only a nudge to ask.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.files.services import file_read, file_refer, file_store
from foundation.identity.actor import Actor
from foundation.jobs import job
from foundation.outside.client import OutsideDown
from foundation.outside.result import Found, NotFound, Result, Unavailable
from signing.ceremonies.placing import NotPlaced, Placing, Seal, keep, place_all, placing_of
from signing.ceremonies.trust import Trust, trust
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.integrations import elicence
from signing.pdf.errors import SigningError
from signing.pdf.sign import Prepared, merge
from signing.seals.models import SealItem, SealItemState, SealOrder, SealState, SealVerb
from signing.seals.usable import why_taken_back
from signing.tasks.models import Document, Task
from signing.tasks.states import TaskState, TaskVerb

RUNNING = (SealState.PREPARED, SealState.ORDERED)
CONFIRM_WITHIN = timedelta(minutes=20)
ASK_EVERY = timedelta(seconds=5)
ASK_LATE = timedelta(hours=24)
"""How long after its time an order is still asked about, so that a value under way is at least kept."""


def seal_running(tasks: Iterable[Task]) -> SealOrder | None:
    """The order that is being prepared or waits for the enterprise, for one of these slots."""
    under_way = SealOrder.objects.filter(items__task__in=list(tasks), state__in=RUNNING)
    return under_way.order_by("-pk").first()


def prepared_of(item: SealItem) -> Prepared:
    """The state of one document between 签名原文 and value."""
    return Prepared.from_json(item.prepared, base=file_read(item.base))


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
    """Merge every value that came with the order; all that count are put into their documents together."""
    _settle(order)
    sealed: list[tuple[SealItem, Placing]] = []
    for item in _waiting(order):
        value = outcome.values.get(item.sign_no)
        if value is None or outcome.certificate != bytes(order.certificate):
            _refuse_value(item, Reason.BAD_CERTIFICATE if value else Reason.BAD_VALUE)
        else:
            sealed += [(item, placing) for placing in _placing(order, item, value, believed)]
    place_all([placing for _, placing in sealed])
    SealItem.objects.filter(pk__in=[item.pk for item, _ in sealed]).update(
        state=SealItemState.SEALED, settled_at=clock.wall()
    )
    record(Actor.system("signing"), "seal.settle", "seal", order.ref, order_no=order.order_no or "")


def _waiting(order: SealOrder) -> list[SealItem]:
    """The items for which nothing is decided, with their documents and tasks, both locked."""
    left = order.items.exclude(state__in=[SealItemState.SEALED, SealItemState.LATE])
    documents = {
        one.pk: one
        for one in Document.objects.select_for_update(of=("self",))
        .select_related("batch__matter")
        .filter(pk__in=list(left.values_list("task__document_id", flat=True)))
        .order_by("pk")
    }
    tasks = {
        one.pk: one
        for one in Task.objects.select_for_update(of=("self",))
        .select_related("subject")
        .filter(pk__in=list(left.values_list("task_id", flat=True)))
        .order_by("pk")
    }
    items = list(left.select_related("base").order_by("task__document_id", "pk"))
    for item in items:
        item.order, item.task = order, tasks[item.task_id]
        item.task.document = documents[item.task.document_id]
    return items


def _placing(order: SealOrder, item: SealItem, value: bytes, believed: Trust) -> Iterator[Placing]:
    """The seal on its way into its document; nothing when it does not hold, or comes too late and is kept apart."""
    task, document = item.task, item.task.document
    try:
        merged = merge(prepared_of(item), value)
    except SigningError:
        _refuse_value(item, Reason.BAD_VALUE)
        return
    seal = Seal(
        sign_no=item.sign_no,
        verification_no=order.order_no or "",
        ceremony_no=order.ref,
        certificate=bytes(order.certificate),
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
        yield placing_of(document=document, task=task, seal=seal, before=item.base, merged=merged, believed=believed)
    except NotPlaced as no:
        _item_end(item, SealItemState.FAILED, str(no))


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
