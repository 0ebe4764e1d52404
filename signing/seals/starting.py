"""Ordering seals: prepare every chosen document that waits for the enterprise, of whatever cases, and order one confirmation."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Sequence

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.config import config
from foundation.files.services import file_read
from foundation.identity.actor import Actor
from foundation.outside.result import Found, Result
from signing.ceremonies.starting import Place
from signing.integrations import elicence
from signing.pdf.appearance import Appearance
from signing.pdf.ses import Ses
from signing.pdf.sign import prepare
from signing.seals.models import SealItem, SealOrder, SealState, SealVerb
from signing.seals.services import ASK_EVERY, CONFIRM_WITHIN, prepared_of, seal_lapse
from signing.seals.usable import Means, means_of
from signing.tasks.models import Document, Reading, Subject, Task
from signing.tasks.states import DocumentState, TaskState, TaskVerb, WrongState

MOST = 200
"""Documents of one order: the enterprise is asked while its holder waits for the page."""


def seal_start(*, actor: Actor, subject: Subject, documents: Sequence[int], place: Place) -> Result[SealOrder]:
    """Prepare and order the seal for those of `documents` (keys) that wait for this enterprise; all must have been read.

    WrongState when there is nothing to seal; SealUnusable when the enterprise has no licence or seal that may be used.
    """
    running = SealOrder.objects.filter(
        subject=subject,
        items__task__document__in=list(documents),
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
    order = _prepare_all(actor, subject, documents, means.value, place)
    items = list(order.items.select_related("task__document", "base").order_by("pk"))
    answer = elicence.seal_order(
        uscc=subject.key,
        documents=[(item.sign_no, item.task.document.title, prepared_of(item).to_be_signed) for item in items],
        title=_title(order, len(items)),
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


def _title(order: SealOrder, documents: int) -> str:
    """What the enterprise reads before it confirms."""
    if order.batch:
        return f"{order.batch.matter.company_name}：{order.batch.title}"
    cases = order.items.values("task__document__batch__matter").distinct().count()
    return f"{cases} 件申请的 {documents} 份文书"


@transaction.atomic
def _prepare_all(actor: Actor, subject: Subject, documents: Sequence[int], means: Means, place: Place) -> SealOrder:
    issued, made = means.issued, means.made
    tasks = _sealable(subject, documents)
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
    )
    for task in tasks:
        _prepare_one(order, task, means)
    numbers = [item.sign_no for item in order.items.order_by("pk")]
    record(actor, "seal.start", "seal", order.ref, tasks=numbers, es_id=order.es_id)
    return order


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
