"""The picture to be scanned: one phone has it, the first; old ones say so; what the phone shows tells nothing of the case."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import Client

from foundation import clock
from foundation.ui.masks import mask_id
from sandbox.callbacks.models import Callback
from sandbox.testing import Caller
from sandbox.verification.codes import Found, code_scan
from sandbox.verification.models import QrCode, Session
from sandbox.verification.test_verification import open_session, press, result
from sandbox.world.models import Person


def picture(caller: Caller, session: dict[str, str]) -> str:
    """Ask for a picture; its path."""
    reply = caller.post(f"/verification/sessions/{session['session_no']}/qr", {})
    assert reply.status == 201
    told = reply.json()
    assert told["session_no"] == session["session_no"]
    return urlsplit(str(told["url"])).path


def shown(phone: Client, path: str) -> str:
    reply = phone.get(path)
    assert reply.status_code == 200
    return str(reply.content.decode())


def show_face(phone: Client, path: str, outcome: str = "self") -> str:
    reply = phone.post(path, {"outcome": outcome}, follow=True)
    return str(reply.content.decode())


def test_a_phone_that_scanned_shows_the_face_and_nothing_of_person_or_case(signing: Caller, browser: Client) -> None:
    session = open_session(signing)
    path = picture(signing, session)
    assert result(signing, session)["scanned_at"] is None
    page = shown(browser, path)
    assert "请 *示例 本人刷脸" in page
    assert result(signing, session)["scanned_at"] is not None
    assert Callback.objects.get().payload["state"] == "open", "the application is told that it was scanned"
    after = show_face(browser, path)
    assert "可以关闭这一页" in after
    assert "请回到原来的设备" in after
    person = Person.objects.get(pk="P01")
    told = result(signing, session)
    for text in (page, after):
        for private in (person.name, person.id_number, mask_id(person.id_number), "ceremony-1", "t1", session["url"]):
            assert private not in text
    assert told["serial_no"] not in after
    assert told["passed"] is True
    assert [one.payload["state"] for one in Callback.objects.order_by("pk")] == ["open", "passed"]


@pytest.mark.parametrize("outcome", ["fail", "other"])
def test_a_face_that_fails_there_is_told_here_and_its_reason_stays_with_the_application(
    signing: Caller, browser: Client, outcome: str
) -> None:
    session = open_session(signing)
    path = picture(signing, session)
    shown(browser, path)
    page = show_face(browser, path, outcome)
    why = result(signing, session)["why"]
    assert "刷脸没有通过" in page
    assert why
    assert why not in page


def test_of_two_phones_the_first_has_it_and_the_second_is_told(signing: Caller, browser: Client) -> None:
    session = open_session(signing)
    path, second = picture(signing, session), Client()
    shown(browser, path)
    assert "另一台手机已经扫过这个码" in shown(second, path)
    show_face(second, path)
    assert result(signing, session)["state"] == "open", "the second phone decides nothing"
    assert "本人刷脸" in shown(browser, path), "the first may look away and come back"
    show_face(browser, path)
    assert result(signing, session)["passed"] is True
    assert "刷脸通过了" in shown(second, path)


@pytest.mark.django_db(transaction=True)
def test_of_two_phones_at_the_same_moment_one_has_it(transactional_db: None, signing: Caller, browser: Client) -> None:
    picture(signing, open_session(signing))
    gate, found = threading.Barrier(4), []

    def scan(phone: str) -> None:
        gate.wait()
        try:
            found.append(code_scan(QrCode.objects.get(), phone))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=scan, args=(f"phone{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == [Found.MINE, Found.TAKEN, Found.TAKEN, Found.TAKEN]


def test_an_old_picture_says_so_whether_it_was_replaced_or_its_time_is_over(signing: Caller, browser: Client) -> None:
    session = open_session(signing)
    old = picture(signing, session)
    shown(browser, old)
    fresh = picture(signing, session)
    assert result(signing, session)["scanned_at"] is None, "nobody has scanned the new one"
    assert "这个码已经失效" in shown(browser, old)
    show_face(browser, old)
    assert result(signing, session)["state"] == "open"
    QrCode.objects.update(expires_at=clock.wall() - timedelta(seconds=1))
    assert "请在原来的设备上换一张" in shown(browser, fresh)


def test_who_scanned_in_time_may_take_his_time(signing: Caller, browser: Client) -> None:
    session = open_session(signing)
    path = picture(signing, session)
    shown(browser, path)
    QrCode.objects.update(expires_at=clock.wall() - timedelta(seconds=1))
    assert "刷脸通过了" in show_face(browser, path)


def test_a_picture_lives_three_minutes_and_no_longer_than_its_session(signing: Caller) -> None:
    session = open_session(signing)
    picture(signing, session)
    left = QrCode.objects.get().expires_at - clock.wall()
    assert timedelta(minutes=2) < left <= timedelta(minutes=3)
    Session.objects.update(expires_at=clock.wall() + timedelta(minutes=1))
    picture(signing, session)
    assert QrCode.objects.latest("pk").expires_at == Session.objects.get().expires_at


def test_there_is_no_picture_of_what_is_over_or_no_face_or_another_applications(
    signing: Caller, reg: Caller, browser: Client
) -> None:
    session = open_session(signing)
    path = f"/verification/sessions/{session['session_no']}/qr"
    assert reg.post(path, {}).status == 404
    press(browser, session, "self")
    assert signing.post(path, {}).json()["error"] == "over"
    other = open_session(signing, ref="ceremony-2", purpose="three_in_one")
    assert signing.post(f"/verification/sessions/{other['session_no']}/qr", {}).json()["error"] == "not_face"
    assert browser.get("/verification/qr/0").status_code == 404


@pytest.fixture
def lying(fault: Callable[..., None]) -> Iterator[None]:
    fault("verification", mode="wrong")
    yield
    fault("verification", mode="ok")


def test_a_wrong_answer_opens_the_session_of_somebody_else(signing: Caller, lying: None) -> None:
    session = open_session(signing)
    other = open_session(signing, "P02", ref="ceremony-2")
    told = signing.post(f"/verification/sessions/{session['session_no']}/qr", {}).json()
    assert told["session_no"] == other["session_no"]
