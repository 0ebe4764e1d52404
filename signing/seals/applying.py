"""盖上: the values of a confirmation are merged and put into their documents, some in one transaction, under the documents' locks.

One file that breaks, in whatever way, stops no other: it alone fails with its reason and can be sealed in another order.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction

from foundation import clock
from foundation.audit import record
from foundation.files.services import file_read, file_refer, file_store
from foundation.identity.actor import Actor
from signing.ceremonies.placing import NotPlaced, Placing, Seal, keep, place_all, placing_of
from signing.ceremonies.trust import Trust
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.integrations import elicence
from signing.pdf.errors import SigningError
from signing.pdf.sign import Prepared, merge
from signing.seals.models import SealItem, SealItemState, SealOrder, SealState
from signing.tasks.models import Document, Task
from signing.tasks.states import TaskState, TaskVerb

ASKED = (SealState.ORDERED, SealState.LAPSED)
"""Orders of which the enterprise's values are still taken: those that lapsed too, so that a late value is kept."""
DECIDED = (SealItemState.SEALED, SealItemState.LATE, SealItemState.FAILED)
AT_ONCE = 20
"""Items sealed in one transaction."""
LEASE = timedelta(seconds=45)
"""A run that has not placed anything for so long is taken for dead, and the order is asked about again."""
BROKEN = "文件暂时读不出来，或者存不下"
NO_DATABASE = (OperationalError, InterfaceError)
"""Not one file's fault: everything waits, and is tried again."""
log = structlog.get_logger(__name__)


def undecided(order: SealOrder) -> list[int]:
    """The items that a value may still be taken for."""
    left = order.items.exclude(state__in=DECIDED)
    return list(left.order_by("task__document_id", "pk").values_list("pk", flat=True))


def values_apply(order: SealOrder, outcome: elicence.SealOutcome, believed: Trust, items: Sequence[int]) -> None:
    """Decide these items, some at a time; when something breaks, one by one, and what broke alone has failed."""
    for start in range(0, len(items), AT_ONCE):
        some = items[start : start + AT_ONCE]
        if _applied(order, outcome, believed, some):
            continue
        for one in some:
            if len(some) == 1 or not _applied(order, outcome, believed, [one]):
                _give_up(order, one)


def _applied(order: SealOrder, outcome: elicence.SealOutcome, believed: Trust, items: Sequence[int]) -> bool:
    try:
        _apply(order, outcome, believed, items)
    except NO_DATABASE:
        raise
    except Exception as error:  # whatever it is: the others are sealed, and of this one it is said
        log.warning("seal.broken", order=order.ref, items=len(items), error=type(error).__name__)
        return False
    return True


@transaction.atomic
def _apply(order: SealOrder, outcome: elicence.SealOutcome, believed: Trust, items: Sequence[int]) -> None:
    """Merge the values of some items; all that count are put into their documents together."""
    locked = _locked(order, items)
    sealed: list[tuple[SealItem, Placing]] = []
    for item in locked:
        value = outcome.values.get(item.sign_no)
        if value is None or outcome.certificate != bytes(item.order.certificate):
            _refuse_value(item, Reason.BAD_CERTIFICATE if value else Reason.BAD_VALUE)
        else:
            sealed += [(item, placing) for placing in _placing(item, value, believed)]
    place_all([placing for _, placing in sealed])
    SealItem.objects.filter(pk__in=[item.pk for item, _ in sealed]).update(
        state=SealItemState.SEALED, settled_at=clock.wall()
    )


def _locked(order: SealOrder, items: Sequence[int]) -> list[SealItem]:
    """Those for which nothing is decided, with their documents and tasks, all locked: the order first. It is asked about again
    when this run dies."""
    locked = SealOrder.objects.select_for_update(of=("self",)).select_related("subject").get(pk=order.pk)
    if locked.state not in ASKED:
        return []
    locked.ask_after = clock.wall() + LEASE
    locked.save(update_fields=["ask_after"])
    left = locked.items.filter(pk__in=items).exclude(state__in=DECIDED)
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
    found = list(left.select_related("base").order_by("task__document_id", "pk"))
    for item in found:
        item.order, item.task = locked, tasks[item.task_id]
        item.task.document = documents[item.task.document_id]
    return found


def prepared_of(item: SealItem) -> Prepared:
    """What was prepared of a document. SigningError when it and the file do not belong together."""
    return Prepared.from_json(item.prepared, base=file_read(item.base))


def _placing(item: SealItem, value: bytes, believed: Trust) -> Iterator[Placing]:
    """The seal on its way into its document; nothing when it does not hold, or comes too late and is kept apart."""
    order, task, document = item.order, item.task, item.task.document
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
        item_end(item, SealItemState.LATE, "文书已经取消或改过，签章存档，不计入文书")
        return
    try:
        yield placing_of(document=document, task=task, seal=seal, before=item.base, merged=merged, believed=believed)
    except NotPlaced as no:
        item_fail(item, str(no))


def _refuse_value(item: SealItem, reason: Reason) -> None:
    item_end(item, SealItemState.FAILED, reason.label)
    attempt_refuse(
        reason, subject_key=item.task.subject.key, obj_kind="seal", obj_ref=item.order.ref, sign_no=item.sign_no
    )


@transaction.atomic
def _give_up(order: SealOrder, pk: int) -> None:
    """One item broke in a way that nobody foresaw: it is to be sealed in another order."""
    for item in _locked(order, [pk]):
        log.error("seal.file", order=order.ref, sign_no=item.sign_no)
        item_fail(item, BROKEN)


def item_fail(item: SealItem, why: str) -> None:
    """An item that our side could not seal: it can be tried again, and operators read why."""
    item_end(item, SealItemState.FAILED, why)
    record(Actor.system("signing"), "task.fail", "task", item.sign_no, why=why[:100])


def item_end(item: SealItem, state: SealItemState, why: str) -> None:
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
