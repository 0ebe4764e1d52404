"""Ordering seals: prepare every chosen document that waits for the enterprise, of whatever cases, and order one confirmation."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.config import config
from foundation.files.services import file_read
from foundation.identity.actor import Actor
from foundation.jobs import job
from foundation.outside.result import Found, Result
from signing.ceremonies.starting import Place
from signing.integrations import elicence
from signing.pdf.appearance import Appearance
from signing.pdf.errors import SigningError
from signing.pdf.ses import Ses
from signing.pdf.sign import Prepared, prepare
from signing.seals.applying import item_fail, prepared_of
from signing.seals.models import SealItem, SealItemState, SealOrder, SealState, SealVerb
from signing.seals.scope import orders_of
from signing.seals.services import ASK_EVERY, ASK_LAPSED, CONFIRM_WITHIN, UNSENT, seal_lapse
from signing.seals.usable import Means, SealUnusable, means_of
from signing.tasks.models import Document, Reading, Subject, Task
from signing.tasks.numbering import attempts_number
from signing.tasks.states import DocumentState, TaskState, TaskVerb, WrongState

MOST = 200
"""Documents of one order: the enterprise is asked while its holder waits for the page."""
SENT_WITHIN = timedelta(minutes=1)
"""Who sends an order has his answer by then, or has given it up."""
NAMED = 5
"""How many documents a sentence names."""
BROKEN = "文件暂时读不出来，过一会儿再试"
NO_FILE = "系统里没有这份文书的文件"
Asked = tuple[str, str, bytes]
"""签署流水号, title and 签名原文 of one document."""
log = structlog.get_logger(__name__)


class Begun(NamedTuple):
    """An order that was prepared."""

    order: SealOrder
    asked: list[Asked]
    left_out: list[tuple[Task, str]]
    """What could not be prepared, with the reasons."""


class NothingToSeal(WrongState):
    """None of the chosen documents can be sealed, and nothing was begun; the message names them with their reasons."""

    def __init__(self, why: Sequence[tuple[str, str]]) -> None:
        said = "；".join(f"《{title}》：{reason}" for title, reason in why[:NAMED])
        rest = f"；还有 {len(why) - NAMED} 份" if len(why) > NAMED else ""
        super().__init__(f"没有开始盖章，{len(why)} 份文书都不能盖。{said}{rest}。")


def seal_start(*, actor: Actor, subject: Subject, documents: Sequence[int], place: Place) -> Result[SealOrder]:
    """Prepare and order the seal for those of `documents` (keys) that wait for this enterprise; all must have been read.

    What cannot be prepared is left out: an item of the order that has failed, with its reason, and whose slot stays open.

    WrongState when there is nothing to seal, NothingToSeal when nothing can be; SealUnusable when the enterprise has no licence
    or seal that may be used; Unavailable without a `system` while no root certificate is entered.
    """
    running = orders_of(actor).filter(
        subject=subject,
        items__task__document__in=list(documents),
        items__state=SealItemState.WAITING,
        state=SealState.ORDERED,
        lapses_at__gt=clock.wall(),
    )
    again = running.order_by("-pk").first()
    if again:
        return Found(again)
    if len(documents) > MOST:
        raise WrongState(f"一次最多给 {MOST} 份文书盖章，您选了 {len(documents)} 份。请分几次盖。")
    means = means_of(subject.key)
    if not isinstance(means, Found):
        return means
    begun = _prepare_all(actor, subject, documents, means.value, place)
    order = begun.order
    try:
        answer = _ask(order, begun.asked)
    except elicence.LicenceRefuses as no:
        seal_lapse(order, UNSENT)
        raise SealUnusable(f"电子营业执照不能盖章：{no.message}") from None
    if not isinstance(answer, Found):
        seal_lapse(order, "电子营业执照没有回应")
        return answer
    order = order_note(order, answer.value)
    if order.state != SealState.ORDERED:
        raise WrongState("这次盖章已经放弃了，要盖请再点一次。")
    return Found(order)


def order_note(sent: SealOrder, there: elicence.Ordered) -> SealOrder:
    """Note what 电子营业执照 calls an order that was sent. One that was given up meanwhile is asked about all the same, so that
    what its holder confirms there is kept."""
    with transaction.atomic():
        order = SealOrder.objects.select_for_update(of=("self",)).select_related("subject").get(pk=sent.pk)
        if order.order_no is None:
            given_up = order.state != SealState.PREPARED
            if not given_up:
                order.move(SealVerb.ORDER)
            order.order_no, order.url = there.order_no, there.url
            order.ask_after = clock.wall() + (ASK_LAPSED if given_up else ASK_EVERY * 3)
            order.save()
    return order


@job(queue="signing", attempts=3)
def seal_send(ref: str) -> None:
    """Send an order once more whose sender was killed before he noted the answer. 电子营业执照 knows it by its reference, so it
    is the same order there, and what its holder has confirmed meanwhile counts. Harmless when it was sent or given up."""
    order = SealOrder.objects.select_related("subject", "batch__matter").get(ref=ref)
    if order.state != SealState.PREPARED:
        return
    items = order.items.filter(state=SealItemState.WAITING).select_related("task__document", "base").order_by("pk")
    asked = [(item.sign_no, item.task.document.title, prepared_of(item).to_be_signed) for item in items]
    try:
        answer = _ask(order, asked)
    except elicence.LicenceRefuses:
        seal_lapse(order, UNSENT)
        return
    if isinstance(answer, Found):
        order_note(order, answer.value)


def seals_unsent() -> None:
    """Ticker: send orders again whose sender was killed. A client's own call is taken up by its repetition."""
    left = SealOrder.objects.filter(
        state=SealState.PREPARED, client=None, began_at__lte=clock.wall() - SENT_WITHIN, lapses_at__gt=clock.wall()
    )
    for ref in left.order_by("pk").values_list("ref", flat=True)[:200]:
        seal_send.configure(queueing_lock=f"seal-send:{ref}").defer_once(ref=ref)


def _ask(order: SealOrder, asked: Sequence[Asked]) -> Result[elicence.Ordered]:
    return elicence.seal_order(
        uscc=order.subject.key,
        documents=asked,
        title=_title(order, len(asked)),
        callback_url=f"{config().base_url('signing')}/callbacks/elicence/",
        return_url=f"{config().base_url('signing')}/seals/{order.ref}/",
        ref=order.ref,
    )


def _title(order: SealOrder, documents: int) -> str:
    """What the enterprise reads before it confirms."""
    if order.batch:
        return f"{order.batch.matter.company_name}：{order.batch.title}"
    sent = order.items.filter(state=SealItemState.WAITING)
    cases = sent.values("task__document__batch__matter").distinct().count()
    return f"{cases} 件申请的 {documents} 份文书"


@transaction.atomic
def _prepare_all(actor: Actor, subject: Subject, documents: Sequence[int], means: Means, place: Place) -> Begun:
    tasks = _sealable(subject, documents)
    begun = order_prepare(actor=actor, subject=subject, tasks=tasks, means=means, place=place)
    if not begun.asked:
        raise NothingToSeal([(task.document.title, why) for task, why in begun.left_out])
    return begun


def order_prepare(
    *, actor: Actor, subject: Subject, tasks: Sequence[Task], means: Means, place: Place, **ordered: Any
) -> Begun:
    """Claim these open slots and prepare their documents; the caller holds the locks of both and decides what becomes of an
    order of which something was left out. `ordered`: by which client."""
    issued, made = means.issued, means.made
    batches = {task.document.batch_id: task.document.batch for task in tasks}
    order = SealOrder.objects.create(
        ref=f"S{secrets.token_hex(12)}",
        subject=subject,
        batch=next(iter(batches.values())) if len(batches) == 1 else None,
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
        **ordered,
    )
    asked: list[Asked] = []
    left_out: list[tuple[Task, str]] = []
    attempts_number(tasks)
    for task in tasks:
        one = _prepare_one(order, task, means)
        if isinstance(one, str):
            left_out.append((task, one))
        else:
            asked.append((task.sign_no or "", task.document.title, one))
    record(actor, "seal.start", "seal", order.ref, tasks=[number for number, _, _ in asked], es_id=order.es_id)
    return Begun(order, asked, left_out)


def _texts(certificates: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(der).decode() for der in certificates]


def _sealable(subject: Subject, wanted: Sequence[int]) -> list[Task]:
    """One open seal slot per document (a second slot of the same document is sealed with the next order), locked."""
    documents = list(
        Document.objects.select_for_update().filter(pk__in=list(wanted), state=DocumentState.OPEN).order_by("pk")
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


def _prepare_one(order: SealOrder, task: Task, means: Means) -> bytes | str:
    """签名原文 of one document, which is held from now on; or why it cannot be prepared."""
    document, moment = task.document, clock.now()
    standing = document.current or document.original
    if standing is None:  # an item names the bytes that it was to be made from
        log.error("seal.no_file", order=order.ref, document=document.pk)
        return NO_FILE
    number = task.sign_no or ""
    item = SealItem(order=order, task=task, sign_no=number, prepared="", base=standing, signed_at=moment)
    try:
        base = _bytes(document)
        prepared = _prepared(order, task, base, means, moment)
        item.prepared = prepared.to_json(base=base)
    except Exception as error:  # whatever it is: the others are sealed, and of this one it is said
        return _leave_out(item, error)
    task.move(TaskVerb.BEGIN)
    task.save(update_fields=["state", "attempt", "sign_no"])
    item.save(force_insert=True)
    Document.objects.filter(pk=document.pk).update(held_by=order.ref, held_until=order.lapses_at)
    return prepared.to_be_signed


def _bytes(document: Document) -> bytes:
    if document.current is None:
        raise SigningError("no_file", NO_FILE)
    return file_read(document.current)


def _prepared(order: SealOrder, task: Task, base: bytes, means: Means, moment: datetime) -> Prepared:
    issued, made = means.issued, means.made
    look = Appearance(
        image_png=None,
        printed_name=order.subject.name,
        lines=(f"{clock.to_shanghai(moment):%Y-%m-%d %H:%M:%S}", task.sign_no or ""),
        picture=made.seal.info.picture,
    )
    container = Ses(made.seal.der, made.chain)
    return prepare(base, task.slot, look, issued.certificate, issued.chain, moment, container=container)


def _leave_out(item: SealItem, error: Exception) -> str:
    """Keep why one document is not part of the order; its slot stays open."""
    log.warning("seal.left_out", order=item.order.ref, sign_no=item.sign_no, error=type(error).__name__)
    why = error.message if isinstance(error, SigningError) else BROKEN
    item.task.save(update_fields=["attempt", "sign_no"])
    item.save(force_insert=True)
    item_fail(item, why)
    return why
