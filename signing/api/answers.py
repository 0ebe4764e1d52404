"""Turning rows into what goes over the wire."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from foundation.pdf.mending import Mended, NotMended
from foundation.pdf.verdict import Rejected
from foundation.ui.masks import mask_name
from signing.api import schemas, seal_schemas
from signing.ceremonies.models import SignatureRecord
from signing.evidence.notices import SealedNotice
from signing.evidence.selectors import code_url
from signing.evidence.trace import Step, Trace
from signing.guard.models import Reason
from signing.seals.applying import prepared_of
from signing.seals.models import SealItem, SealItemState, SealOrder
from signing.seals.ordering import slots_left
from signing.tasks.models import Authorisation, Batch, Document, Task
from signing.tasks.selectors import TodoCase
from signing.tasks.states import DocumentState, TaskState


def batch_state(batch: Batch, documents: Iterable[Document]) -> str:
    """One word for the whole batch, computed from its documents."""
    have = {document.state for document in documents}
    if batch.cancelled_at:
        return "cancelled"
    if have & {DocumentState.REFUSED, DocumentState.REJECTED, DocumentState.CANCELLED}:
        return "stopped"
    if DocumentState.FETCHING in have:
        return "preparing"
    return "open" if DocumentState.OPEN in have else "signed"


def batch_out(batch: Batch) -> schemas.BatchOut:
    rows = batch.documents.select_related("current").prefetch_related(
        "tasks__subject", "tasks__authorisation__principal"
    )
    documents = list(rows.order_by("seq"))
    return schemas.BatchOut(
        batch=batch.ref,
        case_no=batch.matter.number,
        state=batch_state(batch, documents),
        ready_at=batch.ready_at,
        done_at=batch.done_at,
        cancelled_at=batch.cancelled_at,
        documents=[_document_out(document) for document in documents],
    )


def _document_out(document: Document) -> schemas.DocumentOut:
    complete = document.state == DocumentState.COMPLETE and document.current is not None
    tasks = sorted(document.tasks.all(), key=lambda task: task.position)
    return schemas.DocumentOut(
        ref=document.ref,
        title=document.title,
        state=document.state,
        locked=document.locked,
        problem_code=document.problem_code,
        problem=document.problem,
        signed_sha256=document.current.sha256 if complete and document.current else None,
        tasks=[_task_out(task, document) for task in tasks],
    )


def _task_out(task: Task, document: Document) -> schemas.TaskOut:
    return schemas.TaskOut(
        slot=task.slot,
        role=task.role,
        kind=task.kind,
        signer_kind=task.subject.kind,
        signer_name=task.subject.name,
        state=task.state,
        sign_no=task.sign_no,
        closed_at=task.closed_at,
        reason=task.refused_because or (document.unauthorised if task.state == TaskState.CANCELLED else ""),
        on_behalf_of=_behalf_out(task),
    )


def _behalf_out(task: Task) -> schemas.BehalfOut | None:
    facts = _behalf(task)
    return schemas.BehalfOut(**facts) if facts else None


def _behalf(task: Task) -> dict[str, Any]:
    """For whom a task is signed, and by what right; nothing for one's own."""
    held = task.authorisation
    if held is None or held.principal is None:
        return {}
    return {
        "name": held.principal.name,
        "role": task.role,
        "authorisation": held.number,
        "granted_on": held.granted_on,
        "valid_until": held.valid_until,
        "covers": held.covers,
        "ended_at": held.ended_at,
    }


def authorisation_out(held: Authorisation) -> schemas.AuthorisationOut:
    stopped = Document.objects.filter(tasks__authorisation=held, problem_code=Reason.AUTHORISATION_ENDED).distinct()
    return schemas.AuthorisationOut(
        number=held.number,
        ended_at=held.ended_at,
        signed=held.tasks.filter(state=TaskState.SIGNED).count(),
        stopped=stopped.count(),
    )


def signatures_out(document: Document) -> schemas.SignaturesOut:
    rows = (
        SignatureRecord.objects.filter(task__document=document, counted=True)
        .select_related("task__subject", "task__authorisation__principal")
        .order_by("pk")
    )
    return schemas.SignaturesOut(document=document.ref, signatures=[_signature_out(row) for row in rows])


def _signature_out(row: SignatureRecord) -> schemas.SignatureOut:
    return schemas.SignatureOut(
        slot=row.field,
        role=row.task.role,
        signer_name=row.task.subject.name,
        sign_no=row.sign_no,
        business_no=row.business_no,
        verification_no=row.verification_no,
        ceremony_no=row.ceremony_no,
        certificate_serial=row.certificate_serial,
        certificate_base64=base64.b64encode(bytes(row.certificate)).decode(),
        signed_at=row.signed_at,
        file_sm3=row.after_sm3,
        on_behalf_of=_behalf_out(row.task),
    )


def seal_order_out(order: SealOrder) -> seal_schemas.SealOrderOut:
    return seal_schemas.SealOrderOut(**_seal_facts(order), documents=[_sealed_out(*one) for one in _items(order)])


def seal_order_made_out(order: SealOrder) -> seal_schemas.SealOrderMadeOut:
    """With the 签名原文 of what is not decided."""
    documents = [
        seal_schemas.PreparedDocumentOut(**_sealed_out(item, left).dict(), plaintext_base64=_plaintext(item))
        for item, left in _items(order)
    ]
    return seal_schemas.SealOrderMadeOut(**_seal_facts(order), documents=documents)


def _seal_facts(order: SealOrder) -> dict[str, Any]:
    return {
        "seal_order": order.ref,
        "order_no": order.order_no,
        "state": order.state,
        "reason": order.problem if order.settled_at else "",
        "waits_for": "" if order.settled_at else order.problem,
        "uscc": order.subject.key,
        "name": order.subject.name,
        "es_id": order.es_id,
        "url": order.url,
        "started_at": order.asked_at,
        "lapses_at": order.lapses_at,
        "holder": mask_name(order.holder) if order.holder else "",
        "confirmed_at": order.holder_at,
        "settled_at": order.settled_at,
    }


def _items(order: SealOrder) -> list[tuple[SealItem, int]]:
    left = slots_left(order)
    rows = order.items.select_related("task__document__batch__matter", "base").order_by("pk")
    return [(item, left.get(item.task.document_id, 0)) for item in rows]


def _sealed_out(item: SealItem, left: int) -> seal_schemas.SealedDocumentOut:
    document = item.task.document
    return seal_schemas.SealedDocumentOut(
        document=document.ref,
        title=document.title,
        batch=document.batch.ref,
        case_no=document.batch.matter.number,
        slot=item.task.slot,
        role=item.task.role,
        sign_no=item.sign_no,
        state=item.state,
        reason=item.problem,
        digest_sm3=item.digest,
        left=left,
    )


def _plaintext(item: SealItem) -> str | None:
    if item.state != SealItemState.WAITING:
        return None
    return base64.b64encode(prepared_of(item).to_be_signed).decode()


def todos_out(counts: dict[str, int], cases: Iterable[TodoCase]) -> schemas.TodosOut:
    return schemas.TodosOut(
        counts=counts,
        todos=[
            schemas.TodoOut(
                batch=case.batch.ref,
                business=case.batch.matter.business,
                case_no=case.batch.matter.number,
                company=case.batch.matter.company_name,
                title=case.batch.title,
                documents=[paper.document.title for paper in case.papers],
                seal=case.seal,
                on_behalf_of=[
                    schemas.TodoBehalfOut(document=paper.document.title, **_behalf(task))
                    for paper in case.papers
                    for task in paper.behalf
                ],
            )
            for case in cases
        ],
    )


def traces_out(found: Iterable[Trace], notices: Iterable[SealedNotice]) -> schemas.TracesOut:
    return schemas.TracesOut(documents=[*map(_trace_out, found), *map(_notice_out, notices)])


def _notice_out(notice: SealedNotice) -> schemas.TraceOut:
    seal = notice.seal
    return schemas.TraceOut(
        document=seal.ref,
        title=seal.title or "登记机关文书",
        state="已盖登记机关印章",
        case_no=seal.case_no,
        company="",
        found_as=list(notice.kinds),
        code=None,
        verify_url=None,
        stamped_at=None,
        stamp_problem="",
        steps=[_step_out(notice.step)],
    )


def _step_out(step: Step) -> schemas.TraceStepOut:
    return schemas.TraceStepOut(
        at=step.at, what=step.what, who=step.who, numbers=step.numbers, note=step.note, bad=step.bad
    )


def _trace_out(trace: Trace) -> schemas.TraceOut:
    document, evidence = trace.hit.document, trace.evidence
    stamp = getattr(evidence, "stamp", None)
    return schemas.TraceOut(
        document=document.ref,
        title=document.title,
        state=document.get_state_display(),
        case_no=document.batch.matter.number,
        company=document.batch.matter.company_name,
        found_as=list(trace.hit.kinds),
        code=evidence.code if evidence else None,
        verify_url=code_url(evidence) if evidence else None,
        stamped_at=stamp.stamped_at if stamp else None,
        stamp_problem=stamp.problem if stamp else "",
        steps=[_step_out(step) for step in trace.steps],
    )


def refused_out(refusal: Rejected, mended: Mended | NotMended) -> schemas.PdfCheckOut:
    """A file that stays out, and what mending would make of it."""
    said = schemas.PdfCheckOut(admitted=False, code=refusal.code, message=refusal.message, fix=refusal.fix)
    match mended:
        case Mended(steps=steps):
            said.mendable = True
            said.mending = [
                schemas.MendingStepOut(code=code, count=count, text=text)
                for (code, count), text in zip(steps, mended.sentences, strict=True)
            ]
        case NotMended(message=message):
            said.not_mended = message
    return said
