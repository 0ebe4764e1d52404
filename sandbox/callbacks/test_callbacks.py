"""Callbacks over a real socket: at once, late, twice, out of order, never, by hand; retried, and kept over a restart."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import RequestFactory

from foundation import clock
from foundation.outside.signed import BadSignature, verify_request
from sandbox.callbacks.loop import run
from sandbox.callbacks.models import Callback
from sandbox.callbacks.services import RETRY_SECONDS, callback_queue, callback_send, callbacks_deliver
from sandbox.callbacks.wake import wake


class Application(ThreadingHTTPServer):
    """What an application does with callbacks: takes them down, answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/callbacks/face?x=1"

    @property
    def refs(self) -> list[str]:
        return [json.loads(body)["ref"] for _, _, body in self.got]


class Handler(BaseHTTPRequestHandler):
    server: Application

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *parts: Any) -> None:
        """Quiet."""


@pytest.fixture
def application() -> Iterator[Application]:
    server = Application()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def queue(world: None, application: Application) -> Callable[[str], None]:
    def put(ref: str) -> None:
        callback_queue("verification", application.url, {"ref": ref, "name": "张示例"}, ref=ref)

    return put


def pass_seconds(seconds: float) -> None:
    """As if the wall clock had moved on."""
    for row in Callback.objects.exclude(due_at=None):
        assert row.due_at is not None
        Callback.objects.filter(pk=row.pk).update(due_at=row.due_at - timedelta(seconds=seconds))


def test_a_callback_comes_at_once_and_is_signed(queue: Callable[[str], None], application: Application) -> None:
    queue("a")
    assert callbacks_deliver() == 1
    ((path, headers, body),) = application.got
    assert path == "/callbacks/face?x=1"
    assert json.loads(body) == {"ref": "a", "name": "张示例"}
    sent = {name: headers[name] for name in ("X-Service", "X-Timestamp", "X-Nonce", "X-Signature")}
    make = RequestFactory().post
    assert verify_request(make(path, body, content_type="application/json", headers=sent)) == "sandbox"
    with pytest.raises(BadSignature):
        verify_request(make(path, body + b" ", content_type="application/json", headers=sent))
    assert Callback.objects.get().state == "delivered"
    assert callbacks_deliver() == 0


def test_a_late_one_comes_late(
    queue: Callable[[str], None], application: Application, fault: Callable[..., None]
) -> None:
    fault("verification", callback="late", late_seconds=30)
    queue("a")
    pass_seconds(29)
    assert callbacks_deliver() == 0
    pass_seconds(2)
    assert callbacks_deliver() == 1
    assert application.refs == ["a"]


def test_twice_is_the_same_twice(
    queue: Callable[[str], None], application: Application, fault: Callable[..., None]
) -> None:
    fault("verification", callback="twice")
    queue("a")
    callbacks_deliver()
    pass_seconds(3)
    callbacks_deliver()
    assert application.refs == ["a", "a"]
    assert application.got[0][2] == application.got[1][2]


def test_never_stays_listed_and_can_be_sent_by_hand(
    queue: Callable[[str], None], application: Application, fault: Callable[..., None]
) -> None:
    fault("verification", callback="never")
    queue("a")
    assert callbacks_deliver() == 0
    row = Callback.objects.get()
    assert row.state == "held"
    assert callback_send(row.pk) is True
    callbacks_deliver()
    assert application.refs == ["a"]
    assert callback_send(10**6) is False


def test_a_delivered_one_can_be_sent_again(queue: Callable[[str], None], application: Application) -> None:
    queue("a")
    callbacks_deliver()
    callback_send(Callback.objects.get().pk)
    callbacks_deliver()
    assert application.refs == ["a", "a"]


def test_out_of_order_the_second_overtakes_the_first(
    queue: Callable[[str], None], application: Application, fault: Callable[..., None]
) -> None:
    fault("verification", callback="out_of_order")
    queue("a")
    callbacks_deliver()
    queue("b")
    callbacks_deliver()
    pass_seconds(3)
    callbacks_deliver()
    assert application.refs == ["b", "a"]


def test_a_lonely_one_out_of_order_comes_after_some_seconds(
    queue: Callable[[str], None], application: Application, fault: Callable[..., None]
) -> None:
    fault("verification", callback="out_of_order")
    queue("a")
    pass_seconds(11)
    callbacks_deliver()
    assert application.refs == ["a"]


def test_a_refusing_application_is_tried_again_and_at_last_given_up(
    queue: Callable[[str], None], application: Application
) -> None:
    application.status = 503
    queue("a")
    for _ in RETRY_SECONDS:
        assert callbacks_deliver() == 1
        assert callbacks_deliver() == 0
        pass_seconds(1000)
    row = Callback.objects.get()
    assert (row.state, row.attempts, row.answer) == ("given_up", len(RETRY_SECONDS), "HTTP 503")
    application.status = 200
    callback_send(row.pk)
    callbacks_deliver()
    assert Callback.objects.get().state == "delivered"


def test_an_application_that_is_away_is_tried_again(queue: Callable[[str], None], application: Application) -> None:
    queue("a")
    application.shutdown()
    application.server_close()
    assert callbacks_deliver() == 1
    row = Callback.objects.get()
    assert row.state == "waiting"
    assert "连不上" in row.answer
    assert row.due_at is not None
    assert row.due_at > clock.wall()


def test_an_address_that_is_none_harms_nobody(world: None) -> None:
    callback_queue("verification", "http://[::bad/", {"ref": "a"}, ref="a")
    callback_queue("verification", "", {"ref": "b"}, ref="b")
    assert callbacks_deliver() == 1
    assert "连不上" in Callback.objects.get().answer


@pytest.mark.django_db(transaction=True)
def test_what_was_queued_before_a_restart_is_delivered_after_it(
    queue: Callable[[str], None], application: Application
) -> None:
    queue("a")
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,))
    thread.start()
    deadline = threading.Event()
    for _ in range(100):
        if application.got:
            break
        deadline.wait(0.05)
    stop.set()
    wake()
    thread.join(5)
    assert application.refs == ["a"]
