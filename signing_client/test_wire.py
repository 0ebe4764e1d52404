"""Over the wire: signed as 电子签名 expects, repeated only where harmless, and believed only when it is 电子签名 that speaks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import RequestFactory

from foundation.crypto import crypto
from foundation.crypto.gmssl import Gmssl
from foundation.outside import signed
from foundation.outside.signed import public_key, sign_request, verify_request
from foundation.outside.testing import Stub, answer, stub_system
from signing_client import (
    BadSignature,
    HttpTransport,
    Incoming,
    NotUnderstood,
    RecentNonces,
    ServiceKey,
    SigningClient,
    Unreachable,
    sm2,
)
from signing_client import http as wire
from signing_client.test_contract import ORDER, STATE, WEI
from signing_client.testing import AT
from signing_client.transport import Call

GOOD = answer(200, json.dumps(STATE).encode())
BROKEN = answer(500, b"{}")
EVENT = {"event": "task_signed", "batch": "B1", "document": "D1", "at": AT}
BODY = json.dumps(EVENT).encode()
PATH = "/callbacks/signing?of=1"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceKey]:
    """A business system that 电子签名 knows by its public key."""
    own = ServiceKey("other_system", crypto().sm2_keygen().private)
    monkeypatch.setenv("SERVICE_KEYS", f"other_system:{own.public.hex()}")
    signed._public.cache_clear()
    yield own
    signed._public.cache_clear()


@pytest.fixture
def far() -> Iterator[Stub]:
    with stub_system() as stub:
        stub.behave = lambda write: write(GOOD)
        yield stub


def says(far: Stub, *answers: bytes) -> None:
    """One after the other; the last one for ever."""
    left = list(answers)
    far.behave = lambda write: write(left.pop(0) if len(left) > 1 else left[0])


def client(far: Stub, key: ServiceKey, **more: Any) -> SigningClient:
    return SigningClient(HttpTransport(far.base, key, sleep=lambda seconds: None, **more))


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/sign"])
@pytest.mark.parametrize("path", ["/api/batches", "/api/batches/%E4%B8%AD%20%2F?a=1&b=%2F"])
def test_a_call_is_signed_as_signing_expects(far: Stub, key: ServiceKey, prefix: str, path: str) -> None:
    transport = HttpTransport(far.base + prefix, key)
    transport.send(Call("POST", path, b'{"ref": "B1"}', {"Content-Type": "application/json"}))
    (seen,) = far.seen
    assert seen.path == prefix + path
    come = RequestFactory().generic("POST", seen.path, seen.body, "application/json", headers=seen.headers)
    assert verify_request(come) == "other_system"
    with pytest.raises(BadSignature, match="重复"):
        verify_request(come)


@pytest.mark.django_db
def test_what_may_be_repeated_is_signed_anew_each_time(far: Stub, key: ServiceKey) -> None:
    says(far, BROKEN, BROKEN, GOOD)
    assert client(far, key).batch_create(ORDER).batch == "B1"
    assert len({seen.headers["X-Nonce"] for seen in far.seen}) == len(far.seen) == 3
    assert {seen.headers["Idempotency-Key"] for seen in far.seen} == {"B1"}
    for seen in far.seen:
        verify_request(RequestFactory().generic("POST", seen.path, seen.body, "application/json", headers=seen.headers))


def test_it_gives_up_after_a_few_times_and_says_so(far: Stub, key: ServiceKey) -> None:
    says(far, BROKEN)
    paused: list[float] = []
    with pytest.raises(Unreachable, match="500"):
        SigningClient(HttpTransport(far.base, key, sleep=paused.append)).batch_show("B1")
    assert (len(far.seen), tuple(paused)) == (3, wire.PAUSES)


@pytest.mark.parametrize(
    "ask", [lambda c: c.ticket_issue(WEI), lambda c: c.batch_remind("B1")], ids=["ticket", "remind"]
)
def test_what_does_harm_twice_is_sent_once(far: Stub, key: ServiceKey, ask: Callable[[SigningClient], Any]) -> None:
    says(far, BROKEN)
    with pytest.raises(Unreachable):
        ask(client(far, key))
    assert len(far.seen) == 1


def test_a_refusal_is_not_repeated_and_no_redirect_followed(far: Stub, key: ServiceKey) -> None:
    says(far, answer(302, b"", "Location: /elsewhere"))
    with pytest.raises(NotUnderstood):
        client(far, key).batch_show("B1")
    assert [seen.path for seen in far.seen] == ["/api/batches/B1"]


def test_nobody_there_and_nobody_answering_are_unreachable(far: Stub, key: ServiceKey) -> None:
    with pytest.raises(Unreachable, match="连不上"):
        SigningClient(HttpTransport("http://127.0.0.1:9", key, pauses=())).batch_show("B1")
    done = threading.Event()

    def silent(write: Callable[[bytes], None]) -> None:
        done.wait(5)

    far.behave = silent
    try:
        with HttpTransport(far.base, key, pauses=(), read_seconds=0.2) as transport, pytest.raises(Unreachable):
            SigningClient(transport).batch_show("B1")
    finally:
        done.set()


def test_an_answer_without_end_is_not_taken(far: Stub, key: ServiceKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_BYTES", 1000)
    says(far, answer(200, b"x" * 5000))
    with pytest.raises(NotUnderstood, match="太大"):
        client(far, key).batch_show("B1")


# ---- what comes in ----


@pytest.fixture
def incoming(db: None) -> Incoming:
    signed._public.cache_clear()
    return Incoming(public_key("signing"), RecentNonces())


def test_a_callback_is_read_when_signing_sent_it(incoming: Incoming) -> None:
    event = incoming.event("POST", PATH, sign_request("signing", "POST", PATH, BODY), BODY)
    assert (event.event, event.batch, event.document) == ("task_signed", "B1", "D1")
    assert event.at.utcoffset() is not None


def test_a_callback_is_taken_once(incoming: Incoming) -> None:
    headers = sign_request("signing", "POST", PATH, BODY)
    incoming.event("POST", PATH, headers, BODY)
    with pytest.raises(BadSignature, match="重复"):
        incoming.event("POST", PATH, headers, BODY)
    with pytest.raises(BadSignature, match="不认识服务"):
        incoming.event("POST", PATH, {**headers, "X-Service": "other"}, BODY)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", PATH, BODY), ("POST", "/callbacks/signing?of=2", BODY), ("POST", PATH, BODY.replace(b"B1", b"B2"))],
    ids=["method", "path", "body"],
)
def test_a_changed_callback_is_refused(incoming: Incoming, method: str, path: str, body: bytes) -> None:
    headers = sign_request("signing", "POST", PATH, BODY)
    with pytest.raises(BadSignature, match="签名不对"):
        incoming.event(method, path, headers, body)
    assert incoming.event("POST", PATH, headers, BODY).batch == "B1"


def test_another_service_is_not_signing(incoming: Incoming) -> None:
    for headers in (
        sign_request("reg", "POST", PATH, BODY),
        {**sign_request("reg", "POST", PATH, BODY), "X-Service": "signing"},
        {},
    ):
        with pytest.raises(BadSignature):
            incoming.event("POST", PATH, headers, BODY)


@pytest.mark.parametrize("off", [-301, 301])
def test_an_old_callback_or_one_from_the_future_is_refused(
    incoming: Incoming, monkeypatch: pytest.MonkeyPatch, off: int
) -> None:
    with monkeypatch.context() as then:
        then.setattr(time, "time", lambda now=time.time: now() + off)
        headers = sign_request("signing", "POST", PATH, BODY)
    with pytest.raises(BadSignature, match="时间"):
        incoming.event("POST", PATH, headers, BODY)


def test_a_callback_that_says_nothing_is_told_apart(incoming: Incoming) -> None:
    for body in (b"", b"[]", b"{}", b'{"event": 7}'):
        with pytest.raises(NotUnderstood):
            incoming.event("POST", PATH, sign_request("signing", "POST", PATH, body), body)


def test_old_nonces_are_forgotten_and_fresh_ones_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    nonces = RecentNonces()
    assert nonces.first_use("signing", "n1")
    assert not nonces.first_use("signing", "n1")
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 599)
    assert not nonces.first_use("signing", "n1")
    monkeypatch.setattr(time, "monotonic", lambda: now + 599 + 661)
    assert nonces.first_use("signing", "n1")
    assert len(nonces._seen) == 1


# ---- the algorithms ----


def test_both_libraries_of_the_house_accept_its_signatures() -> None:
    pair = crypto().sm2_keygen()
    assert sm2.public_of(pair.private) == pair.public
    for library in (crypto(), Gmssl()):
        assert sm2.sm3(b"abc") == library.sm3(b"abc")
        assert library.sm2_verify(pair.public, "企登".encode(), sm2.sign(pair.private, "企登".encode()))
        assert sm2.holds(pair.public, b"abc", library.sm2_sign(pair.private, b"abc"))


def test_no_bytes_whatever_hold() -> None:
    pair = crypto().sm2_keygen()
    good = sm2.sign(pair.private, b"abc")
    assert not sm2.holds(pair.public, b"abd", good)
    for public, signature in ((pair.public, b""), (pair.public, good[:-1]), (b"", good), (b"\x04" + bytes(64), good)):
        assert not sm2.holds(public, b"abc", signature)
    for private in (b"", bytes(32), b"\xff" * 32, b"\x01" * 31):
        with pytest.raises(ValueError, match="私钥"):
            sm2.sign(private, b"abc")


def test_the_key_does_not_show() -> None:
    private = crypto().sm2_keygen().private
    assert private.hex() not in repr(ServiceKey("s", private)) + str(ServiceKey("s", private))
