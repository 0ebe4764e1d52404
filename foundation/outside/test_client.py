"""How outside systems may fail us, and what each failure is called: over a real socket."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import RequestFactory

from foundation.outside import client as client_module
from foundation.outside import health
from foundation.outside.client import OutsideClient, OutsideDown
from foundation.outside.models import SystemHealth
from foundation.outside.signed import verify_request
from foundation.outside.testing import Stub, answer, stub_system

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stub() -> Iterator[Stub]:
    health.forget()
    with stub_system() as system:
        yield system
    health.forget()


@pytest.fixture
def client(stub: Stub) -> OutsideClient:
    return OutsideClient("sms", f"{stub.base}/sms", read_seconds=0.3)


def row() -> SystemHealth:
    return SystemHealth.objects.get(system="sms")


def down(call: Callable[[], object]) -> str:
    with pytest.raises(OutsideDown) as caught:
        call()
    return caught.value.why


def test_an_answer_comes_back_and_health_remembers_it(stub: Stub, client: OutsideClient) -> None:
    stub.behave = lambda write: write(answer(200, '{"message_id": "七"}'.encode()))
    assert client.post("/messages", {"text": "您好"}).json() == {"message_id": "七"}
    assert (row().ok_count, row().failed_count, row().last_why) == (1, 0, "")
    assert stub.seen[0].path == "/sms/messages"
    assert stub.seen[0].body.decode() == '{"text": "您好"}'
    assert stub.seen[0].headers["X-App-Id"] == "reg"


def test_what_is_sent_is_signed_as_it_arrives(stub: Stub, client: OutsideClient) -> None:
    """Paths and queries with Chinese and signs of their own: signature and arrival must agree on every byte."""
    client.get("/messages/编号 7;a=(1)'", {"q": "陆家嘴环路 100号&b", "page": "2"})
    client.post("/messages", {"n": 1}, idempotency_key="K-1")
    for call in stub.seen:
        kind = call.headers.get("Content-Type", "text/plain")
        arrived = RequestFactory().generic(call.method, call.path, call.body, kind, headers=call.headers)
        assert verify_request(arrived) == "reg"
    assert stub.seen[1].headers["Idempotency-Key"] == "K-1"


def test_a_system_that_says_nothing_is_given_up_in_time(stub: Stub, client: OutsideClient) -> None:
    stub.behave = lambda write: time.sleep(0.6)
    began = time.monotonic()
    assert down(lambda: client.get("/x")) == "没有回应"
    assert time.monotonic() - began < 0.6
    assert (row().failed_count, row().last_why) == (1, "没有回应")


def test_a_system_that_drips_is_given_up_too(stub: Stub, client: OutsideClient) -> None:
    def drip(write: Callable[[bytes], None]) -> None:
        write(b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n")
        for _ in range(30):
            write(b"a")
            time.sleep(0.1)

    stub.behave = drip
    began = time.monotonic()
    assert down(lambda: client.get("/x")) == "没有回应"
    assert time.monotonic() - began < 0.3 * client_module.WHOLE + 0.5


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_error_of_theirs_is_not_an_answer(stub: Stub, client: OutsideClient, status: int) -> None:
    stub.behave = lambda write: write(answer(status, b'{"match": true}'))
    assert down(lambda: client.get("/x")) == "出错了"
    assert row().last_why == f"HTTP {status}"


@pytest.mark.parametrize("status", [200, 302, 404, 422])
def test_below_500_it_is_an_answer(stub: Stub, client: OutsideClient, status: int) -> None:
    stub.behave = lambda write: write(answer(status, b"{}", "Location: http://elsewhere.example/"))
    assert client.get("/x").status == status
    assert len(stub.seen) == 1, "a redirect is not followed: it could lead to a host that is not listed"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>login</html>", b"[1]", b"null", b'{"a": ', b"\xff\xfe", b"[" * 100_000],
    ids=["empty", "a page", "a list", "null", "half", "not text", "deep"],
)
def test_nonsense_is_called_nonsense_and_counted(stub: Stub, client: OutsideClient, body: bytes) -> None:
    stub.behave = lambda write: write(answer(200, body))
    assert down(lambda: client.get("/x").json()) == "回答看不懂"
    assert row().last_why == "回答看不懂"


def test_an_answer_that_is_no_http_is_no_answer(stub: Stub, client: OutsideClient) -> None:
    stub.behave = lambda write: write(b"220 smtp ready\r\n")
    assert down(lambda: client.get("/x")) == "连不上"
    stub.behave = lambda write: write(b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nhalf")
    assert down(lambda: client.get("/x")) == "连不上"


def test_nobody_at_home(client: OutsideClient) -> None:
    away = OutsideClient("sms", "http://127.0.0.1:9/sms", read_seconds=0.3)
    assert down(lambda: away.get("/x")) == "连不上"


def test_too_much_is_not_read_to_its_end(stub: Stub, client: OutsideClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_ANSWER", 100_000)
    stub.behave = lambda write: write(answer(200, b"a" * 2_000_000))
    assert down(lambda: client.get("/x")) == "回答太大"
    assert row().last_why == "回答太大"


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/x",
        "https://127.0.0.1/x",
        "http://127.0.0.1:1/x",
        "http://user@127.0.0.1/x",
        "file:///etc/passwd",
        "//evil.example/x",
        "http://[bad/x",
        "",
    ],
)
def test_only_the_configured_host_is_called(client: OutsideClient, stub: Stub, url: str) -> None:
    with pytest.raises(ValueError, match="sms"):
        client.fetch(url)
    assert stub.seen == []


def test_a_reference_in_a_path_does_not_change_the_host(stub: Stub) -> None:
    bare = OutsideClient("sms", stub.base)
    with pytest.raises(ValueError, match="slash"):
        bare.get("@evil.example/x")
    with pytest.raises(ValueError, match="slash"):
        bare.post(".evil.example", {})


def test_a_proxy_of_the_machine_is_not_used(stub: Stub, client: OutsideClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    client_module._pool.cache_clear()
    assert client.get("/x").status == 200
    client_module._pool.cache_clear()


def test_good_answers_are_counted_in_memory_and_written_now_and_then(stub: Stub, client: OutsideClient) -> None:
    for _ in range(5):
        client.get("/x")
    assert row().ok_count == 1
    stub.behave = lambda write: write(answer(500, b""))
    down(lambda: client.get("/x"))
    assert (row().ok_count, row().failed_count) == (5, 1)
    stub.behave = lambda write: write(answer(200, b"{}"))
    client.get("/x")
    assert row().last_ok_at is not None
    assert row().last_failed_at is not None


def test_a_failure_inside_a_transaction_that_rolls_back_is_remembered_after_it(
    stub: Stub, client: OutsideClient
) -> None:
    stub.behave = lambda write: write(answer(500, b""))
    with pytest.raises(OutsideDown), transaction.atomic():
        client.get("/x")
    assert not SystemHealth.objects.exists()
    health.flush()
    assert row().failed_count == 1


def test_health_never_stops_the_call_it_watches(
    stub: Stub, client: OutsideClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def broken(system: str, tally: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(health, "_write", broken)
    assert client.get("/x").status == 200
