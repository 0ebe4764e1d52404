"""The client of the task API over a real socket: signed, idempotent, and never taken for an answer what is none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from foundation import clock
from foundation.outside.result import Found, NotFound, Unavailable
from reg.integrations import signing as port


class Far:
    """What 电子签名 answers, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []

    def will(self, path: str, status: int, body: Any) -> None:
        self.answers[path] = (status, body if isinstance(body, bytes) else json.dumps(body).encode())


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
            status, content = told.answers.get(self.path, (404, b"{}"))
            self.send_response(status)
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
    far.will("/api/batches", 201, {"batch": "B1", "state": "preparing"})
    answer = port.create_batch({"ref": "B1"}, idempotency_key="k1")
    assert isinstance(answer, Found)
    method, path, headers, body = far.seen[0]
    assert (method, path, json.loads(body)) == ("POST", "/api/batches", {"ref": "B1"})
    assert headers["Idempotency-Key"] == "k1"
    assert headers["X-Service"] == "reg"
    assert headers["X-Signature"]


@pytest.mark.django_db
def test_the_state_is_found_missing_or_not_to_be_had(far: Far) -> None:
    far.will("/api/batches/B1", 200, {"state": "open"})
    assert port.batch_state("B1") == Found({"state": "open"})
    assert port.batch_state("B2") == NotFound()
    far.will("/api/batches/B1", 500, {})
    assert isinstance(port.batch_state("B1"), Unavailable)
    far.will("/api/batches/B1", 200, b"<html>")
    assert isinstance(port.batch_state("B1"), Unavailable)


@pytest.mark.django_db
def test_a_file_that_is_not_complete_or_no_pdf_is_not_taken(far: Far) -> None:
    far.will("/api/documents/D1/signed", 200, b"%PDF-1.7 signed")
    assert port.fetch_signed("D1") == Found(b"%PDF-1.7 signed")
    far.will("/api/documents/D2/signed", 409, {"error": "not_complete"})
    assert port.fetch_signed("D2") == NotFound()
    far.will("/api/documents/D3/signed", 200, b"<html>sorry")
    assert isinstance(port.fetch_signed("D3"), Unavailable)


@pytest.mark.django_db
def test_cancelling_reminding_and_entering(far: Far) -> None:
    far.will("/api/batches/B1/cancel", 200, {"state": "cancelled"})
    far.will("/api/remind", 200, {"told": 2})
    far.will("/api/tickets", 201, {"url": "http://127.0.0.1/enter/abc/"})
    assert port.cancel_batch("B1") == Found({"state": "cancelled"})
    assert port.remind({"batch": "B1"}) == Found(2)
    assert port.ticket({"person": {}}) == Found("http://127.0.0.1/enter/abc/")
    far.will("/api/tickets", 201, {})
    assert isinstance(port.ticket({"person": {}}), Unavailable)


@pytest.mark.django_db
def test_nobody_listening_is_unavailable_and_says_when_to_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNING_BASE_URL", "http://127.0.0.1:9")
    answer = port.batch_state("B1")
    assert isinstance(answer, Unavailable)
    assert answer.retry_at > clock.wall()
