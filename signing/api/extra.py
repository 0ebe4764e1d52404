"""What the contract says beyond the schemas: headers, bodies that are files, and the callbacks that follow an order."""

from __future__ import annotations

from typing import Any

KEY_LONGEST = 80
DIGEST_HEADER = "X-Content-SHA256"
EVENTS = {
    "batch_ready": "文件都取到了，可以签",
    "task_signed": "有人签好了一处",
    "task_refused": "有人不同意签",
    "document_signed": "一份文书签齐了",
    "document_rejected": "一份文书不能签",
    "batch_done": "这一批都签齐了",
    "batch_cancelled": "这一批取消了",
    "authorisation_ended": "授权终止了，据此待签的一份文书停签",
    "authorisation_lapsed": "授权过了有效期，据此待签的一份文书停签",
    "seal_moved": "业务系统自己发起的一次盖章有了结果",
}
"""What a callback can tell."""


def a_file(kind: str, **more: Any) -> dict[str, Any]:
    """A body that is a file."""
    return {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}, **more}


def answers_file(kind: str, **more: Any) -> dict[str, Any]:
    """An operation whose answer is a file."""
    return {"responses": {200: a_file(kind, **more)}}


_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "同一个键、同一份内容再发一次，得到同样的回答",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LONGEST},
}
_EVENT = {
    "type": "object",
    "required": ["event", "batch", "document", "at"],
    "properties": {
        "event": {
            "type": "string",
            "enum": list(EVENTS),
            "description": "；".join(f"{name} {words}" for name, words in EVENTS.items()),
        },
        "batch": {"type": "string"},
        "document": {"type": ["string", "null"], "description": "文书编号；整批的事没有"},
        "at": {"type": "string", "format": "date-time"},
        "seal_order": {"type": ["string", "null"], "description": "哪一次盖章；别的事没有"},
    },
}
_CALLBACK = {
    "summary": "签署有进展",
    "description": "只是提醒：可能晚到、重复、次序颠倒，请再查询一次。带电子签名的 SM2 签名和 Idempotency-Key；没有收下（不是 2xx）会再发。",
    "requestBody": {"required": True, "content": {"application/json": {"schema": _EVENT}}},
    "responses": {"200": {"description": "收下了"}},
}
KEYED = {"parameters": [_IDEMPOTENCY_KEY]}
ORDER = {
    **KEYED,
    "callbacks": {"batch_moved": {"{$request.body#/callback_url}": {"post": _CALLBACK}}},
}
_DIGEST = {"description": "文件的 SHA-256", "schema": {"type": "string"}}
SIGNED_FILE = answers_file("application/pdf", headers={DIGEST_HEADER: _DIGEST})
MENDED_FILE = {
    "requestBody": a_file("application/pdf", required=True),
    **answers_file(
        "application/pdf",
        headers={
            DIGEST_HEADER: _DIGEST,
            "X-Original-SHA256": {"description": "整理前的 SHA-256", "schema": {"type": "string"}},
            "X-Mending": {"description": "做了什么，例如 attachments=2, scripts=1", "schema": {"type": "string"}},
        },
    ),
}
