"""二维码刷脸: shown, scanned, passed on another phone; renewed, ended, lied about; polled for almost nothing. R138, R145."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.identity.actor import Actor
from foundation.identity.devices import is_desktop
from signing.ceremonies.models import Ceremony, SignatureRecord, Verification
from signing.ceremonies.qr import qr_ask
from signing.ceremonies.starting import ceremony_drop
from signing.ceremonies.verifying import verifications_due
from signing.evidence.models import EvidenceRecord
from signing.guard.models import Reason, RefusedAttempt
from signing.tasks.models import Document
from signing.testing import PERSONS, Browser, Caller, World, arrive, batch, come_back, document, slot, work

Enter = Callable[..., Browser]
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126 Safari/537.36"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126 Mobile Safari/537.36"
POLL_MS = 2.0
"""Most processor time of a poll that finds nothing new, as nearly all do; the test's own browser is in it."""


@pytest.fixture
def signer(enter: Enter, reg: Caller, world: World) -> Browser:
    """卫甲, identified, in a ceremony that waits for his face."""
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    arrive(world)
    browser = enter("P13")
    browser.agree(Document.objects.get())
    browser.post(f"{here()}identity/", {"days": "20"})
    come_back(browser, world.pass_check())
    return browser


def here() -> str:
    return f"/ceremonies/{Ceremony.objects.get().no}/"


def face() -> Verification:
    return Verification.objects.filter(purpose="face").latest("pk")


def to_phone(browser: Browser) -> Verification:
    """用另一台手机刷脸."""
    answer = browser.post(f"{here()}face/", {"where": "phone"})
    assert (answer.status_code, answer["Location"]) == (302, here())
    return face()


def poll(browser: Client, check: Verification, seen: str) -> Any:
    return browser.get(f"/checks/{check.ref}/?seen={seen}", headers={"HX-Request": "true"})


def told(world: World) -> None:
    """多源认证 calls back about the latest check."""
    ref = list(world.checks.values())[-1]["ref"]
    assert Caller("sandbox").post("/callbacks/verification/", {"ref": ref}).status_code == 200
    work()


@pytest.mark.row("R138", part="二维码页面")
@pytest.mark.row("R145", part="对接多源认证H5人脸识别")
def test_the_face_is_shown_to_another_phone_while_this_page_waits(signer: Browser, world: World) -> None:
    check = to_phone(signer)
    page = signer.get(here()).content.decode()
    assert "等待扫码" in page
    assert 'aria-label="刷脸二维码' in page
    assert str(check.qr_url) in page, "in words too, for who cannot scan"
    assert poll(signer, check, "waiting").status_code == 204
    world.scan()
    told(world)
    scanned = poll(signer, check, "waiting").content.decode()
    assert "已扫码，请在手机上刷脸" in scanned
    assert "hx-swap-oob" in scanned, "and it is spoken"
    assert str(check.qr_url) not in scanned
    assert poll(signer, check, "scanned").status_code == 204
    world.pass_check()
    told(world)
    assert poll(signer, check, "scanned").headers["HX-Redirect"] == here()
    assert SignatureRecord.objects.get().verification_no == face().serial_no
    assert face().qr_url is None, "the secret is gone"
    assert AuditEvent.objects.filter(verb="verification.qr", obj_ref=check.ref).count() == 1


@pytest.mark.row("R141", part="溯源")
@pytest.mark.row("R148", part="签名追溯")
def test_the_evidence_tells_that_another_phone_was_used_and_which_identity_check_stood_behind_it(
    signer: Browser, reg: Caller, world: World
) -> None:
    identity = Verification.objects.get(purpose="identity")
    signer.post("/me/identity/", {"days": "60"})
    come_back(signer, world.pass_check())  # another one, begun and never completed: it proves nothing yet
    to_phone(signer)
    world.scan()
    world.pass_check()
    told(world)
    proved = EvidenceRecord.objects.get().parts[0]["proved"]
    assert proved["face"]["scanned_at"]
    assert proved["identity"]["no"] == identity.serial_no
    asked = {"number": face().serial_no, "staff": "examiner1", "masked": True}
    assert "在另一台手机上扫码" in str(reg.post("/api/trace", asked).json())


@pytest.mark.row("R138", part="轮询人脸认证结果")
def test_without_any_callback_the_worker_asks_and_the_page_goes_on(signer: Browser, world: World) -> None:
    check = to_phone(signer)
    for state, act in (("waiting", world.scan), ("scanned", world.pass_check)):
        assert poll(signer, check, state).status_code == 204
        act()
        Verification.objects.update(ask_after=clock.wall())
        verifications_due()
        work()
    assert poll(signer, check, "scanned").headers["HX-Redirect"] == here()
    assert SignatureRecord.objects.exists()


def test_a_face_that_fails_on_the_phone_is_told_here_with_its_reason(signer: Browser, world: World) -> None:
    check = to_phone(signer)
    world.scan()
    world.pass_check(passed=False)
    told(world)
    assert poll(signer, check, "scanned").headers["HX-Redirect"] == here()
    page = signer.get(here()).content.decode()
    assert "没有看清人脸" in page
    assert "二维码" not in page
    again = to_phone(signer)
    assert again.pk != check.pk
    assert again.qr_url


def test_a_picture_ends_and_is_renewed_and_a_second_tap_renews_nothing(signer: Browser, world: World) -> None:
    check = to_phone(signer)
    first = check.qr_url
    assert to_phone(signer).qr_url == first
    Verification.objects.update(qr_ends_at=clock.wall() - timedelta(seconds=1))
    ended = poll(signer, check, "waiting").content.decode()
    assert "这个码已经失效" in ended
    assert "换一张" in ended
    fresh = to_phone(signer)
    assert (fresh.pk, fresh.state) == (check.pk, "asked")
    assert fresh.qr_url != first
    world.scan()
    told(world)
    assert face().scanned_at
    renewed = to_phone(signer)
    assert renewed.scanned_at is None, "not his phone: the new picture takes the check from it"
    assert renewed.qr_url != fresh.qr_url


def test_a_check_that_is_over_there_gets_no_picture_and_is_settled(signer: Browser, world: World) -> None:
    to_phone(signer)
    Verification.objects.filter(purpose="face").update(qr_ends_at=clock.wall())
    world.pass_check()
    to_phone(signer)
    assert face().state == "passed"
    work()
    assert SignatureRecord.objects.exists()


@pytest.mark.parametrize("fault", ["down", "error", "wrong"])
def test_no_picture_of_a_system_that_is_silent_or_answers_about_another_check(
    signer: Browser, world: World, fault: str
) -> None:
    signer.post(f"{here()}face/")
    world.faults["verification"] = fault
    answer = signer.post(f"{here()}face/", {"where": "phone"})
    assert answer.status_code == 503
    assert "多源认证" in answer.content.decode()
    assert face().qr_ends_at is None


def test_a_scan_is_no_proof(signer: Browser, world: World) -> None:
    check = to_phone(signer)
    world.scan()
    told(world)
    assert face().state == "asked"
    assert Ceremony.objects.get().state == "verifying"
    assert "去刷脸" not in signer.get(here()).content.decode()
    ceremony_drop(actor=actor(), ceremony=Ceremony.objects.get(), why="本人先不签")
    assert poll(signer, check, "scanned").headers["HX-Redirect"] == here(), "given up on another page"


def actor() -> Actor:
    return Actor.system("signing")


def test_how_far_the_phone_is_is_told_to_the_signer_alone(signer: Browser, enter: Enter, world: World) -> None:
    check = to_phone(signer)
    assert poll(enter("P04"), check, "").status_code == 404
    assert RefusedAttempt.objects.get().reason == Reason.NOT_YOURS
    assert poll(Client(), check, "").status_code == 302
    assert signer.get(f"/checks/{check.ref}/")["Location"] == here(), "opened as a page it leads back"


def test_a_poll_costs_next_to_nothing_and_begins_no_job(signer: Browser, world: World) -> None:
    check = to_phone(signer)
    with CaptureQueriesContext(connection) as seen:
        assert poll(signer, check, "waiting").status_code == 204
    assert len(seen) <= 4, [one["sql"] for one in seen]
    assert not [one for one in seen if "procrastinate" in one["sql"]]
    before = len(world.seen)
    spent = []
    for _ in range(40):
        started = time.thread_time()
        poll(signer, check, "waiting")
        spent.append(time.thread_time() - started)
    assert len(world.seen) == before, "nobody outside is asked"
    assert sorted(spent)[len(spent) // 4] * 1000 <= POLL_MS


def test_a_computer_is_offered_the_picture_first_and_a_phone_its_camera(signer: Browser) -> None:
    at_desk = signer.get(here(), headers={"User-Agent": WINDOWS}).content.decode()
    in_hand = signer.get(here(), headers={"User-Agent": ANDROID}).content.decode()
    assert at_desk.index("就在这台电脑上刷脸") > 0
    assert "用手机扫码刷脸" in bar(at_desk)
    assert "去刷脸" in bar(in_hand)
    assert "用另一台手机刷脸" in in_hand.replace(bar(in_hand), "")


def bar(page: str) -> str:
    return page[page.index('<div class="q-bar"') :]


@pytest.mark.parametrize(
    ("agent", "desktop"),
    [
        (WINDOWS, True),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", True),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/126", True),
        ("Mozilla/5.0 (Windows NT 10.0) WindowsWechat MicroMessenger/7.0", True),
        (ANDROID, False),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Safari/605.1", False),
        ("Mozilla/5.0 (Phone; OpenHarmony 4.1) ArkWeb/4.1", False),
        ("suishenban/7.1", False),
        ("", False),
    ],
)
def test_what_calls_itself_a_computer(agent: str, desktop: bool) -> None:
    assert is_desktop(agent) is desktop


def test_who_is_identified_and_sits_at_a_computer_sees_the_picture_at_once(
    signer: Browser, reg: Caller, world: World
) -> None:
    signer.post(f"{here()}face/")
    come_back(signer, world.pass_check())
    reg.order(batch(world, [document(world, "D2", [slot(PERSONS["P13"])], pages=1)], ref="B2"), key="k2")
    arrive(world)
    paper = Document.objects.get(ref="D2")
    signer.read(paper)
    sent = {"agree": "1", "look": "printed"}
    answer = signer.post(f"{signer.url(paper)}sign/", sent, headers={"User-Agent": WINDOWS})
    fresh = Ceremony.objects.latest("pk")
    assert answer["Location"] == f"/ceremonies/{fresh.no}/"
    assert "等待扫码" in signer.get(answer["Location"]).content.decode()


@pytest.mark.row("R151", part="创建新验证后人脸识别")
def test_a_new_verification_of_my_own_is_completed_by_another_phone(enter: Enter, reg: Caller, world: World) -> None:
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    browser = enter("P13")
    browser.post("/me/identity/", {"days": "60"})
    come_back(browser, world.pass_check())
    assert browser.post("/me/face/", {"where": "phone"})["Location"] == "/me/"
    assert "等待扫码" in browser.get("/me/").content.decode()
    world.pass_check(passed=False)
    told(world)
    page = browser.get("/me/").content.decode()
    assert "没有看清人脸" in page
    assert "还差刷脸" in page
    assert browser.post("/me/face/", {"where": "phone"})["Location"] == "/me/"
    check = face()
    world.scan()
    world.pass_check()
    told(world)
    assert poll(browser, check, "scanned").headers["HX-Redirect"] == "/me/"
    page = browser.get("/me/").content.decode()
    assert "没有看清人脸" not in page.partition("核验记录")[0]
    assert Verification.objects.get(purpose="identity").valid_until == clock.today() + timedelta(days=60)


@pytest.mark.django_db(transaction=True)
def test_two_pages_that_ask_for_a_picture_at_once_show_the_one_that_counts(
    transactional_db: None, signer: Browser, world: World
) -> None:
    signer.post(f"{here()}face/")
    check, gate = face(), threading.Barrier(4)

    def ask() -> None:
        gate.wait()
        try:
            qr_ask(actor=actor(), check=Verification.objects.get(pk=check.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    latest = list(world.checks.values())[-1]
    assert str(face().qr_url).endswith(f"-{latest['codes']}")
