"""The client of the task API over a real socket: signed, idempotent, and never taken for an answer what is none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from foundation import clock
from foundation.outside.result import Found, NotFound, Unavailable
from reg.integrations import signing as port
from signing_client import Batch, Business, Document, Person
from signing_client.testing import AT, DIGEST, batch_json, document_json

FILE = b"%PDF-1.7 decision"
PERSON = Person(name="卫甲", id_type="10", id_number="31010619820113931X")


class Far:
    """What 电子签名 answers, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes, str]] = {}
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []

    def will(self, path: str, status: int, body: Any, digest: str = "") -> None:
        self.answers[path] = (status, body if isinstance(body, bytes) else json.dumps(body).encode(), digest)

    def will_give(self, path: str, content: bytes, digest: str = "") -> None:
        """A file, with its digest or another one."""
        self.will(path, 200, content, digest or sha256(content).hexdigest())


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    """A server in place of 电子签名."""
    told = Far()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def _answer(self, body: bytes) -> None:
            told.seen.append((self.command, self.path, dict(self.headers), body))
            status, content, digest = told.answers.get(self.path, (404, b"{}", ""))
            self.send_response(status)
            if digest:
                self.send_header(DIGEST, digest)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SIGNING_BASE_URL", f"http://127.0.0.1:{server.server_address[1]}")
    yield told
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_a_batch_is_sent_signed_and_with_its_key(far: Far) -> None:
    far.will("/api/batches", 201, batch_json("B1", state="preparing"))
    answer = port.create_batch(Batch(ref="B1", business=Business.CHANGE, case_no="1", title="文书", documents=()))
    assert isinstance(answer, Found)
    assert answer.value.state == "preparing"
    method, path, headers, body = far.seen[0]
    assert (method, path, json.loads(body)["ref"]) == ("POST", "/api/batches", "B1")
    assert headers["Idempotency-Key"] == "B1"
    assert headers["X-Service"] == "reg"
    assert headers["X-Signature"]


@pytest.mark.django_db
def test_a_batch_that_was_taken_unheard_with_another_mobile_stands(far: Far) -> None:
    decision = Document.of(FILE, ref="D1", title="决议", download_url="http://127.0.0.1/D1", slots=[])
    order = Batch(ref="B1", business=Business.CHANGE, case_no="1", title="文书", documents=[decision])
    far.will("/api/batches", 409, {"error": "key_reused", "message": "这个 Idempotency-Key 已经用于另一个请求。"})
    far.will("/api/batches/B1", 200, batch_json("B1", [document_json("D1")]))
    answer = port.create_batch(order)
    assert isinstance(answer, Found)
    assert [one.ref for one in answer.value.documents] == ["D1"]
    for other in (batch_json("B1", [document_json("D2")]), batch_json("B1", [document_json("D1")], cancelled_at=AT)):
        far.will("/api/batches/B1", 200, other)
        assert isinstance(port.create_batch(order), Unavailable)
    far.will("/api/batches/B1", 200, batch_json("B1", [document_json("D1")]))
    far.will("/api/batches", 409, {"error": "document_locked", "message": "《决议》正在签署。"})
    assert isinstance(port.create_batch(order), Unavailable)


@pytest.mark.django_db
def test_the_state_is_found_missing_or_not_to_be_had(far: Far) -> None:
    far.will("/api/batches/B1", 200, batch_json("B1"))
    found = port.batch_state("B1")
    assert isinstance(found, Found)
    assert found.value.state == "open"
    assert port.batch_state("B2") == NotFound()
    far.will("/api/batches/B1", 500, {})
    assert isinstance(port.batch_state("B1"), Unavailable)
    far.will("/api/batches/B1", 200, b"<html>")
    nonsense = port.batch_state("B1")
    assert isinstance(nonsense, Unavailable)
    assert nonsense.why == "回答不是 JSON 对象"


@pytest.mark.django_db
def test_a_file_that_is_not_complete_or_no_pdf_is_not_taken(far: Far) -> None:
    far.will_give("/api/documents/D1/signed", b"%PDF-1.7 signed")
    assert port.fetch_signed("D1") == Found(b"%PDF-1.7 signed")
    far.will("/api/documents/D2/signed", 409, {"error": "not_complete"})
    assert port.fetch_signed("D2") == NotFound()
    far.will_give("/api/documents/D3/signed", b"<html>sorry")
    assert isinstance(port.fetch_signed("D3"), Unavailable)
    far.will_give("/api/documents/D4/signed", b"%PDF-1.7 signed", "0" * 64)
    assert isinstance(port.fetch_signed("D4"), Unavailable)
    assert isinstance(port.fetch_signed("D1", sha256="0" * 64), Unavailable)


@pytest.mark.django_db
def test_cancelling_reminding_and_entering(far: Far) -> None:
    far.will("/api/batches/B1/cancel", 200, batch_json("B1", state="cancelled"))
    far.will("/api/remind", 200, {"told": 2})
    far.will("/api/tickets", 201, {"url": "http://127.0.0.1/enter/abc/"})
    cancelled = port.cancel_batch("B1")
    assert isinstance(cancelled, Found)
    assert cancelled.value.state == "cancelled"
    assert port.remind("B1") == Found(2)
    assert port.ticket(PERSON) == Found("http://127.0.0.1/enter/abc/")
    far.will("/api/tickets", 201, {})
    assert isinstance(port.ticket(PERSON), Unavailable)


@pytest.mark.django_db
def test_nobody_listening_is_unavailable_and_says_when_to_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNING_BASE_URL", "http://127.0.0.1:9")
    answer = port.batch_state("B1")
    assert isinstance(answer, Unavailable)
    assert answer.retry_at > clock.wall()
