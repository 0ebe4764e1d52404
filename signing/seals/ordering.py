"""服务端批量签署: a business system orders an enterprise's seal on its own documents and brings up 电子营业执照 itself. R139.

Nobody is logged in here. Who may seal, and that he is there, 电子营业执照 asks of its holder by his password; what it answers
is merged, verified and counted exactly as after a signer's own order (services.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from foundation import clock
from foundation.audit import record
from foundation.config import config
from foundation.crypto import crypto
from foundation.identity.actor import Actor
from foundation.outside.result import Found, NotFound, Unavailable
from signing.ceremonies.starting import Place
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.integrations import elicence
from signing.integrations.systems import SYSTEMS
from signing.seals.applying import prepared_of
from signing.seals.models import SealItem, SealOrder, SealState
from signing.seals.scope import RUNNING
from signing.seals.services import UNSENT, seal_lapse, seal_try
from signing.seals.starting import order_note, order_prepare
from signing.seals.usable import Means, SealUnusable, means_of
from signing.tasks.clients import client_owns
from signing.tasks.models import ClientSystem, Document, Subject, Task
from signing.tasks.orders import OrderRefused
from signing.tasks.states import DocumentState, TaskState

NAMED = 5
"""Documents that a refusal names; of more it says how many."""


@dataclass(frozen=True)
class Wanted:
    """A document of the client, by its reference."""

    document: str
    slot: str = ""
    """Name of the slot; empty: the enterprise's first that is open."""


@dataclass(frozen=True)
class SealWish:
    """What a client orders."""

    uscc: str
    wanted: tuple[Wanted, ...]
    return_url: str = ""
    """Where the holder goes back to after he decided."""


class Fault(NamedTuple):
    """Why a document cannot be sealed now."""

    code: str
    why: str
    status: int = 409


NOT_READY = Fault("not_ready", "的文件还没有取到，取到以后再发起。")
CLOSED = Fault("document_closed", "已经办结或者取消，不能再盖章。")
RUNS = Fault("seal_running", "正在盖章，办完以前不能再发起。")
DONE = Fault("sealed", "这家企业已经盖过章。")
NO_SLOT = Fault("no_slot", "没有这家企业盖章的位置。", 422)
PERSONS = Fault("not_a_seal", "写明的位置是个人签名。个人签名只能由本人办理，业务系统不能发起。", 422)
OTHERS = Fault("other_enterprise", "写明的位置不是这家企业盖章。", 422)


def seal_order_create(
    *, actor: Actor, client: ClientSystem, wish: SealWish, key: str, digest: str, place: Place
) -> SealOrder:
    """Prepare the documents, get the 业务唯一标识 of 电子营业执照; the same `key` with the same `digest` of the body gives the
    same order. `place`: from where the client calls.

    OrderRefused: 404 for a document that this client has not, 409 for a used key or one that is being sealed, 422 for what
    this enterprise cannot seal, 503 while an outside system is away; then nothing stays, and the same call may be made again.
    """
    _check(client, wish)
    order = _known(client, key, digest)
    if order is None:
        documents = _own(actor, client, wish, place)
        _slots(wish, documents)  # told before anybody outside is asked; asked again under the locks
        order = _open(actor, client, wish, key, digest, place, _means(wish.uscc))
    return _sent(order, wish)


def seal_order_cancel(*, actor: Actor, order: SealOrder) -> None:
    """Give an order up: its documents are free again. What the holder confirmed before stands, and is sealed as soon as it can
    be; what he confirms later is kept and not counted. Repeating it changes nothing."""
    seal_try(order.ref)
    with transaction.atomic():
        locked = SealOrder.objects.select_for_update().get(pk=order.pk)
        if locked.state in RUNNING and locked.confirmed_at is None:
            seal_lapse(locked, "业务系统取消了")
            record(actor, "seal.cancel", "seal", order.ref)


def slots_left(order: SealOrder) -> Mapping[int, int]:
    """By document: how many more slots of this enterprise are open. An order seals one slot of each document."""
    documents = order.items.values("task__document_id")
    open_slots = Q(subject=order.subject_id, kind=Task.Kind.SEAL, state=TaskState.OPEN, document__in=documents)
    rows = Task.objects.filter(open_slots).values_list("document_id").annotate(left=Count("pk"))
    return dict(rows)


def _check(client: ClientSystem, wish: SealWish) -> None:
    if wish.return_url and not client_owns(client, wish.return_url):
        raise OrderRefused("foreign_url", "返回的地址必须在业务系统自己的域名下。")
    refs = [one.document for one in wish.wanted]
    if len(set(refs)) != len(refs):
        raise OrderRefused("document_twice", "同一份文书写了两次。一份文书里有几处要盖的，盖完一处再发起下一处。")


def _known(client: ClientSystem, key: str, digest: str) -> SealOrder | None:
    """The order of an earlier call with this key."""
    found = SealOrder.objects.filter(client=client, idempotency_key=key).select_related("subject").first()
    if found and found.body_digest != digest:
        raise OrderRefused("key_reused", "这个 Idempotency-Key 已经用于另一个请求。", status=409)
    return found


def _own(actor: Actor, client: ClientSystem, wish: SealWish, place: Place) -> list[Document]:
    """The client's documents, the latest of each reference; one that it has not is told as missing, whosever it is, and the
    attempt on somebody else's is kept."""
    refs = [one.document for one in wish.wanted]
    rows = Document.objects.filter(client=client, ref__in=refs).order_by("pk").only("pk", "ref")
    mine = {row.ref: row for row in rows}
    missing = [ref for ref in refs if ref not in mine]
    for ref in Document.objects.filter(ref__in=missing).values_list("ref", flat=True).distinct():
        attempt_refuse(
            Reason.NOT_YOURS,
            actor=actor,
            subject_key=wish.uscc,
            obj_kind="document",
            obj_ref=ref,
            address=place.address,
            device=place.device,
        )
    if missing:
        raise OrderRefused("not_found", f"没有这些文书：{_named(missing)}。", status=404)
    return list(Document.objects.filter(pk__in=[row.pk for row in mine.values()]).order_by("pk"))


def _slots(wish: SealWish, documents: Sequence[Document]) -> list[Task]:
    """The slot to be sealed of each document, in the order of the documents; OrderRefused names those that have none."""
    tasks: dict[int, list[Task]] = {document.pk: [] for document in documents}
    rows = Task.objects.filter(document__in=documents).select_related("subject").order_by("position")
    for task in rows:
        tasks[task.document_id].append(task)
    slots = {one.document: one.slot for one in wish.wanted}
    found = [(one, _slot(one, tasks[one.pk], slots[one.ref], wish.uscc)) for one in documents]
    faults = [fault for _, fault in found if isinstance(fault, Fault)]
    if faults:
        named = _named([f"《{one.title}》（{one.ref}）" for one, fault in found if fault == faults[0]])
        raise OrderRefused(faults[0].code, f"{named}{faults[0].why}", status=faults[0].status)
    return [task for _, task in found if isinstance(task, Task)]


def _slot(document: Document, tasks: Sequence[Task], name: str, uscc: str) -> Task | Fault:
    """Where this enterprise seals this document, or why it cannot."""
    named = [task for task in tasks if task.slot == name] if name else tasks
    seals = [task for task in named if task.kind == Task.Kind.SEAL and task.subject.key == uscc]
    if not seals:
        return _no_slot(named) if name else NO_SLOT
    if document.state != DocumentState.OPEN:
        return NOT_READY if document.state == DocumentState.FETCHING else CLOSED
    ready = [task for task in seals if task.state == TaskState.OPEN]
    if document.held_until and document.held_until > clock.wall():
        return RUNS
    return ready[0] if ready else RUNS if any(task.state == TaskState.SIGNING for task in seals) else DONE


def _no_slot(named: Sequence[Task]) -> Fault:
    """Why the slot that was named is not one that this enterprise seals."""
    if not named:
        return NO_SLOT
    return PERSONS if named[0].kind == Task.Kind.PERSON else OTHERS


def _named(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 份" if len(names) > NAMED else ""
    return f"{'、'.join(names[:NAMED])}{more}"


def _means(uscc: str) -> Means:
    try:
        means = means_of(uscc)
    except SealUnusable as no:
        raise OrderRefused("seal_unusable", no.message) from None
    if not isinstance(means, Found):
        raise _away(means)
    return means.value


def _away(answer: NotFound | Unavailable | None = None) -> OrderRefused:
    code = answer.system if isinstance(answer, Unavailable) else ""
    title = next((one.title for one in SYSTEMS if one.code == code), "电子营业执照")
    return OrderRefused("unavailable", f"{title}暂时连不上，请过一会儿再试。", status=503)


def _open(
    actor: Actor, client: ClientSystem, wish: SealWish, key: str, digest: str, place: Place, means: Means
) -> SealOrder:
    try:
        return _take(actor, client, wish, key, digest, place, means)
    except IntegrityError:  # another call with this key was first
        found = _known(client, key, digest)
        if found is None:
            raise
        return found


@transaction.atomic
def _take(
    actor: Actor, client: ClientSystem, wish: SealWish, key: str, digest: str, place: Place, means: Means
) -> SealOrder:
    """Claim the slots and prepare their documents; equal calls wait for each other at the first document."""
    refs = [one.document for one in wish.wanted]
    mine = Document.objects.filter(client=client, ref__in=refs).order_by("pk").values_list("ref", "pk")
    latest = dict(mine)
    documents = list(
        Document.objects.select_for_update(of=("self",))
        .filter(pk__in=latest.values())
        .select_related("batch__matter", "current")
        .order_by("pk")
    )
    same = _known(client, key, digest)
    if same:
        return same
    tasks = _slots(wish, documents)
    locked = {task.pk: task for task in Task.objects.select_for_update().filter(pk__in=[task.pk for task in tasks])}
    by_pk = {document.pk: document for document in documents}
    for task in locked.values():
        task.document = by_pk[task.document_id]
    begun = order_prepare(
        actor=actor,
        subject=Subject.objects.get(kind=Subject.Kind.ENTITY, key=wish.uscc),
        tasks=[locked[task.pk] for task in tasks],
        means=means,
        place=place,
        client=client,
        idempotency_key=key,
        body_digest=digest,
    )
    if begun.left_out:
        raise OrderRefused("unreadable", _unready(begun.left_out), status=409)
    return begun.order


def _unready(left_out: Sequence[tuple[Task, str]]) -> str:
    """All or none: whoever called reads which documents are in the way, and why."""
    said = [f"《{task.document.title}》（{task.document.ref}）：{why}" for task, why in left_out]
    return f"没有发起，有文书不能盖章。{_named(said)}。"


def _sent(order: SealOrder, wish: SealWish) -> SealOrder:
    """Get the 业务唯一标识. A call that was broken off before is taken up here; 电子营业执照 knows the order by our reference."""
    if order.state != SealState.PREPARED:
        return order
    items = list(order.items.select_related("task__document", "base").order_by("pk"))
    sent = [(item, prepared_of(item).to_be_signed) for item in items]
    try:
        answer = elicence.seal_order(
            uscc=order.subject.key,
            documents=[(item.sign_no, item.task.document.title, plain) for item, plain in sent],
            title=_title(order, items),
            callback_url=f"{config().base_url('signing')}/callbacks/elicence/",
            return_url=wish.return_url,
            ref=order.ref,
        )
    except elicence.LicenceRefuses as no:
        return _given_up(order, OrderRefused("seal_unusable", f"电子营业执照不能盖章：{no.message}"))
    if not isinstance(answer, Found):
        return _given_up(order, _away(answer))
    for item, plain in sent:
        item.digest = crypto().sm3(plain).hex()
    SealItem.objects.bulk_update(items, ["digest"])
    order = order_note(order, answer.value)
    if order.state == SealState.LAPSED:  # an equal call that heard nothing gave it up, or it was cancelled
        raise _away()
    return order


def _title(order: SealOrder, items: Sequence[SealItem]) -> str:
    """What the holder reads before he confirms: which business system asks him."""
    asks = order.client.title if order.client else ""
    return f"{asks}：{len(items)} 份文书" if len(items) > 1 else f"{asks}：{items[0].task.document.title}"


def _given_up(order: SealOrder, why: OrderRefused) -> SealOrder:
    """Nothing came of it: the documents are free, the key may be used again. Unless an equal call brought it through meanwhile."""
    with transaction.atomic():
        order = SealOrder.objects.select_for_update(of=("self",)).select_related("subject").get(pk=order.pk)
        if order.order_no:
            return order
        seal_lapse(order, UNSENT)
        SealOrder.objects.filter(pk=order.pk).update(idempotency_key=None)
    raise why
