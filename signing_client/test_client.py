"""The client: what it makes of answers, what it refuses to take, and that it needs nothing of ours."""

from __future__ import annotations

import ast
import hashlib
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from signing_client import (
    BatchState,
    Conflict,
    Document,
    Missing,
    NotUnderstood,
    Refused,
    SigningClient,
    WrongBytes,
)
from signing_client.client import DIGEST_HEADER
from signing_client.reading import read
from signing_client.test_contract import GRANTED, ORDER, PAPER, SAID, STATE, WEI, ZHANG
from signing_client.testing import AT, Said, Told, batch_json
from signing_client.transport import Call

PDF = b"%PDF-1.7 signed"


def client(said: Said) -> SigningClient:
    return SigningClient(Told(lambda call: said))


def test_the_state_comes_as_values() -> None:
    state = client(Said.json(STATE)).batch_show("B1")
    assert (state.state, state.over) == ("signed", True)
    assert state.done_at == datetime.fromisoformat(AT)
    (document,) = state.documents
    assert document.complete
    assert document.tasks[0].sign_no == "A1-1-1-1"
    assert not read(BatchState, batch_json("B2", [])).done_at


def test_the_reference_is_the_key_unless_another_is_given() -> None:
    transport = Told(lambda call: Said.json(STATE))
    SigningClient(transport).batch_create(ORDER)
    SigningClient(transport).batch_create(ORDER, key="k7")
    assert [call.headers["Idempotency-Key"] for call in transport.calls] == ["B1", "k7"]
    assert transport.calls[0].body == transport.calls[1].body


@pytest.mark.row("R138", part="查询签署结果接口")
def test_a_signed_file_is_taken_by_its_digest_only() -> None:
    good = Said.file(PDF)
    taken = client(good).document_signed("D1")
    assert taken.content == PDF
    assert client(good).document_signed("D1", sha256=taken.sha256.upper()).content == PDF
    for said in (replace(good, content=PDF + b" "), replace(good, headers={}), Said.file(b"")):
        with pytest.raises(WrongBytes):
            client(said).document_signed("D1", sha256=taken.sha256)
    with pytest.raises(WrongBytes):
        client(good).document_signed("D1", sha256="0" * 64)


@pytest.mark.parametrize(("status", "kind"), [(401, Refused), (404, Missing), (409, Conflict), (422, Refused)])
def test_a_refusal_says_why(status: int, kind: type[Refused]) -> None:
    with pytest.raises(kind) as no:
        client(Said.json({"error": "some_code", "message": "为什么"}, status)).batch_show("B1")
    assert (type(no.value), no.value.code, str(no.value)) == (kind, "some_code", "为什么")
    with pytest.raises(kind, match=str(status)):
        client(Said(status, b"<html>")).batch_show("B1")


BROKEN: list[Any] = [
    [],
    {},
    {**STATE, "documents": {}},
    {**STATE, "documents": [7]},
    {**STATE, "batch": 7},
    {**STATE, "ready_at": "soon"},
    {**STATE, "ready_at": "2026-11-23T10:00:00"},
    {key: value for key, value in STATE.items() if key != "state"},
]


@pytest.mark.parametrize("said", BROKEN)
def test_an_answer_of_another_shape_is_no_answer(said: Any) -> None:
    with pytest.raises(NotUnderstood):
        client(Said.json(said)).batch_show("B1")


def test_an_answer_may_say_more_than_is_known_here() -> None:
    assert client(Said.json({**STATE, "colour": "green"})).batch_show("B1").batch == "B1"


@pytest.mark.parametrize("said", [b"", b"{", b"[" * 5000, b"\xff"])
def test_no_bytes_whatever_are_taken_for_an_answer(said: bytes) -> None:
    with pytest.raises(NotUnderstood):
        client(Said(200, said)).todo_list(WEI)
    with pytest.raises(NotUnderstood):
        client(Said(200, said)).evidence_export("QM1", staff="shen1")


def test_numbers_and_words_are_not_taken_for_each_other() -> None:
    for value in (True, "2", None):
        with pytest.raises(NotUnderstood):
            client(Said.json({"told": value})).batch_remind("B1")
    with pytest.raises(NotUnderstood):
        client(Said.json({"url": 7})).ticket_issue(WEI)
    assert client(Said.json(SAID["pdf_check"])).pdf_check(b"").admitted


def test_who_signs_for_another_says_under_which_authorisation() -> None:
    todo = client(Said.json(SAID["todo_list"])).todo_list(WEI).todos[0].on_behalf_of[0]
    assert (todo.document, todo.authorisation, todo.valid_until) == ("股东会决议", "SQ-000001", date(2027, 10, 31))
    for half in ({"on_behalf_of": ZHANG}, {"authorisation": GRANTED}):
        with pytest.raises(ValueError, match="授权"):
            replace(PAPER.slots[0], **half)
    assert "mobile" not in (PAPER.slots[1].as_json()["on_behalf_of"] or {"mobile": 1})


def test_a_reference_cannot_lead_to_another_operation() -> None:
    transport = Told(lambda call: Said.json(STATE))
    SigningClient(transport).batch_show("../documents/D1?x=/")
    assert transport.calls[0].path == "/api/batches/..%2Fdocuments%2FD1%3Fx%3D%2F"


def test_only_what_does_no_harm_twice_may_be_repeated() -> None:
    transport = Told(lambda call: Said.json({**STATE, "url": "http://127.0.0.1/", "told": 1}))
    signing = SigningClient(transport)
    signing.batch_create(ORDER)
    signing.batch_cancel("B1")
    signing.ticket_issue(WEI)
    signing.batch_remind("B1")
    assert [call.repeatable for call in transport.calls] == [True, True, False, False]


def test_names_and_numbers_of_persons_do_not_show_in_what_is_logged() -> None:
    call = Told(lambda call: Said.json(STATE))
    SigningClient(call).batch_create(ORDER)
    for text in (repr(ORDER), repr(PAPER), repr(WEI), repr(call.calls)):
        assert not {word for word in (WEI.name, WEI.id_number, WEI.mobile) if word in text}


def test_a_document_of_bytes_states_their_digest() -> None:
    facts = {"ref": "D1", "title": "决议", "download_url": "http://127.0.0.1/1", "slots": ()}
    assert Document.of(b"abc", **facts).sha256.startswith("ba7816bf")


def test_the_package_stands_alone() -> None:
    allowed = {*sys.stdlib_module_names, "httpx", "tongsuopy", "signing_client"}
    taken = {
        (path.name, name.split(".")[0])
        for path in Path(__file__).parent.glob("*.py")
        if not path.name.startswith("test_")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _imported(node)
    }
    assert {one for one in taken if one[1] not in allowed} == set()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_whatever_the_transport_raises_comes_through() -> None:
    def silent(call: Call) -> Said:
        raise TimeoutError(call.path)

    with pytest.raises(TimeoutError):
        SigningClient(Told(silent)).batch_show("B1")


def test_a_mended_file_says_what_was_done_and_is_taken_only_when_its_digest_holds() -> None:
    content = b"%PDF-1.7 mended"
    headers = {DIGEST_HEADER: hashlib.sha256(content).hexdigest(), "X-Mending": "attachments=2, scripts=1"}
    mended = client(Said(200, content, headers)).pdf_mend(b"%PDF-1.7")
    assert (mended.content, dict(mended.steps)) == (content, {"attachments": 2, "scripts": 1})
    with pytest.raises(WrongBytes):
        client(Said(200, content + b"!", headers)).pdf_mend(b"%PDF-1.7")
    with pytest.raises(NotUnderstood):
        client(Said(200, content, {**headers, "X-Mending": "attachments=two"})).pdf_mend(b"%PDF-1.7")
