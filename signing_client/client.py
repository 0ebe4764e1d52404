"""The task API (任务接口) as methods: one for each operation of its contract that a business system may use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

from signing_client.answers import (
    AuthorisationState,
    BatchState,
    MendedFile,
    PdfCheck,
    SealOrderMade,
    SealOrderState,
    Signature,
    SignedFile,
    Todos,
    TracedDocument,
)
from signing_client.errors import Conflict, Missing, NotUnderstood, Refused, WrongBytes
from signing_client.orders import Batch, Business, Entity, Person, SealOrder, named, person_json
from signing_client.reading import read
from signing_client.transport import Answer, Call, Transport

T = TypeVar("T")
BAD = 400
KINDS: Mapping[int, type[Refused]] = {404: Missing, 409: Conflict}
DIGEST_HEADER = "x-content-sha256"


class SigningClient:
    """Every method sends one call. They raise Refused (Missing, Conflict), NotUnderstood (WrongBytes), and whatever the
    transport raises when nobody answers (Unreachable)."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def batch_create(self, order: Batch, *, key: str = "") -> BatchState:
        """发起签署. `key` makes repeating it harmless (Idempotency-Key; the batch's reference where none is given): the same
        order is answered as the first time. Conflict: the key or reference was used, or a document is being signed."""
        headers = {"Idempotency-Key": key or order.ref}
        return read(BatchState, self._post("/api/batches", order.as_json(), headers=headers))

    def batch_show(self, ref: str) -> BatchState:
        """查询: how every document and every signature of a batch stands."""
        return read(BatchState, self._json(self._get(f"/api/batches/{_in_path(ref)}")))

    def batch_cancel(self, ref: str) -> BatchState:
        """取消: everything that is open ends; repeating it changes nothing. What was signed before stays signed."""
        return read(BatchState, self._post(f"/api/batches/{_in_path(ref)}/cancel", {}))

    def authorisation_end(self, number: str) -> AuthorisationState:
        """终止授权: nothing more is signed under it; repeating it changes nothing. A number that no order has named yet is
        remembered as ended."""
        return read(AuthorisationState, self._post(f"/api/authorisations/{_in_path(number)}/end", {}))

    def document_signed(self, ref: str, *, sha256: str | None = None) -> SignedFile:
        """取回签齐的文件. Conflict: signatures are missing. WrongBytes: the file has not the digest that the answer states, or
        not `sha256` (DocumentState.signed_sha256) where that is known."""
        answer = self._get(f"/api/documents/{_in_path(ref)}/signed")
        digest = _digest_checked(answer)
        if sha256 is not None and sha256.lower() != digest:
            raise WrongBytes("签好的文件和写明的摘要不一致")
        return SignedFile(answer.content, digest)

    def document_signatures(self, ref: str) -> tuple[Signature, ...]:
        """签名记录 of a document, in the order in which it was signed."""
        said = self._json(self._get(f"/api/documents/{_in_path(ref)}/signatures"))
        return read(tuple[Signature, ...], said.get("signatures"))

    def seal_order_create(self, order: SealOrder, *, key: str) -> SealOrderMade:
        """服务端批量签署: prepare an enterprise's seal on these documents. Bring up 电子营业执照 by `url` yourself; the value comes
        to 电子签名, which tells of it (`seal_moved`). The same `key` and order are answered by the same order.

        Conflict: a document is being sealed, or over. Missing: it is not yours. Unreachable: an outside system is away, and
        nothing was begun; ask again with the same `key`."""
        headers = {"Idempotency-Key": key}
        return read(SealOrderMade, self._post("/api/seal-orders", order.as_json(), headers=headers))

    def seal_order_show(self, ref: str) -> SealOrderState:
        """查询一次盖章: whether the enterprise confirmed, and what became of each document."""
        return read(SealOrderState, self._json(self._get(f"/api/seal-orders/{_in_path(ref)}")))

    def seal_order_cancel(self, ref: str) -> SealOrderState:
        """取消一次盖章: its documents are free; repeating it changes nothing. What the holder confirmed before stands."""
        return read(SealOrderState, self._post(f"/api/seal-orders/{_in_path(ref)}/cancel", {}))

    def ticket_issue(
        self, person: Person, *, entity: Entity | None = None, batch: str | None = None, next_path: str = ""
    ) -> str:
        """一次性入口: an address that lets this person in once, within 60 seconds. Only for whom the business system has
        identified itself; `entity`: the enterprise for which it knows that he may act. Missing: no such `batch` (yet).

        It opens the papers of this business system alone, and is refused (`not_a_signer`) for a person, or an enterprise, of
        whom no batch has asked anything; unless 电子签名 has entered the system as logging people in by their real names."""
        body: dict[str, Any] = {"person": person_json(person), "entity": named(entity) if entity else None}
        said = self._post("/api/tickets", {**body, "batch": batch, "next": next_path}, repeatable=False)
        return _text(said, "url")

    def batch_remind(self, batch: str, *, person: Person | None = None) -> int:
        """催签: text those who have not signed (or this one); returns how many were texted, each at most once in ten minutes."""
        body = {"batch": batch, "person": person_json(person) if person else None}
        told = self._post("/api/remind", body, repeatable=False).get("told")
        return read(int, told)

    def todo_list(self, person: Person, *, entity: Entity | None = None, business: Business | None = None) -> Todos:
        """待办查询: what of this business system waits for a person (and the enterprise for which he acts)."""
        body = {"person": person_json(person), "entity": named(entity) if entity else None, "business": business or ""}
        return read(Todos, self._post("/api/todos", body))

    def pdf_check(self, content: bytes) -> PdfCheck:
        """PDF 有效性: whether this file could be signed."""
        call = Call("POST", "/api/pdf/check", content, {"Content-Type": "application/pdf"}, repeatable=True)
        return read(PdfCheck, self._json(self._sent(call)))

    def pdf_mend(self, content: bytes) -> MendedFile:
        """整理 PDF: a refused file put right. Conflict: nothing is wrong with it; Refused: nothing can be done about it."""
        call = Call("POST", "/api/pdf/mend", content, {"Content-Type": "application/pdf"}, repeatable=True)
        answer = self._sent(call)
        return MendedFile(answer.content, _digest_checked(answer), _steps(answer.headers.get("X-Mending", "")))

    def evidence_trace(self, number: str, *, staff: str, masked: bool = True) -> tuple[TracedDocument, ...]:
        """溯源: documents of this business system behind any number. `staff`: for whom it is asked, which is recorded."""
        said = self._post("/api/trace", {"number": number, "staff": staff, "masked": masked})
        return read(tuple[TracedDocument, ...], said.get("documents"))

    def evidence_export(self, code: str, *, staff: str) -> bytes:
        """导出签名证据: the evidence behind a 验签码 as a ZIP."""
        content = self._sent(_posted(f"/api/evidence/{_in_path(code)}", {"staff": staff}, {}, False)).content
        if not content.startswith(b"PK"):
            raise NotUnderstood("取到的证据不是 ZIP")
        return content

    def _get(self, path: str) -> Answer:
        return self._sent(Call("GET", path, repeatable=True))

    def _post(
        self, path: str, body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None, repeatable: bool = True
    ) -> dict[str, Any]:
        return self._json(self._sent(_posted(path, body, headers or {}, repeatable)))

    def _sent(self, call: Call) -> Answer:
        answer = self._transport.send(call)
        if answer.status >= BAD:
            _refused(answer)
        return answer

    def _json(self, answer: Answer) -> dict[str, Any]:
        try:
            said = json.loads(answer.content)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise NotUnderstood("回答不是 JSON 对象")
        return said


def _posted(path: str, body: Mapping[str, Any], headers: Mapping[str, str], repeatable: bool) -> Call:
    content = json.dumps(body, ensure_ascii=False).encode()
    return Call("POST", path, content, {"Content-Type": "application/json", **headers}, repeatable)


def _digest_checked(answer: Answer) -> str:
    """SHA-256 of a file that came; WrongBytes when the answer states none, or another."""
    digest, stated = hashlib.sha256(answer.content).hexdigest(), answer.headers.get(DIGEST_HEADER, "").lower()
    if not stated:
        raise WrongBytes("取到的文件没有写明摘要")
    if stated != digest:
        raise WrongBytes("取到的文件和写明的摘要不一致")
    return digest


def _steps(text: str) -> dict[str, int]:
    """attachments=2, scripts=1"""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    if not all(code and count.isascii() and count.isdigit() for code, _, count in pairs):
        raise NotUnderstood("整理做了什么看不懂")
    return {code: int(count) for code, _, count in pairs}


def _in_path(ref: str) -> str:
    return quote(ref, safe="")


def _text(said: Mapping[str, Any], name: str) -> str:
    return read(str, said.get(name))


def _refused(answer: Answer) -> NoReturn:
    """Why, in the words of the answer; a refusal without words gets its status."""
    try:
        said = json.loads(answer.content)
        code, message = str(said["error"]), str(said["message"])
    except (ValueError, RecursionError, TypeError, KeyError):
        code, message = "", f"电子签名不接受这次请求（{answer.status}）"
    raise KINDS.get(answer.status, Refused)(answer.status, code, message)
