"""Signed service calls: what was changed, repeated, too old or from nobody we know is not let in (R157)."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from foundation import clock
from foundation.config import ConfigError, Project, config
from foundation.crypto import crypto
from foundation.outside import signed
from foundation.outside.models import ServiceNonce
from foundation.outside.signed import BadSignature, sign_request, verify_request

pytestmark = pytest.mark.django_db
PATH, BODY = "/api/batches?ref=7", b'{"ref": "B1"}'


@pytest.fixture(autouse=True)
def _keys() -> Iterator[None]:
    signed._public.cache_clear()
    yield
    signed._public.cache_clear()
    config.cache_clear()


def call(headers: dict[str, str], method: str = "POST", path: str = PATH, body: bytes = BODY) -> HttpRequest:
    return RequestFactory().generic(method, path, body, "application/json", headers=headers)


def sign(service: Project = "reg") -> dict[str, str]:
    return sign_request(service, "POST", PATH, BODY)


@pytest.mark.parametrize("service", ["reg", "signing", "sandbox"])
def test_a_call_is_let_in_under_the_name_that_signed_it(service: Project) -> None:
    assert verify_request(call(sign(service))) == service


def test_a_call_is_let_in_once() -> None:
    headers = sign()
    verify_request(call(headers))
    with pytest.raises(BadSignature, match="重复"):
        verify_request(call(headers))


def test_a_repeated_call_is_still_known_after_a_thousand_others() -> None:
    headers = sign()
    verify_request(call(headers))
    ServiceNonce.objects.bulk_create(
        ServiceNonce(service="reg", nonce=f"other{n:08d}", seen_at=clock.wall()) for n in range(1000)
    )
    for _ in range(30):
        verify_request(call(sign()))
    signed.nonces_sweep()
    with pytest.raises(BadSignature, match="重复"):
        verify_request(call(headers))


def test_nonces_are_forgotten_when_their_time_stamp_is_refused_anyway() -> None:
    verify_request(call(sign()))
    ServiceNonce.objects.update(seen_at=clock.wall() - timedelta(seconds=2 * signed.SKEW_SECONDS + 61))
    verify_request(call(sign()))
    assert signed.nonces_sweep() == 1
    assert ServiceNonce.objects.count() == 1


@pytest.mark.row("R157", part="用户身份认证机制")
@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY + b" "},
        {"body": b""},
        {"path": "/api/batches?ref=8"},
        {"path": "/api/batches"},
        {"path": "/api/other?ref=7"},
        {"method": "PUT"},
    ],
    ids=["body", "no body", "query", "no query", "path", "method"],
)
def test_a_changed_call_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadSignature, match="签名不对"):
        verify_request(call(sign(), **changed))
    assert verify_request(call(sign())) == "reg"


@pytest.mark.parametrize("name", ["X-Timestamp", "X-Nonce"])
def test_what_stands_in_the_headers_is_signed_too(name: str) -> None:
    headers = sign()
    changed = {**headers, name: headers[name][:-1] + ("0" if headers[name][-1] != "0" else "1")}
    with pytest.raises(BadSignature, match="签名不对"):
        verify_request(call(changed))


def test_one_service_cannot_speak_for_another() -> None:
    with pytest.raises(BadSignature, match="签名不对"):
        verify_request(call({**sign("sandbox"), "X-Service": "reg"}))


@pytest.mark.parametrize("off", [-301, 301])
def test_an_old_call_or_one_from_the_future_is_refused(monkeypatch: pytest.MonkeyPatch, off: int) -> None:
    with monkeypatch.context() as then:
        then.setattr(time, "time", lambda base=time.time: base() + off)
        headers = sign()
    with pytest.raises(BadSignature, match="时间"):
        verify_request(call(headers))


@pytest.mark.parametrize("name", signed.HEADERS)
@pytest.mark.parametrize(
    "value", ["", "²", "1" * 5000, "a b", "\n", "é" * 20, "====", "x" * 300], ids=lambda v: ascii(v[:4])
)
def test_no_header_whatever_makes_more_than_a_refusal(name: str, value: str) -> None:
    with pytest.raises(BadSignature):
        verify_request(call({**sign(), name: value}))


def test_a_signature_of_other_bytes_is_refused() -> None:
    headers = sign()
    raw = bytearray(base64.b64decode(headers["X-Signature"]))
    for at in (0, 5, len(raw) - 1):
        bad = bytes(raw[:at]) + bytes([raw[at] ^ 1]) + bytes(raw[at + 1 :])
        with pytest.raises(BadSignature):
            verify_request(call({**headers, "X-Signature": base64.b64encode(bad).decode()}))


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(BadSignature, match="不认识服务 mallory"):
        verify_request(call({**sign(), "X-Service": "mallory"}))


def test_production_knows_only_the_services_it_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    key = crypto().sm2_keygen()
    headers = sign()
    monkeypatch.setenv("QIDENG_MODE", "production")
    monkeypatch.setenv("SERVICE_KEYS", "")
    config.cache_clear()
    with pytest.raises(BadSignature, match="不认识服务 reg"):
        verify_request(call(headers))
    with pytest.raises(ConfigError, match="SIGNING_SERVICE_KEY"):
        sign("signing")
    signed._public.cache_clear()
    monkeypatch.setenv("SERVICE_KEYS", f"signing:{key.public.hex()}, other:00")
    monkeypatch.setenv("SIGNING_SERVICE_KEY", key.private.hex())
    assert verify_request(call(sign("signing"))) == "signing"
    with pytest.raises(BadSignature, match="不认识服务 reg"):
        verify_request(call(headers))


@pytest.mark.parametrize("value", ["reg:xyz", "reg:", "reg:04aa"])
def test_a_slip_in_the_list_of_keys_refuses_and_does_not_break(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    headers = sign()
    monkeypatch.setenv("SERVICE_KEYS", value)
    with pytest.raises(BadSignature):
        verify_request(call(headers))
