"""The task API (任务接口): thin, over the same services as the pages. Calls are signed by SM2."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router, Status
from ninja.errors import ValidationError

from foundation.audit import record
from foundation.crypto import crypto
from foundation.crypto.index import person_index
from foundation.files.services import file_read
from foundation.identity.actor import Actor, ActorKind
from foundation.outside.client import OutsideDown
from foundation.outside.signed import BadSignature, verify_request
from foundation.pdf.admission import admit, refuse_by_head
from foundation.pdf.kinds import HEAD
from foundation.pdf.mending import NotMended, mend
from foundation.pdf.verdict import Admitted, Rejected
from signing.api import answers, schemas, seal_schemas
from signing.api.extra import DIGEST_HEADER, KEY_LONGEST, KEYED, MENDED_FILE, ORDER, SIGNED_FILE, a_file, answers_file
from signing.api.texts import AuthorisationNo
from signing.authority.services import Notice
from signing.authority.services import seal as authority_seal
from signing.ceremonies.behalf import authorisation_end
from signing.ceremonies.starting import Place
from signing.entry.services import ticket_issue
from signing.evidence.export import evidence_export
from signing.evidence.models import EvidenceRecord
from signing.evidence.notices import notices_find
from signing.evidence.trace import trace
from signing.integrations.ca import AuthorityRefuses
from signing.pdf.errors import SigningError
from signing.pdf.slots import Slot
from signing.seals.models import SealOrder
from signing.seals.ordering import seal_order_cancel, seal_order_create
from signing.tasks.clients import AUTHORITY, client_of
from signing.tasks.models import INTERFACE, Batch, ClientSystem, Document, Subject
from signing.tasks.ordering import batch_create
from signing.tasks.orders import OrderRefused
from signing.tasks.selectors import todo, todo_counts
from signing.tasks.services import batch_cancel
from signing.tasks.states import DocumentState
from signing.tasks.telling import batch_remind


class ClientAuth:
    """Who calls: proved by the SM2 signature over the request. Puts the client on the request."""

    def __call__(self, request: HttpRequest) -> ClientSystem | None:
        try:
            return client_of(verify_request(request))
        except BadSignature:
            return None


api = NinjaAPI(
    title="企登电子签名：任务接口",
    version="1",
    description="业务系统发起签署、查询、取消、取回文件。每次请求按 SM2 签名（X-Service、X-Timestamp、X-Nonce、X-Signature）。",
    urls_namespace="signing_api",
    docs_url=None,
)
router = Router(auth=[ClientAuth()])
Errors = {
    401: schemas.ErrorOut,
    404: schemas.ErrorOut,
    409: schemas.ErrorOut,
    413: schemas.ErrorOut,
    422: schemas.ErrorOut,
}


class Missing(Exception):
    """To this client the thing does not exist."""


def _client(request: HttpRequest) -> ClientSystem:
    client: ClientSystem = request.auth  # type: ignore[attr-defined]  # put there by ninja from ClientAuth
    return client


def _batch(request: HttpRequest, ref: str) -> Batch:
    batch = Batch.objects.filter(client=_client(request), ref=ref).select_related("matter", "client").first()
    if batch is None:
        raise Missing
    return batch


def _document(request: HttpRequest, ref: str) -> Document:
    """The latest document of this reference."""
    found = Document.objects.filter(client=_client(request), ref=ref).select_related("current").order_by("-pk").first()
    if found is None:
        raise Missing
    return found


def _once(request: HttpRequest) -> tuple[str, str]:
    """The Idempotency-Key of a call, and the digest of its body."""
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= KEY_LONGEST:
        raise OrderRefused("no_key", "请求头要有 Idempotency-Key，不超过 80 个字符。")
    return key, crypto().sm3(request.body).hex()


def _seal_order(request: HttpRequest, ref: str) -> SealOrder:
    """An order of this very client; those of signers and of other clients do not exist for it."""
    order = SealOrder.objects.filter(client=_client(request), ref=ref).select_related("subject").first()
    if order is None:
        raise Missing
    return order


@router.post(
    "/batches",
    response={201: schemas.BatchOut, **Errors},
    summary="发起签署",
    operation_id="batch_create",
    openapi_extra=ORDER,
)
def batches(request: HttpRequest, body: schemas.BatchIn) -> Status[schemas.BatchOut]:
    """Needs the header Idempotency-Key: the same key with the same body gives the same answer, with another body 409."""
    key, digest = _once(request)
    client = _client(request)
    batch, _ = batch_create(actor=Actor.service(client.name), client=client, order=body.order(), key=key, digest=digest)
    return Status(201, answers.batch_out(batch))


@router.get("/batches/{ref}", response={200: schemas.BatchOut, **Errors}, summary="查询一批", operation_id="batch_show")
def batch_show(request: HttpRequest, ref: str) -> schemas.BatchOut:
    return answers.batch_out(_batch(request, ref))


@router.post(
    "/batches/{ref}/cancel", response={200: schemas.BatchOut, **Errors}, summary="取消一批", operation_id="batch_cancel"
)
def batch_cancel_view(request: HttpRequest, ref: str) -> schemas.BatchOut:
    """Ends everything that is open; repeating it changes nothing. A signature that comes later is stored, not counted."""
    batch = _batch(request, ref)
    batch_cancel(actor=Actor.service(_client(request).name), batch=batch)
    return answers.batch_out(_batch(request, ref))


@router.post(
    "/authorisations/{number}/end",
    response={200: schemas.AuthorisationOut, **Errors},
    summary="终止授权",
    operation_id="authorisation_end",
)
def authorisation_end_view(request: HttpRequest, number: AuthorisationNo) -> schemas.AuthorisationOut:
    """Ends everything that is open under it at once; repeating it changes nothing. What was signed before stays signed.

    A number that no order has named yet is remembered as ended, and an order that names it later is refused.
    """
    client = _client(request)
    ended = authorisation_end(actor=Actor.service(client.name), client=client, number=number)
    return answers.authorisation_out(ended)


@router.get(
    "/documents/{ref}/signed", summary="取回签齐的文件", operation_id="document_signed", openapi_extra=SIGNED_FILE
)
def document_signed(request: HttpRequest, ref: str) -> HttpResponse:
    """PDF bytes of the completely signed document; 409 while signatures are missing."""
    document = _document(request, ref)
    if document.state != DocumentState.COMPLETE or document.current is None:
        raise OrderRefused("not_complete", f"《{document.title}》还没有签齐。", status=409)
    response = HttpResponse(file_read(document.current), content_type="application/pdf")
    response[DIGEST_HEADER] = document.current.sha256
    response["Cache-Control"] = "no-store"
    return response


@router.get(
    "/documents/{ref}/signatures",
    response={200: schemas.SignaturesOut, **Errors},
    summary="签名记录",
    operation_id="document_signatures",
)
def document_signatures(request: HttpRequest, ref: str) -> schemas.SignaturesOut:
    return answers.signatures_out(_document(request, ref))


@router.post(
    "/seal-orders",
    response={201: seal_schemas.SealOrderMadeOut, **Errors},
    summary="服务端批量签署：发起企业盖章",
    operation_id="seal_order_create",
    openapi_extra=KEYED,
)
def seal_orders(request: HttpRequest, body: seal_schemas.SealOrderIn) -> Status[seal_schemas.SealOrderMadeOut]:
    """One slot of each document is prepared and handed to 电子营业执照, which the business system then brings up itself.

    Needs the header Idempotency-Key, as batch_create. All documents are taken or none: who is in the way is named.
    """
    (key, digest), client = _once(request), _client(request)
    address = str(request.META.get("REMOTE_ADDR", ""))
    place = Place(device=f"业务系统 {client.title}", address=address, channel=INTERFACE)
    actor = Actor.service(client.name)
    order = seal_order_create(actor=actor, client=client, wish=body.wish(), key=key, digest=digest, place=place)
    return Status(201, answers.seal_order_made_out(order))


@router.get(
    "/seal-orders/{ref}",
    response={200: seal_schemas.SealOrderOut, **Errors},
    summary="查询一次盖章",
    operation_id="seal_order_show",
)
def seal_order_show(request: HttpRequest, ref: str) -> seal_schemas.SealOrderOut:
    return answers.seal_order_out(_seal_order(request, ref))


@router.post(
    "/seal-orders/{ref}/cancel",
    response={200: seal_schemas.SealOrderOut, **Errors},
    summary="取消一次盖章",
    operation_id="seal_order_cancel",
)
def seal_order_cancel_view(request: HttpRequest, ref: str) -> seal_schemas.SealOrderOut:
    """Its documents are free again; repeating it changes nothing. What was confirmed before stands, what comes later is stored,
    not counted."""
    seal_order_cancel(actor=Actor.service(_client(request).name), order=_seal_order(request, ref))
    return answers.seal_order_out(_seal_order(request, ref))


@router.post("/tickets", response={201: schemas.TicketOut, **Errors}, summary="一次性入口", operation_id="ticket_issue")
def tickets(request: HttpRequest, body: schemas.TicketIn) -> Status[schemas.TicketOut]:
    """Let a person in whom the business system has identified: once, within 60 seconds.

    A system that is not entered as logging people in by their real names gets one only for whom it has ordered a signature
    (or for an enterprise whose seal it has ordered), 422 `not_a_signer` for others; it opens that system's papers alone.
    """
    client = _client(request)
    next_path = f"/cases/{_batch(request, body.batch).public_id}/" if body.batch else body.next or "/"
    url = ticket_issue(
        actor=Actor.service(client.name),
        client=client,
        person=body.person.signer(),
        entity_uscc=body.entity.uscc.upper() if body.entity else "",
        next_path=next_path,
    )
    return Status(201, schemas.TicketOut(url=url))


@router.post("/remind", response={200: schemas.RemindOut, **Errors}, summary="催签", operation_id="batch_remind")
def remind(request: HttpRequest, body: schemas.RemindIn) -> schemas.RemindOut:
    subject = None
    if body.person:
        key = person_index(body.person.id_type, body.person.id_number)
        subject = Subject.objects.filter(kind=Subject.Kind.PERSON, key=key).first()
        if subject is None:
            raise Missing
    told = batch_remind(actor=Actor.service(_client(request).name), batch=_batch(request, body.batch), subject=subject)
    return schemas.RemindOut(told=told)


@router.post("/todos", response={200: schemas.TodosOut, **Errors}, summary="待办查询", operation_id="todo_list")
def todos(request: HttpRequest, body: schemas.TodoIn) -> schemas.TodosOut:
    """What waits for a person (and an enterprise), by business (R142). Only cases of the asking system."""
    client = _client(request)
    actor = Actor(
        kind=ActorKind.PERSON,
        ref=f"service:{client.name}",
        person_index=person_index(body.person.id_type, body.person.id_number),
        entity_uscc=body.entity.uscc.upper() if body.entity else "",
        scope=client.name,
    )
    return answers.todos_out(todo_counts(actor), todo(actor, business=body.business))


@router.post(
    "/pdf/check",
    response={200: schemas.PdfCheckOut, **Errors},
    summary="PDF 有效性",
    operation_id="pdf_check",
    openapi_extra={"requestBody": a_file("application/pdf", required=True)},
)
def pdf_check(request: HttpRequest) -> schemas.PdfCheckOut:
    """Body: the file itself. Whether it is a standard PDF that can be signed; if not, why and how to mend it (R147)."""
    match _examined(request.body):
        case Rejected() as refusal:
            return answers.refused_out(refusal, mend(request.body, refusal, for_signing=True))
        case Admitted(pages=pages, warnings=warnings):
            return schemas.PdfCheckOut(admitted=True, pages=pages, warnings=list(warnings))


def _examined(pdf: bytes) -> Admitted | Rejected:
    return refuse_by_head(pdf[:HEAD], len(pdf)) or admit(pdf, for_signing=True)


@router.post("/pdf/mend", summary="整理 PDF", operation_id="pdf_mend", openapi_extra=MENDED_FILE)
def pdf_mend(request: HttpRequest) -> HttpResponse:
    """Body: a file that was refused. PDF bytes of what it becomes; 409 when nothing is wrong with it, 422 when nothing can be done.

    X-Original-SHA256 and X-Content-SHA256 name the file before and after, X-Mending what was done, as pdf/check says it.
    """
    refusal = _examined(request.body)
    if isinstance(refusal, Admitted):
        raise OrderRefused("not_needed", "这份 PDF 可以直接签，不用整理。", status=409)
    mended = mend(request.body, refusal, for_signing=True)
    if isinstance(mended, NotMended):
        raise OrderRefused(mended.code, f"{refusal.message}{mended}")
    original, actor = hashlib.sha256(request.body).hexdigest(), Actor.service(_client(request).name)
    record(actor, "pdf.mend", "pdf", original, result=mended.sha256, mended=mended.sentences)
    response = HttpResponse(mended.content, content_type="application/pdf")
    response["X-Original-SHA256"] = original
    response[DIGEST_HEADER] = mended.sha256
    response["X-Mending"] = ", ".join(f"{code}={count}" for code, count in mended.steps)
    response["Cache-Control"] = "no-store"
    return response


@router.post("/trace", response={200: schemas.TracesOut, **Errors}, summary="溯源", operation_id="evidence_trace")
def evidence_trace(request: HttpRequest, body: schemas.TraceIn) -> schemas.TracesOut:
    """Documents of the asking system behind a number, each with everything that happened. Who may see which is its to say."""
    actor = Actor(kind=ActorKind.STAFF, ref=body.staff)
    found = trace(actor=actor, client=_client(request), text=body.number, masked=body.masked)
    return answers.traces_out(found, notices_find(_client(request), body.number))


@router.post(
    "/evidence/{code}",
    summary="导出签名证据",
    operation_id="evidence_export",
    openapi_extra=answers_file("application/zip"),
)
def evidence_export_view(request: HttpRequest, code: str, body: schemas.EvidenceIn) -> HttpResponse:
    """ZIP with the document, its evidence, certificates, time stamp, and how to check each; signed by SM2."""
    record = EvidenceRecord.objects.filter(code=code, document__client=_client(request)).first()
    if record is None:
        raise Missing
    packed = evidence_export(actor=Actor(kind=ActorKind.STAFF, ref=body.staff), record=record)
    response = HttpResponse(packed, content_type="application/zip")
    response["Cache-Control"] = "no-store"
    return response


@router.post(
    "/authority-seals",
    summary="登记机关电子印章",
    operation_id="authority_seal",
    openapi_extra=answers_file("application/pdf"),
)
def authority_seals(request: HttpRequest, body: schemas.AuthoritySealIn) -> HttpResponse:
    """The PDF with the registration authority's seal in every slot; the same ref gives the same file. Only for the
    registration system."""
    client = _client(request)
    if client.name != AUTHORITY:
        raise OrderRefused("not_the_authority", "只有登记系统可以请登记机关盖章。", status=403)
    try:
        pdf = base64.b64decode(body.pdf_base64, validate=True)
    except ValueError:
        raise OrderRefused("no_pdf", "pdf_base64 看不懂。") from None
    slots = [Slot(s.name, s.page, s.x, s.y, s.width, s.height, "seal") for s in body.slots]
    sealed = authority_seal(
        actor=Actor.service(client.name),
        client=client.name,
        notice=Notice(ref=body.ref, case_no=body.case_no, title=body.title),
        authority=body.authority,
        name=body.name,
        pdf=pdf,
        slots=slots,
    )
    response = HttpResponse(sealed, content_type="application/pdf")
    response["Cache-Control"] = "no-store"
    return response


api.add_router("", router)


@api.exception_handler(OutsideDown)
def _outside_down(request: HttpRequest, error: OutsideDown) -> HttpResponse:
    return _refusal(request, "unavailable", f"认证机构{error.why}，请过一会儿再试。", 503)


@api.exception_handler(AuthorityRefuses)
def _authority_refuses(request: HttpRequest, error: AuthorityRefuses) -> HttpResponse:
    return _refusal(request, "authority_refuses", error.message, 422)


@api.exception_handler(SigningError)
def _cannot_sign(request: HttpRequest, error: SigningError) -> HttpResponse:
    return _refusal(request, "cannot_sign", str(error), 422)


def _refusal(request: HttpRequest, code: str, message: str, status: int) -> HttpResponse:
    return api.create_response(request, {"error": code, "message": message}, status=status)


@api.exception_handler(OrderRefused)
def _order_refused(request: HttpRequest, error: OrderRefused) -> HttpResponse:
    return _refusal(request, error.code, error.message, error.status)


@api.exception_handler(Missing)
def _missing(request: HttpRequest, error: Missing) -> HttpResponse:
    return _refusal(request, "not_found", "没有这个编号。", 404)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first fault with its place; values are not repeated, they may be personal."""
    first: dict[str, Any] = error.errors[0] if error.errors else {"loc": (), "msg": ""}
    where = ".".join(str(part) for part in first["loc"][1:])
    return _refusal(request, "invalid", f"{where}：{first['msg']}", 422)
