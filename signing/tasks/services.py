"""Reading, refusing, cancelling and closing (签名状态控制, R149)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.identity.actor import Actor
from foundation.outbox import publish, publish_all
from signing.guard.models import Reason
from signing.tasks.events import BatchMoved
from signing.tasks.models import Batch, Document, Reading, Subject, Task
from signing.tasks.scope import readings_of, tasks_of
from signing.tasks.states import LOCKED, PENDING, DocumentState, DocumentVerb, TaskState, TaskVerb, WrongState


@transaction.atomic
def batch_cancel(*, actor: Actor, batch: Batch) -> None:
    """End all that is still open: return, withdrawal, a new revision. A signature that comes later is stored, not counted."""
    documents = list(Document.objects.select_for_update().filter(batch=batch, state__in=LOCKED).order_by("pk"))
    for document in documents:
        _close(document, DocumentVerb.CANCEL)
    if batch.cancelled_at is None and (documents or batch.done_at is None):
        batch.cancelled_at = clock.now()
        batch.save(update_fields=["cancelled_at"])
        record(actor, "batch.cancel", "batch", batch.ref, documents=len(documents))
        publish(BatchMoved(batch=batch.pk, what="batch_cancelled"))


@transaction.atomic
def document_refuse(*, actor: Actor, document: Document, subject: Subject, reason: str) -> None:
    """不同意: the signer says no and why. The document is closed for everybody; the client decides how to go on."""
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.state != DocumentState.OPEN:
        raise WrongState(f"这份文书{DocumentState(locked.state).label}，不能再拒签。")
    mine = list(
        Task.objects.select_for_update().filter(document=locked, subject=subject, state__in=PENDING).order_by("pk")
    )
    if not mine:
        raise WrongState("这份文书没有等您签的地方。")
    if any(task.state == TaskState.SIGNING for task in mine):
        raise WrongState("您已经确认签署，正在落签，不能再拒签。")
    for task in mine:
        task.move(TaskVerb.REFUSE)
        task.refused_because, task.closed_at = reason, clock.now()
        task.save(update_fields=["state", "refused_because", "closed_at"])
    _close(locked, DocumentVerb.REFUSE)
    record(actor, "document.refuse", "document", locked.ref, batch=locked.batch.ref)
    publish(BatchMoved(batch=locked.batch_id, what="task_refused", document=locked.ref))
    batch_close_if_done(locked.batch)


def document_reject(document: Document, code: str, problem: str) -> None:
    """The file cannot be signed; the caller holds the row's lock."""
    document.problem_code, document.problem = code, problem[:300]
    _close(document, DocumentVerb.REJECT)
    publish(BatchMoved(batch=document.batch_id, what="document_rejected", document=document.ref))
    batch_close_if_done(document.batch)


def document_stop(document: Document, why: Reason) -> None:
    """Close a document of which one slot can never be signed (授权终止, 授权到期); the caller holds its lock."""
    document.problem_code, document.problem = why, why.label
    _close(document, DocumentVerb.CANCEL)
    publish(BatchMoved(batch=document.batch_id, what=why, document=document.ref))


def documents_move_on(documents: Sequence[Document]) -> None:
    """After signatures: close what needs no further one, and tell the clients. The caller holds the documents' locks."""
    waiting = Task.objects.filter(document__in=documents, state__in=PENDING)
    unsigned = set(waiting.values_list("document_id", flat=True))
    signed = [document for document in documents if document.pk not in unsigned]
    moment = clock.now()
    for document in signed:
        document.move(DocumentVerb.COMPLETE)
        document.closed_at = moment
    Document.objects.filter(pk__in=[one.pk for one in signed]).update(state=DocumentState.COMPLETE, closed_at=moment)
    publish_all([_told(one, one.pk not in unsigned) for one in documents])
    batches_close_if_done({document.batch_id for document in signed})


def _told(document: Document, signed: bool) -> BatchMoved:
    if signed:
        return BatchMoved(batch=document.batch_id, what="document_signed", document=document.ref)
    return BatchMoved(batch=document.batch_id, what="task_signed", document=document.ref)


def batch_close_if_done(batch: Batch) -> None:
    """Note the end of a batch when none of its documents is locked any more."""
    batches_close_if_done({batch.pk})


def batches_close_if_done(batches: Collection[int]) -> None:
    """The same for some. Their rows are locked before their documents are looked at: of two who finish the last two
    documents of a batch at once, the later one sees what the other did."""
    live = Batch.objects.select_for_update().filter(pk__in=batches, done_at=None).order_by("pk")
    standing = set(live.values_list("pk", flat=True))
    open_ones = Document.objects.filter(batch__in=standing, state__in=LOCKED)
    done = sorted(standing - set(open_ones.values_list("batch_id", flat=True)))
    Batch.objects.filter(pk__in=done).update(done_at=clock.now())
    publish_all([BatchMoved(batch=one, what="batch_done") for one in done])


def _close(document: Document, verb: DocumentVerb) -> None:
    document.move(verb)
    document.closed_at, document.fetch_after, document.held_by, document.held_until = clock.now(), None, "", None
    document.save()
    _cancel(Task.objects.select_for_update().filter(document=document, state__in=PENDING).order_by("pk"))


def _cancel(tasks: Iterable[Task]) -> None:
    for task in tasks:
        task.move(TaskVerb.CANCEL)
        task.closed_at = clock.now()
        task.save(update_fields=["state", "closed_at"])


def page_seen(*, document: Document, subject: Subject, pages: Iterable[int], channel: str = "") -> Reading:
    """Note that pages (from 1) were put before a signer's eyes, and where the first was (a Channel)."""
    with transaction.atomic():
        reading = Reading.objects.select_for_update().get(document=document, subject=subject)
        seen = sorted({*reading.pages, *(page for page in pages if 1 <= page <= document.pages)})
        if seen != reading.pages:
            reading.pages = seen
            if reading.opened_at is None:
                reading.opened_at, reading.channel = clock.wall(), channel
            reading.save(update_fields=["pages", "opened_at", "channel"])
    return reading


@transaction.atomic
def document_agree(*, actor: Actor, document: Document, subject: Subject) -> Reading:
    """我读过了，内容属实: demands that every page was shown to this signer."""
    reading = Reading.objects.select_for_update().get(document=document, subject=subject)
    missing = pages_unread(document, reading)
    if missing:
        raise WrongState(f"第 {'、'.join(map(str, missing[:5]))} 页还没有看，看完才能签。")
    if reading.agreed_at is None:
        reading.agreed_at = clock.now()
        reading.save(update_fields=["agreed_at"])
        record(actor, "document.agree", "document", document.ref, batch=document.batch.ref)
    return reading


@transaction.atomic
def papers_choose(*, actor: Actor, subject: Subject, readings: Iterable[str]) -> int:
    """Sign these together, of whatever cases they are; whatever was chosen before is not. Returns how many there are.

    Only what is open for this very person, or is to be sealed by this very enterprise, can be chosen; everything else is
    passed over. What this log-in does not show stays as it was.
    """
    mine = readings_of(actor).filter(subject=subject)
    mine.filter(chosen_at__isnull=False).update(chosen_at=None)
    open_tasks = tasks_of(actor).filter(subject=subject, state=TaskState.OPEN, document__state=DocumentState.OPEN)
    wanted = mine.filter(public_id__in=list(readings), document__in=open_tasks.values("document_id"))
    return wanted.update(chosen_at=clock.now())


def pages_unread(document: Document, reading: Reading) -> list[int]:
    """Pages that the signer has not been shown yet."""
    seen = set(reading.pages)
    return [page for page in range(1, document.pages + 1) if page not in seen]
