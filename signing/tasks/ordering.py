"""Taking orders (发起签署): idempotent by key, refused while a document is locked (签名文件锁定, R149)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from foundation import clock
from foundation.audit import record
from foundation.identity.actor import Actor
from signing.tasks.authorisations import authorisations_take
from signing.tasks.clients import client_owns
from signing.tasks.fetching import document_fetch
from signing.tasks.models import Authorisation, Batch, ClientSystem, Document, Matter, Reading, Task
from signing.tasks.orders import BatchOrder, DocumentOrder, OrderRefused, order_check
from signing.tasks.states import LOCKED
from signing.tasks.subjects import subject_know


def batch_create(*, actor: Actor, client: ClientSystem, order: BatchOrder, key: str, digest: str) -> tuple[Batch, bool]:
    """Take an order; the same `key` with the same `digest` of the body gives the same batch again (and False).

    OrderRefused: 409 for a used key or reference or a locked document, 422 for what cannot be signed.
    """
    order_check(order)
    for url in (order.callback_url, order.return_url, *(document.download_url for document in order.documents)):
        if url and not client_owns(client, url):
            raise OrderRefused("foreign_url", "文件地址和回调地址必须在业务系统自己的域名下。")
    try:
        return _batch_take(actor, client, order, key, digest)
    except IntegrityError:  # an equal order came at the same moment and was first
        return _batch_take(actor, client, order, key, digest)


@transaction.atomic
def _batch_take(actor: Actor, client: ClientSystem, order: BatchOrder, key: str, digest: str) -> tuple[Batch, bool]:
    matter = _matter_lock(client, order)  # first: equal orders wait for each other and then see what was made
    same = Batch.objects.filter(client=client, idempotency_key=key).first()
    if same:
        if same.body_digest != digest:
            raise OrderRefused("key_reused", "这个 Idempotency-Key 已经用于另一个请求。", status=409)
        return same, False
    if Batch.objects.filter(client=client, ref=order.ref).exists():
        raise OrderRefused("ref_used", f"批次 {order.ref} 已经有了。", status=409)
    _locked_refuse(client, order)
    authorisations = authorisations_take(client, order)
    batch = Batch.objects.create(
        client=client,
        matter=matter,
        ref=order.ref,
        title=order.title,
        callback_url=order.callback_url,
        return_url=order.return_url,
        idempotency_key=key,
        body_digest=digest,
        created_at=clock.now(),
    )
    for document in order.documents:
        matter.last_document += 1
        _document_take(batch, matter.last_document, document, authorisations)
    matter.save(update_fields=["last_document"])
    record(actor, "batch.create", "batch", batch.ref, case=matter.number, documents=len(order.documents))
    return batch, True


def _matter_lock(client: ClientSystem, order: BatchOrder) -> Matter:
    facts = {"business": order.business, "company_name": order.company_name, "company_uscc": order.company_uscc}
    Matter.objects.get_or_create(client=client, number=order.case_no, defaults=facts)
    matter = Matter.objects.select_for_update().get(client=client, number=order.case_no)
    if matter.business != order.business:
        raise OrderRefused("business_differs", f"{order.case_no} 已经登记为另一种业务。", status=409)
    if (matter.company_name, matter.company_uscc) != (order.company_name, order.company_uscc):
        matter.company_name, matter.company_uscc = order.company_name, order.company_uscc
        matter.save(update_fields=["company_name", "company_uscc"])
    return matter


def _locked_refuse(client: ClientSystem, order: BatchOrder) -> None:
    refs = [document.ref for document in order.documents]
    locked = Document.objects.filter(client=client, ref__in=refs, state__in=LOCKED).order_by("pk").first()
    if locked:
        raise OrderRefused("document_locked", f"《{locked.title}》正在签署，签完或取消以前不能再发起。", status=409)


def _document_take(batch: Batch, seq: int, order: DocumentOrder, authorisations: Mapping[str, Authorisation]) -> None:
    moment = clock.wall()
    document = Document.objects.create(
        batch=batch,
        client=batch.client,
        ref=order.ref,
        seq=seq,
        title=order.title,
        sha256=order.sha256.lower(),
        download_url=order.download_url,
        must_read=list(order.must_read),
        text=order.text,
        fetch_after=clock.wall(),
        created_at=moment,
    )
    subjects = [subject_know(slot.signer) for slot in order.slots]
    Reading.objects.bulk_create(Reading(document=document, subject=subject) for subject in dict.fromkeys(subjects))
    Task.objects.bulk_create(
        Task(
            document=document,
            position=position,
            subject=subject,
            kind=slot.kind,
            role=slot.role,
            authorisation=authorisations[slot.authorisation.number] if slot.authorisation else None,
            slot=slot.name,
            place={"page": slot.page, "x": slot.x, "y": slot.y, "width": slot.width, "height": slot.height},
            created_at=moment,
        )
        for position, (slot, subject) in enumerate(zip(order.slots, subjects, strict=True), start=1)
    )
    document_fetch.configure(lock=f"fetch:{document.pk}").defer(document_id=document.pk)
