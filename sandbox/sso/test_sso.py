"""随申办: log in, a code that works once and for a minute, and who is behind the token."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from foundation.config import config
from sandbox.grants.models import Grant
from sandbox.sms.models import Message
from sandbox.sso.models import LoginCode
from sandbox.testing import Caller

BACK = f"{config().base_url('reg')}/login/sso"
AUTHORIZE = f"/sso/authorize?{urlencode({'client_id': 'reg', 'redirect_uri': BACK, 'state': 's1'})}"


def code_of(location: str) -> str:
    return parse_qs(urlsplit(location).query)["code"][0]


def log_in(browser: Client, person: str = "P01") -> str:
    """The authorisation code that the application gets."""
    reply = browser.post(AUTHORIZE, {"person": person})
    assert reply.status_code == 302
    assert reply["Location"].startswith(f"{BACK}?code=")
    assert parse_qs(urlsplit(reply["Location"]).query)["state"] == ["s1"]
    return code_of(reply["Location"])


def test_one_tap_on_a_person_tells_the_application_who_he_is(reg: Caller, browser: Client) -> None:
    token = reg.post("/sso/token", {"code": log_in(browser)}).json()
    told = reg.get("/sso/userinfo", Authorization=f"Bearer {token['access_token']}").json()
    assert told == {
        "name": "张示例",
        "id_type": "10",
        "id_number": "310101198501019190",
        "mobile": "19900000001",
        "level": "advanced",
        "sub": token["sub"],
    }


def test_the_same_person_keeps_his_subject(reg: Caller, browser: Client) -> None:
    subjects = {reg.post("/sso/token", {"code": log_in(browser, who)}).json()["sub"] for who in ("P01", "P01", "P02")}
    assert len(subjects) == 2


def test_a_code_is_used_once(reg: Caller, browser: Client) -> None:
    code = log_in(browser)
    assert reg.post("/sso/token", {"code": code}).status == 200
    again = reg.post("/sso/token", {"code": code})
    assert (again.status, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_expires_after_a_minute(reg: Caller, browser: Client) -> None:
    code = log_in(browser)
    grant = Grant.objects.get(code=code)
    Grant.objects.filter(pk=grant.pk).update(code_until=grant.code_until - timedelta(seconds=61))
    assert "过期" in reg.post("/sso/token", {"code": code}).json()["message"]


def test_a_code_serves_only_the_application_it_was_given_to(reg: Caller, signing: Caller, browser: Client) -> None:
    code = log_in(browser)
    assert signing.post("/sso/token", {"code": code}).status == 400
    assert reg.post("/sso/token", {"code": code}).status == 200


def test_a_token_expires(reg: Caller, browser: Client) -> None:
    token = reg.post("/sso/token", {"code": log_in(browser)}).json()["access_token"]
    Grant.objects.update(token_until=Grant.objects.get().token_until - timedelta(minutes=11))  # type: ignore[operator]  # it has one
    assert reg.get("/sso/userinfo", Authorization=f"Bearer {token}").status == 401
    assert reg.get("/sso/userinfo").status == 401
    assert reg.get("/sso/userinfo", Authorization="Bearer nonsense").status == 401


@pytest.mark.parametrize(
    ("client", "back"),
    [("reg", "https://evil.example/x"), ("nobody", BACK), ("reg", "javascript:alert(1)"), ("reg", ""), ("", "")],
)
def test_nobody_is_sent_to_a_strangers_address(browser: Client, client: str, back: str) -> None:
    address = f"/sso/authorize?{urlencode({'client_id': client, 'redirect_uri': back})}"
    for reply in (browser.get(address), browser.post(address, {"person": "P01"})):
        assert reply.status_code == 400
        assert "Location" not in reply
    assert not Grant.objects.exists()


def test_log_in_by_mobile_and_one_time_code(reg: Caller, browser: Client) -> None:
    page = browser.post(AUTHORIZE, {"action": "send", "mobile": "19900000004"})
    assert "验证码发到了这个号码" in page.content.decode()
    sent = re.search(r"\d{6}", Message.objects.get(mobile="19900000004").text)
    assert sent is not None
    wrong = browser.post(AUTHORIZE, {"action": "login", "mobile": "19900000004", "code": "12"})
    assert wrong.status_code == 422
    reply = browser.post(AUTHORIZE, {"action": "login", "mobile": "19900000004", "code": sent[0]})
    token = reg.post("/sso/token", {"code": code_of(reply["Location"])}).json()["access_token"]
    assert reg.get("/sso/userinfo", Authorization=f"Bearer {token}").json()["name"] == "赵演示"
    assert browser.post(AUTHORIZE, {"action": "login", "mobile": "19900000004", "code": sent[0]}).status_code == 422


def test_five_wrong_codes_are_enough(browser: Client) -> None:
    browser.post(AUTHORIZE, {"action": "send", "mobile": "19900000004"})
    code = LoginCode.objects.get().code
    for _ in range(5):
        browser.post(AUTHORIZE, {"action": "login", "mobile": "19900000004", "code": "x"})
    assert browser.post(AUTHORIZE, {"action": "login", "mobile": "19900000004", "code": code}).status_code == 422


def test_a_mobile_that_nobody_has_gets_no_code(browser: Client) -> None:
    page = browser.post(AUTHORIZE, {"action": "send", "mobile": "13800000000"})
    assert page.status_code == 422
    assert not Message.objects.exists()


def test_a_wrong_answer_has_another_subject_than_the_token(
    reg: Caller, browser: Client, fault: Callable[..., None]
) -> None:
    token = reg.post("/sso/token", {"code": log_in(browser)}).json()
    fault("sso", mode="wrong")
    told = reg.get("/sso/userinfo", Authorization=f"Bearer {token['access_token']}").json()
    assert told["name"] == "李样本"
    assert told["sub"] != token["sub"]


def test_the_page_says_that_it_is_a_stand_in_and_finds_people(browser: Client) -> None:
    page = browser.get(f"{AUTHORIZE}&q=失信").content.decode()
    assert "挡板：不是真的系统" in page
    assert "黄失信" in page
    assert "张示例" not in page
