"""Telling signers by text message, and nudging the client system (短信通知, 回调)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.config import config
from foundation.identity.actor import Actor
from foundation.notify.services import sms_send
from signing.tasks.clients import client_http
from signing.tasks.events import BatchMoved, BatchReady
from signing.tasks.models import Batch, Reminder, Subject, Task
from signing.tasks.states import DocumentState, TaskState

REMIND_AGAIN = timedelta(minutes=10)
TEMPLATE = "signing_todo"


class CallbackNotTaken(RuntimeError):
    """The client did not take a callback; the outbox tries again."""


def signers_tell(event: BatchReady) -> None:
    """Text each signer of a batch once."""
    batch = Batch.objects.select_related("matter").get(pk=event.batch)
    for subject, count in waiting_signers(batch).items():
        _text(batch, subject, count, "ready")


def waiting_signers(batch: Batch) -> dict[Subject, int]:
    """Who still has to sign how many documents of a batch."""
    waiting: dict[Subject, set[int]] = defaultdict(set)
    tasks = Task.objects.filter(document__batch=batch, document__state=DocumentState.OPEN, state=TaskState.OPEN)
    for task in tasks.select_related("subject"):
        waiting[task.subject].add(task.document_id)
    return {subject: len(documents) for subject, documents in waiting.items()}


@transaction.atomic
def batch_remind(*, actor: Actor, batch: Batch, subject: Subject | None = None) -> int:
    """催签: text those who have not signed, each at most once in ten minutes; returns how many were texted."""
    told = 0
    Batch.objects.select_for_update().get(pk=batch.pk)
    for waiting, count in waiting_signers(batch).items():
        if subject is not None and waiting != subject:
            continue
        last = Reminder.objects.filter(batch=batch, subject=waiting).order_by("-at").first()
        if not waiting.mobile or (last and clock.wall() - last.at < REMIND_AGAIN):
            continue
        reminder = Reminder.objects.create(batch=batch, subject=waiting, at=clock.wall())
        _text(batch, waiting, count, f"remind{reminder.pk}")
        told += 1
    record(actor, "batch.remind", "batch", batch.ref, told=told)
    return told


def _text(batch: Batch, subject: Subject, count: int, why: str) -> None:
    company, where = batch.matter.company_name, config().base_url("signing")
    text = f"【电子签名】{company}有 {count} 份文书等您签名。请打开 {where} ，用随申办登录后签署。"
    if subject.kind == Subject.Kind.ENTITY:
        text = (
            f"【电子签名】{company}有 {count} 份文书等{subject.name}盖章。"
            f"请打开 {where} ，选企业登录，用电子营业执照确认盖章。"
        )
    sms_send(mobile=subject.mobile, template=TEMPLATE, text=text, ref=f"batch:{batch.public_id}:{subject.pk}:{why}")


def client_tell(event: BatchMoved) -> None:
    """Nudge the client: it then asks for the state. At least once, signed, in no promised order."""
    batch = Batch.objects.select_related("client").get(pk=event.batch)
    if not batch.callback_url:
        return
    at = clock.now().isoformat()
    body = {"event": event.what, "batch": batch.ref, "document": event.document or None, "at": at}
    if event.seal_order:
        body["seal_order"] = event.seal_order
    key = hashlib.sha256(f"{event.what}:{batch.pk}:{event.document}:{at}".encode()).hexdigest()[:32]
    split = urlsplit(batch.callback_url)
    reply = client_http(batch.client).post(
        split.path + (f"?{split.query}" if split.query else ""), body, idempotency_key=key
    )
    if reply.status >= 400:
        raise CallbackNotTaken(f"{batch.client.name} 回答 {reply.status}")
