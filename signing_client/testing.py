"""For tests of a business system: answers as 电子签名 gives them, and a transport that says what it is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from signing_client.transport import Call

Json = dict[str, Any]
AT = "2026-11-23T10:00:00+08:00"
DIGEST = "X-Content-SHA256"


def batch_json(ref: str = "B1", documents: Iterable[Json] = (), *, state: str = "open", **changes: Any) -> Json:
    """BatchOut."""
    times = {"ready_at": AT, "done_at": AT if state == "signed" else None, "cancelled_at": None}
    return {"batch": ref, "case_no": "A1", "state": state, **times, "documents": list(documents), **changes}


def document_json(ref: str = "D1", tasks: Iterable[Json] = (), *, state: str = "open", **changes: Any) -> Json:
    """DocumentOut."""
    problem = {"problem_code": "", "problem": ""}
    facts = {"ref": ref, "title": "股东会决议", "state": state, "locked": state in {"fetching", "open"}, **problem}
    return {**facts, "signed_sha256": None, "tasks": list(tasks), **changes}


def task_json(slot: str = "s1", *, state: str = "open", **changes: Any) -> Json:
    """TaskOut."""
    closed = state in {"signed", "refused", "cancelled"}
    facts = {"slot": slot, "role": "股东", "kind": "person", "signer_kind": "person", "signer_name": "卫甲"}
    number = {"sign_no": "A1-1-1-1" if state == "signed" else None, "closed_at": AT if closed else None}
    return {**facts, "state": state, **number, "reason": "", "on_behalf_of": None, **changes}


def seal_order_json(ref: str, documents: Sequence[Json], *, state: str = "ordered", **changes: Any) -> Json:
    """SealOrderOut, not decided yet unless told otherwise."""
    who = {"uscc": "91310115MAXX00015T", "name": "上海星岚示例科技有限公司", "es_id": "31000020261123000001"}
    facts = {"seal_order": ref, "order_no": "QZ000001", "state": state, "reason": "", "waits_for": "", **who}
    times = {"started_at": AT, "lapses_at": AT, "confirmed_at": None, "settled_at": None}
    address = "http://127.0.0.1/elicence/seal/QZ000001"
    return {**facts, "url": address, **times, "holder": "", "documents": list(documents), **changes}


def sealed_json(ref: str, *, state: str = "waiting", **changes: Any) -> Json:
    """SealedDocumentOut."""
    where = {"batch": "B1", "case_no": "A1", "slot": "s2", "role": "公司", "sign_no": "A1-1-2-1"}
    return {
        **{"document": ref, "title": "股东会决议", **where, "state": state, "reason": ""},
        **{"digest_sm3": "0" * 64, "left": 0},
        **changes,
    }


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: Any, status: int = 200) -> Said:
        return cls(status, json.dumps(value, ensure_ascii=False).encode())

    @classmethod
    def file(cls, content: bytes) -> Said:
        """A signed document with its digest."""
        return cls(200, content, {DIGEST.lower(): hashlib.sha256(content).hexdigest()})


@dataclass
class Told:
    """A transport that remembers what it was given and says what `answer` makes of it."""

    answer: Callable[[Call], Said]
    calls: list[Call] = field(default_factory=list)

    def send(self, call: Call) -> Said:
        self.calls.append(call)
        return self.answer(call)
