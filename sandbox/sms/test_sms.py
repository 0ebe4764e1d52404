"""短信: what is sent lies on the phone of who it was sent to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sandbox.sms.models import Message
from sandbox.testing import Caller

TEXT = {"to": "19900000001", "template": "sign", "text": "请您签名：http://127.0.0.1:8001/t/1", "ref": "n-1"}


def test_a_message_lies_on_the_phone(reg: Caller, browser: Client) -> None:
    told = reg.post("/sms/messages", TEXT).json()
    assert told == {"message_id": Message.objects.get().message_id, "to": "199****0001", "ref": "n-1"}
    page = browser.get("/sms/?to=19900000001").content.decode()
    assert "请您签名" in page
    assert "张示例" in page
    assert 'href="http://127.0.0.1:8001/t/1"' in page
    assert "19900000001" in browser.get("/sms/").content.decode()


def test_each_call_is_a_message_of_its_own(reg: Caller) -> None:
    first, second = reg.post("/sms/messages", TEXT).json(), reg.post("/sms/messages", TEXT).json()
    assert first["message_id"] != second["message_id"]


def test_a_call_repeated_under_its_key_is_sent_once(reg: Caller, signing: Caller) -> None:
    key = {"Idempotency-Key": "n-1"}
    first, second = (reg.post("/sms/messages", TEXT, **key) for _ in range(2))
    assert (first.status, first.json()) == (second.status, second.json())
    assert Message.objects.count() == 1
    assert reg.post("/sms/messages", {**TEXT, "text": "别的"}, **key).status == 409
    assert signing.post("/sms/messages", TEXT, **key).status == 201
    assert Message.objects.count() == 2


def test_a_refused_call_may_be_mended_under_its_key(reg: Caller) -> None:
    key = {"Idempotency-Key": "n-2"}
    assert reg.post("/sms/messages", {**TEXT, "to": "1"}, **key).status == 422
    assert reg.post("/sms/messages", TEXT, **key).status == 201


@pytest.mark.parametrize("to", ["", "12345", "2990000000a", "199000000011"])
def test_what_is_no_mobile_is_refused(reg: Caller, to: str) -> None:
    reply = reg.post("/sms/messages", {**TEXT, "to": to})
    assert reply.status == 422
    assert not Message.objects.exists()


def test_a_wrong_system_sends_it_to_somebody_else(reg: Caller, fault: Callable[..., None]) -> None:
    fault("sms", mode="wrong")
    assert reg.post("/sms/messages", TEXT).json()["to"] == "199****0002"
