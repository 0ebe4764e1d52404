"""The pages for testers: they say what they are, tell the stories, and work as plain forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from foundation import clock
from sandbox.callbacks.models import Callback
from sandbox.faults.models import Fault
from sandbox.systems import SYSTEMS
from sandbox.testing import Caller

PAGES = [
    "/",
    "/people/",
    "/people/P01/",
    "/people/P16/",
    "/people/P19/",
    "/people/P23/",
    "/companies/",
    "/places/",
    "/faults/",
    "/clock/",
    "/callbacks/",
    "/licences/",
    "/seals/",
    "/sms/",
    "/sms/?to=19900000001",
    *(f"/received/{system.code}/" for system in SYSTEMS),
]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_that_it_is_a_stand_in(browser: Client, address: str) -> None:
    reply = browser.get(address)
    assert reply.status_code == 200
    page = reply.content.decode()
    assert "挡板：不是真的系统" in page
    assert "style=" not in page
    assert "onclick" not in page


def test_the_start_page_tells_who_carries_which_trap(browser: Client) -> None:
    page = browser.get("/").content.decode()
    for words in (
        "失信被执行人",
        "吊销企业法定代表人未满三年",
        "手机号码登记在 P66 名下",
        "吊销，未注销",
        "经营异常名录（失联）",
        "歇业",
        "下载根证书",
    ):
        assert words in page


def test_a_person_is_told_with_posts_lists_and_pictures(browser: Client) -> None:
    page = browser.get("/people/P19/").content.decode()
    assert "失信被执行人" in page
    assert 'src="/people/P19/id-card-front.jpg"' in page
    assert "上海星岚示例科技有限公司" in browser.get("/people/P01/").content.decode()
    assert "id-card-front" not in browser.get("/people/P16/").content.decode()
    assert browser.get("/people/P999/").status_code == 404


@pytest.mark.parametrize("name", ["id-card-front", "id-card-back", "photo-crooked"])
def test_a_picture_is_a_jpeg_to_look_at_or_to_download(browser: Client, name: str) -> None:
    reply = browser.get(f"/people/P01/{name}.jpg")
    assert reply["Content-Type"] == "image/jpeg"
    assert reply.content[:2] == b"\xff\xd8"
    assert "attachment" in browser.get(f"/people/P01/{name}.jpg?download=1")["Content-Disposition"]


def test_there_is_no_picture_of_a_passport_or_of_an_unknown_kind(browser: Client) -> None:
    assert browser.get("/people/P16/id-card-front.jpg").status_code == 404
    assert browser.get("/people/P01/other.jpg").status_code == 404
    assert browser.get("/papers/lease-9.jpg").status_code == 404


def test_a_lease_can_be_downloaded_page_by_page(browser: Client) -> None:
    assert "/papers/lease-3.jpg" in browser.get("/places/").content.decode()
    assert browser.get("/papers/lease-1.jpg").content[:2] == b"\xff\xd8"


@pytest.mark.parametrize(
    ("address", "words"), [("/people/", "黄失信"), ("/companies/", "上海暂歇样本文化传播有限公司")]
)
def test_lists_can_be_searched(browser: Client, address: str, words: str) -> None:
    page = browser.get(address, {"q": words}).content.decode()
    assert words in page
    assert "张示例" not in page
    assert "没有找到" in browser.get(address, {"q": "没有这样的字\x00"}).content.decode()


def test_a_fault_is_set_by_the_form(browser: Client) -> None:
    form = {
        "system": "elicence",
        "mode": "slow",
        "slow_ms": "1500",
        "times": "",
        "callback": "late",
        "late_seconds": "9",
    }
    assert browser.post("/faults/", form)["Location"] == "/faults/#elicence"
    row = Fault.objects.get(pk="elicence")
    assert (row.mode, row.slow_ms, row.times, row.callback, row.late_seconds) == ("slow", 1500, None, "late", 9)
    assert browser.post("/faults/", {"system": "elicence", "mode": "slow", "slow_ms": "viel"}).status_code == 422
    browser.post("/faults/", {"system": "all", "mode": "ok", "callback": "normal"})
    assert not Fault.objects.exclude(mode="ok", callback="normal").exists()


def test_the_clock_page_moves_time_and_shows_both_answers(browser: Client) -> None:
    page = browser.post("/clock/", {"days": "7"}).content.decode()
    assert page.count("没有说到") == 2
    assert abs(clock.now() - clock.wall() - timedelta(days=7)) < timedelta(seconds=2)
    assert "走到" in browser.get("/clock/").content.decode()
    back = browser.post("/clock/", {"day": "2026-01-01", "time": "08:00"})
    assert back.status_code == 422
    assert "法定时间只能往前走" in back.content.decode()
    assert browser.post("/clock/", {"day": "neulich"}).status_code == 422
    assert browser.post("/clock/", {"day": "2028-02-29"}).status_code == 200
    assert clock.today().isoformat() == "2028-02-29"
    assert browser.post("/clock/", {"again": "1"}).status_code == 200


def test_a_held_callback_is_sent_from_the_page(browser: Client) -> None:
    now = clock.wall()
    row = Callback.objects.create(
        system="verification",
        ref="HY1",
        url="http://127.0.0.1:1/",
        payload={},
        played="never",
        state="held",
        created_at=now,
    )
    assert "扣着不发" in browser.get("/callbacks/").content.decode()
    assert browser.post("/callbacks/", {"id": str(row.pk)}).status_code == 302
    row.refresh_from_db()
    assert row.state == "waiting"
    assert browser.post("/callbacks/", {"id": "x"}).status_code == 404


def test_forms_ask_for_their_token(world: None) -> None:
    guarded = Client(enforce_csrf_checks=True)
    assert guarded.post("/faults/", {"system": "ca", "mode": "error"}).status_code == 403
    assert not Fault.objects.exists()


def test_what_a_system_received_is_shown_masked(browser: Client, reg: Caller, fault: Callable[..., None]) -> None:
    fault("population", mode="error")
    reg.post("/population/check", {"name": "张示例", "id_number": "310101198501019190"})
    page = browser.get("/received/population/").content.decode()
    assert "310***********9190" in page
    assert "310101198501019190" not in page
    assert "error" in page


def test_the_contracts_can_be_read(browser: Client) -> None:
    assert "挡板不检查" in browser.get("/contracts/sso.yaml").content.decode()
    assert browser.get("/contracts/other.yaml").status_code == 404


def test_it_lives_and_is_ready(browser: Client) -> None:
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/readyz").json()["ready"] is True
