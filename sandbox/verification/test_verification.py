"""多源认证: what the camera saw and what the registers say; a result once, by query and callback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from sandbox.callbacks.models import Callback
from sandbox.kit.serials import serial_holds
from sandbox.testing import Caller
from sandbox.verification.models import Session
from sandbox.verification.services import session_decide
from sandbox.world.models import Person

BACK = "http://127.0.0.1:8001/face/back"
CALLBACK = "http://127.0.0.1:8001/callbacks/face"


def open_session(caller: Caller, code: str = "P01", **more: Any) -> dict[str, Any]:
    person = Person.objects.get(pk=code)
    sent = {
        "ref": "ceremony-1",
        "name": person.name,
        "id_type": person.id_type,
        "id_number": person.id_number,
        "purpose": "face",
        "return_url": BACK,
        "callback_url": CALLBACK,
        "bind": ["t1", "t2"],
        **more,
    }
    reply = caller.post("/verification/sessions", sent)
    assert reply.status == 201
    return reply.json()


def press(browser: Client, session: dict[str, Any], outcome: str, method: str = "face") -> str:
    """Press a button on the page; returns where the browser goes."""
    reply = browser.post(urlsplit(session["url"]).path, {"outcome": outcome, "method": method})
    return str(reply["Location"]) if reply.status_code == 302 else ""


def result(caller: Caller, session: dict[str, Any]) -> dict[str, Any]:
    return caller.get(f"/verification/sessions/{session['session_no']}").json()


def test_the_person_himself_passes_and_gets_a_serial_number(signing: Caller, browser: Client) -> None:
    session = open_session(signing)
    assert result(signing, session)["state"] == "open"
    assert "张示例" in browser.get(urlsplit(session["url"]).path).content.decode()
    assert press(browser, session, "self") == f"{BACK}?session_no={session['session_no']}&ref=ceremony-1"
    told = result(signing, session)
    assert (told["state"], told["passed"], told["method"]) == ("passed", True, "face")
    assert told["bind"] == ["t1", "t2"]
    assert serial_holds(told["serial_no"], "RZ")
    callback = Callback.objects.get()
    assert callback.url == CALLBACK
    assert callback.payload == told


@pytest.mark.parametrize(("outcome", "why"), [("fail", "活体检测"), ("other", "不是同一个人")])
def test_a_failed_attempt_and_somebody_else_do_not_pass(
    signing: Caller, browser: Client, outcome: str, why: str
) -> None:
    session = open_session(signing)
    press(browser, session, outcome)
    told = result(signing, session)
    assert (told["passed"], told["serial_no"]) == (False, None)
    assert why in told["why"]
    assert Callback.objects.get().payload["passed"] is False


@pytest.mark.parametrize(
    ("code", "changed", "why"),
    [
        ("P64", {}, "人口库"),
        ("P65", {}, "状态异常"),
        ("P16", {}, "没有可以比对的照片"),
        ("P01", {"name": "李样本"}, "对不上"),
        ("P01", {"id_number": "310101198501010000"}, "对不上"),
    ],
)
def test_who_the_registers_do_not_confirm_does_not_pass_by_his_own_face(
    signing: Caller, browser: Client, code: str, changed: dict[str, str], why: str
) -> None:
    session = open_session(signing, code, **changed)
    press(browser, session, "self")
    assert why in result(signing, session)["why"]


def test_a_result_stands(signing: Caller, browser: Client) -> None:
    session = open_session(signing)
    press(browser, session, "fail")
    assert press(browser, session, "self") == ""
    assert result(signing, session)["passed"] is False
    assert Callback.objects.count() == 1
    assert "认证没有通过" in browser.get(urlsplit(session["url"]).path).content.decode()


def test_two_presses_at_once_give_one_result(signing: Caller) -> None:
    open_session(signing)
    first, second = Session.objects.get(), Session.objects.get()
    session_decide(first, method="face", outcome="self")
    assert session_decide(second, method="face", outcome="other").passed is True
    assert Callback.objects.count() == 1


def test_a_session_expires(signing: Caller, browser: Client) -> None:
    session = open_session(signing)
    row = Session.objects.get()
    Session.objects.update(expires_at=row.expires_at - timedelta(minutes=11))
    press(browser, session, "self")
    assert result(signing, session)["state"] == "expired"


def test_three_in_one_offers_other_ways(signing: Caller, browser: Client) -> None:
    session = open_session(signing, purpose="three_in_one")
    page = browser.get(urlsplit(session["url"]).path).content.decode()
    assert all(word in page for word in ("实名手机", "支付宝", "银行卡"))
    press(browser, session, "self", "alipay")
    assert result(signing, session)["method"] == "alipay"


def test_a_borrowed_mobile_proves_nothing(signing: Caller, browser: Client) -> None:
    session = open_session(signing, "P23", purpose="three_in_one")
    press(browser, session, "self", "mobile")
    assert "别人名下" in result(signing, session)["why"]


def test_three_in_one_takes_no_face(signing: Caller, browser: Client) -> None:
    session = open_session(signing, purpose="three_in_one")
    assert "刷脸" not in browser.get(urlsplit(session["url"]).path).content.decode()
    press(browser, session, "self", "face")
    assert result(signing, session)["state"] == "open"


def test_a_face_session_takes_no_other_way(signing: Caller, browser: Client) -> None:
    session = open_session(signing)
    press(browser, session, "self", "alipay")
    assert result(signing, session)["state"] == "open"


def test_another_application_does_not_see_the_result(signing: Caller, reg: Caller) -> None:
    session = open_session(signing)
    assert reg.get(f"/verification/sessions/{session['session_no']}").status == 404
    assert signing.get("/verification/sessions/HY1").status == 404


def test_the_number_is_no_key_to_the_page(signing: Caller, browser: Client) -> None:
    session = open_session(signing)
    assert browser.get(f"/verification/h5/{session['session_no']}").status_code == 404


def test_a_wrong_answer_is_about_another_session(signing: Caller, browser: Client, fault: Callable[..., None]) -> None:
    session = open_session(signing)
    fault("verification", mode="wrong")
    told = result(signing, session)
    assert told["session_no"] != session["session_no"]
    assert told["ref"] != "ceremony-1"
    fault("verification", mode="ok")
    press(browser, open_session(signing, "P02", ref="ceremony-2"), "self")
    fault("verification", mode="wrong")
    assert result(signing, session)["ref"] == "ceremony-2"
