"""Late, forged, repeated, mixed up and run out: whatever else comes, only one's own proof for this very signing counts. R145, R148."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from foundation.clock import SHANGHAI
from foundation.clock.models import ClockOffset
from foundation.outside.signed import sign_request
from signing.ceremonies.models import Ceremony, SignatureRecord, Verification
from signing.ceremonies.proofs import identity_current
from signing.ceremonies.running import ceremonies_due
from signing.ceremonies.starting import ceremonies_lapse
from signing.guard.models import Reason, RefusedAttempt
from signing.tasks.models import Document, Task
from signing.testing import (
    PERSONS,
    Browser,
    Caller,
    World,
    arrive,
    batch,
    come_back,
    document,
    drawn,
    prove,
    slot,
    work,
)

Enter = Callable[..., Browser]
CALLBACK = "/callbacks/verification/"


@pytest.fixture
def papers(reg: Caller, world: World) -> list[Document]:
    """A document for 卫甲 and 赵演示, and one for 卫甲 alone."""
    both = [slot(PERSONS["P13"], x=60), slot(PERSONS["P04"], x=300, role="执行董事")]
    body = batch(world, [document(world, "D1", both, pages=1), document(world, "D2", both[:1], pages=1)])
    assert reg.order(body).status_code == 201
    arrive(world)
    return list(Document.objects.order_by("ref"))


def to_face(browser: Browser, world: World) -> tuple[Ceremony, dict[str, Any]]:
    """Identified, and before the camera: the latest ceremony and what 多源认证 holds of its face check."""
    ceremony = Ceremony.objects.latest("pk")
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    if not identity_current(ceremony.subject):
        come_back(browser, world.pass_check())
    browser.post(f"/ceremonies/{ceremony.no}/face/")
    return ceremony, list(world.checks.values())[-1]


def verifies_under_me(browser: Browser, world: World) -> None:
    """创建新验证 under 我的, its face shown."""
    for step in ("identity", "face"):
        browser.post(f"/me/{step}/", {"days": "40"})
        come_back(browser, world.pass_check())


def calls_back(check: dict[str, Any]) -> None:
    assert Caller("sandbox").post(CALLBACK, {"ref": check["ref"], "passed": True}).status_code == 200
    work()


def begin(browser: Browser, papers: list[Document], **form: str) -> None:
    for paper in papers:
        browser.agree(paper, **form)


def refused() -> set[str]:
    return set(RefusedAttempt.objects.values_list("reason", flat=True))


# ---- callbacks ----


@pytest.mark.row("R145", part="对接多源认证H5人脸识别")
@pytest.mark.row("R148", part="阻止跳过实名认证")
def test_a_callback_whose_words_were_changed_or_that_is_played_again_is_refused_and_recorded(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    begin(browser, papers)
    _, check = to_face(browser, world)
    honest = json.dumps({"ref": check["ref"], "passed": False}).encode()
    signed = sign_request("sandbox", "POST", CALLBACK, honest)

    def send(body: bytes) -> int:
        return Client().post(CALLBACK, body, content_type="application/json", headers=signed).status_code

    assert send(honest.replace(b"false", b"true")) == 401
    assert send(honest) == 200
    assert send(honest) == 401, "word for word, by somebody who listened"
    assert set(RefusedAttempt.objects.values_list("reason", "obj_ref")) == {(Reason.FORGED_CALLBACK, check["ref"])}
    work()
    assert Verification.objects.get(ref=check["ref"]).state == "asked"


@pytest.mark.row("R148", part="阻止跳过实名认证")
def test_a_face_that_comes_after_the_ceremony_lapsed_signs_nothing_and_proves_no_later_one(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    begin(browser, papers)
    first, check = to_face(browser, world)
    Ceremony.objects.update(lapses_at=clock.wall())
    ceremonies_lapse()
    begin(browser, papers)
    second = Ceremony.objects.latest("pk")
    assert second.pk != first.pk
    world.pass_check(list(world.checks).index(check["session_no"]))
    calls_back(check)
    calls_back(check)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("dropped", "verifying")
    assert world.certificates == 0
    assert not SignatureRecord.objects.exists()
    assert "这次没有签" in browser.get(f"/ceremonies/{first.no}/").content.decode()


@pytest.mark.row("R148", part="绑定实名认证记录")
def test_a_callback_moves_the_ceremony_of_its_own_check_and_no_other(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    one, two = enter("P13"), enter("P04")
    begin(one, papers)
    mine, check = to_face(one, world)
    begin(two, papers[:1])
    other, _ = to_face(two, world)
    assert other.pk != mine.pk
    world.pass_check(list(world.checks).index(check["session_no"]))
    calls_back(check)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == ("done", "verifying")
    assert set(SignatureRecord.objects.values_list("task__subject__key", flat=True)) == {one.key}


@pytest.mark.row("R145", part="对接多源认证H5人脸识别")
def test_callbacks_in_the_wrong_order_change_nothing_that_is_settled(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    begin(browser, papers)
    ceremony = Ceremony.objects.get()
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    identity = world.pass_check()
    come_back(browser, identity)
    browser.post(f"/ceremonies/{ceremony.no}/face/", {"where": "phone"})
    world.scan()
    face = world.pass_check()
    for late in (face, face, identity):  # passed, scanned, and what had passed before
        calls_back(late)
    assert SignatureRecord.objects.count() == 2
    assert set(Verification.objects.values_list("state", flat=True)) == {"passed"}
    assert refused() == set()


# ---- answers ----


@pytest.mark.row("R148", part="阻止跳过实名认证")
def test_the_same_number_on_another_kind_of_document_is_another_person(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    begin(browser, papers)
    ceremony, check = to_face(browser, world)
    world.pass_check()["id_type"] = "57"
    calls_back(check)
    assert refused() == {Reason.OTHER_FACE}
    ceremony.refresh_from_db()
    assert ceremony.state == "verifying"
    assert "没有采信" in browser.get(f"/ceremonies/{ceremony.no}/").content.decode()


# ---- an identity check that runs out ----


def goes_on(world: World) -> None:
    world.faults.clear()
    Ceremony.objects.update(next_try_at=clock.wall())
    ceremonies_due()
    work()


def ran_out() -> None:
    Verification.objects.filter(purpose="identity").update(valid_until=clock.today() - timedelta(days=1))


@pytest.mark.row("R141", part="签署前安全核验")
@pytest.mark.row("R138", part="校验三选一认证结果")
def test_an_identity_check_is_good_until_the_last_second_of_its_day_in_shanghai(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    verifies_under_me(browser, world)
    begin(browser, papers)
    ceremony, _ = to_face(browser, world)
    Verification.objects.filter(purpose="identity").update(valid_until=clock.today())
    midnight = datetime.combine(clock.today() + timedelta(days=1), time.min, SHANGHAI)
    ClockOffset.move_to(midnight - timedelta(minutes=1) - clock.wall())
    assert identity_current(ceremony.subject)
    ClockOffset.move_to(midnight - clock.wall())
    assert identity_current(ceremony.subject) is None
    world.pass_check()["at"] = clock.now().isoformat()
    calls_back(list(world.checks.values())[-1])
    ceremony.refresh_from_db()
    assert ceremony.state == "verifying", "the face alone is not enough any more"
    assert "先做一次实名核验" in browser.get(f"/ceremonies/{ceremony.no}/").content.decode()


@pytest.mark.row("R141", part="签署前安全核验")
@pytest.mark.row("R148", part="阻止跳过实名认证")
@pytest.mark.row("R138", part="校验三选一认证结果")
def test_what_ran_out_before_the_pen_touched_is_refused_without_a_certificate_and_goes_on_after_a_new_check(
    enter: Enter, reg: Caller, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    begin(browser, papers, ink=drawn())
    first = Ceremony.objects.get()
    world.faults["ca"] = "down"
    prove(browser, world)
    work()
    ran_out()
    goes_on(world)
    assert world.certificates == 0, "the authority is not even asked"
    attempts = RefusedAttempt.objects.values_list("reason", "obj_kind", "obj_ref")
    assert set(attempts) == {(Reason.EXPIRED, "task", item.sign_no) for item in first.items.all()}
    page = browser.get(f"/ceremonies/{first.no}/").content.decode()
    assert "要创建新验证" in page
    assert "创建新验证，接着签 2 份" in page

    # one tap: the same papers, the same ink, and the new check is asked for first
    where = browser.post(f"/ceremonies/{first.no}/again/")["Location"]
    second = Ceremony.objects.latest("pk")
    assert where == f"/ceremonies/{second.no}/"
    assert (second.look, second.ink) == ("handwritten", Ceremony.objects.get(pk=first.pk).ink)
    assert browser.post(f"/ceremonies/{first.no}/again/")["Location"] == where, (
        "a second tap leads to what the first began"
    )
    assert "先做一次实名核验" in browser.get(where).content.decode()
    earlier = set(first.items.values_list("sign_no", flat=True))
    assert not earlier & set(second.items.values_list("sign_no", flat=True)), "a new attempt has its own numbers"
    prove(browser, world)
    work()
    assert SignatureRecord.objects.count() == 2
    assert set(SignatureRecord.objects.values_list("ceremony_no", flat=True)) == {second.no}
    assert {one["ref"]: one["state"] for one in reg.state()["documents"]} == {"D1": "open", "D2": "complete"}


@pytest.mark.row("R151", part="创建新验证后人脸识别")
def test_a_new_check_made_under_我的_lets_what_ran_out_go_on_with_the_face_alone(
    enter: Enter, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    begin(browser, papers)
    world.faults["ca"] = "down"
    first = prove(browser, world)
    work()
    ran_out()
    goes_on(world)
    verifies_under_me(browser, world)
    where = browser.post(f"/ceremonies/{first.no}/again/")["Location"]
    assert "刷脸，确认是您本人签" in browser.get(where).content.decode()
    browser.post(f"{where}face/")
    come_back(browser, world.pass_check())
    work()
    assert SignatureRecord.objects.count() == 2


def test_what_somebody_else_closed_meanwhile_does_not_go_on(
    enter: Enter, reg: Caller, world: World, papers: list[Document]
) -> None:
    browser = enter("P13")
    begin(browser, papers)
    world.faults["ca"] = "down"
    first = prove(browser, world)
    work()
    ran_out()
    goes_on(world)
    reg.post("/api/batches/B1/cancel", {})
    assert browser.post(f"/ceremonies/{first.no}/again/")["Location"] == "/"
    assert "这里没有等您签的文书了" in browser.get("/").content.decode()
    assert Ceremony.objects.count() == 1
    assert not Task.objects.filter(state="signing").exists()
