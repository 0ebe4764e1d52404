"""Pulling a file once, by hash (文件拉取, R143, R147): what does not have the declared bytes or cannot be signed is rejected."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import transaction

from foundation import clock
from foundation.files.models import StoredFile
from foundation.files.services import file_refer, file_store
from foundation.jobs import job
from foundation.outbox import publish
from foundation.outside.client import OutsideDown
from foundation.pdf.admission import admit
from foundation.pdf.verdict import Admitted, Rejected
from foundation.pdf.wording import Wording
from foundation.pdf.wordings import wording_ask
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.pdf.errors import SigningError
from signing.pdf.slots import Slot, add_signature_fields
from signing.tasks.clients import client_http
from signing.tasks.events import BatchMoved, BatchReady
from signing.tasks.models import Batch, Document
from signing.tasks.services import document_reject
from signing.tasks.states import DocumentState, DocumentVerb

TRY_AGAIN = timedelta(seconds=15)
GIVE_UP = timedelta(hours=24)
GONE = frozenset({401, 403, 404, 410})


@job(queue="signing", attempts=3)
def document_fetch(document_id: int) -> None:
    """Bring one file here. Idempotent: a document that has its file, or was closed meanwhile, is left alone."""
    document = Document.objects.select_related("client").filter(pk=document_id, state=DocumentState.FETCHING).first()
    if document is None:
        return
    try:
        reply = client_http(document.client).fetch(document.download_url)
    except OutsideDown as down:
        _later(document, down.why)
        return
    if reply.status in GONE:
        _later(document, f"业务系统没有给出文件（{reply.status}）")
        return
    if hashlib.sha256(reply.content).hexdigest() != document.sha256:
        attempt_refuse(Reason.BYTES_CHANGED, obj_kind="document", obj_ref=document.ref, batch=document.batch.ref)
        _reject(document, "bytes_changed", "取到的文件和登记的摘要不一致，请重新生成后再发起签署。")
        return
    match admit(reply.content, for_signing=True):
        case Rejected(code=code, message=message, fix=fix):
            _reject(document, code, f"{message}{fix}")
        case Admitted(pages=pages):
            wording = wording_ask(reply.content, document.text) if document.text.strip() else None
            document_take(document, reply.content, pages, wording)


def _later(document: Document, why: str) -> None:
    if clock.wall() - document.created_at > GIVE_UP:
        _reject(document, "not_fetched", f"一天内都没有取到文件：{why}。")
        return
    Document.objects.filter(pk=document.pk, state=DocumentState.FETCHING).update(
        problem_code="not_fetched", problem=f"还没有取到文件：{why}", fetch_after=clock.wall() + TRY_AGAIN
    )


def _reject(document: Document, code: str, problem: str) -> None:
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.state == DocumentState.FETCHING:
            document_reject(locked, code, problem)
            batch_ready_if_fetched(locked.batch)


def document_take(document: Document, content: bytes, pages: int, wording: Wording | None = None) -> None:
    """Add the signature fields to an admitted file and open the document; harmless when it was closed meanwhile.

    `wording`: what comparing the client's text with the file gave. Without it, or where they differ, that text is never
    shown; the pages are to be looked at, and the operator finds out why.
    """
    slots = [_slot(task.slot, task.kind, task.place) for task in document.tasks.order_by("position")]
    try:
        with_fields = add_signature_fields(content, slots)
    except SigningError as error:
        _reject(document, f"slot_{error.code}"[:40], f"{error.message}。")
        return
    original, current = file_store(content, kind="pdf"), file_store(with_fields, kind="pdf")
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.state != DocumentState.FETCHING:
            return
        locked.text_checked, locked.text_problem = bool(wording and wording.same), _text_problem(locked, wording)
        _keep(locked, original, current, pages)
        batch_ready_if_fetched(locked.batch)
    if locked.text_problem:
        _text_refuse(locked, wording or Wording())


def _keep(document: Document, original: StoredFile, current: StoredFile, pages: int) -> None:
    file_refer(original)
    file_refer(current)
    document.move(DocumentVerb.ADMIT)
    document.original, document.current, document.pages, document.sm3 = original, current, pages, original.sm3
    document.problem_code, document.problem, document.fetch_after = "", "", None
    document.save()


def _text_problem(document: Document, wording: Wording | None) -> str:
    """In numbers alone: the words of a foreign file are not put into our sentences."""
    if not document.text.strip() or (wording and wording.same):
        return ""
    if wording is None:
        return "文字版没能和文件核对。"
    parts = (
        (wording.unsaid, f"文件里有 {wording.unsaid} 处文字，文字版里没有"),
        (wording.unprinted, f"文字版里有 {wording.unprinted} 处文字，文件里没有"),
        (wording.figures, "数字的多少或者先后对不上"),
        (wording.picture_page, f"第 {wording.picture_page} 页有图片或者没有文字，核对不了"),
    )
    return "；".join(words for count, words in parts if count) + "。"


def _text_refuse(document: Document, wording: Wording) -> None:
    attempt_refuse(
        Reason.TEXT_DIFFERS,
        obj_kind="document",
        obj_ref=document.ref,
        batch=document.batch.ref,
        unsaid=str(wording.unsaid),
        unprinted=str(wording.unprinted),
        figures=str(wording.figures),
        picture_page=str(wording.picture_page),
    )


def _slot(name: str, kind: str, place: dict[str, float]) -> Slot:
    return Slot(
        name=name,
        page=int(place["page"]),
        x=place["x"],
        y=place["y"],
        width=place["width"],
        height=place["height"],
        kind="seal" if kind == "seal" else "person",
    )


def batch_ready_if_fetched(batch: Batch) -> None:
    """Tell the signers once all files of a batch are here or rejected; inside the transaction of the last one."""
    Batch.objects.select_for_update().get(pk=batch.pk)
    states = set(Document.objects.filter(batch=batch).values_list("state", flat=True))
    if DocumentState.FETCHING in states or DocumentState.OPEN not in states:
        return
    if Batch.objects.filter(pk=batch.pk, ready_at=None).update(ready_at=clock.now()):
        publish(BatchReady(batch=batch.pk))
        publish(BatchMoved(batch=batch.pk, what="batch_ready"))


def fetch_due() -> None:
    """Ticker: try again for files that were not there."""
    due = Document.objects.filter(state=DocumentState.FETCHING, fetch_after__lte=clock.wall())
    for pk in due.values_list("pk", flat=True)[:200]:
        document_fetch.configure(lock=f"fetch:{pk}", queueing_lock=f"fetch:{pk}").defer_once(document_id=pk)
