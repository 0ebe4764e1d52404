"""From reading to the signed file: proof before signature, one winner, nothing twice, nothing borrowed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from PIL import Image

from foundation import clock
from foundation.clock.models import ClockOffset
from foundation.files.models import StoredFile
from foundation.files.services import file_read, file_store
from foundation.ui.masks import mask_mobile
from signing.ceremonies import applying, running
from signing.ceremonies.applying import items_sign
from signing.ceremonies.models import Ceremony, CeremonyItem, SignatureRecord, Verification
from signing.ceremonies.proofs import identity_current, proof_of
from signing.ceremonies.running import ceremonies_due, ceremony_run
from signing.ceremonies.starting import ceremonies_lapse
from signing.ceremonies.trust import trust
from signing.ceremonies.verifying import verifications_due
from signing.guard.models import Reason, RefusedAttempt
from signing.pdf.verify import verify_pdf
from signing.tasks.models import Document, Reading, Task
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


@pytest.fixture
def papers(reg: Caller, world: World) -> dict[str, Document]:
    """A case of two documents: both for 卫甲, the first for 赵演示 too."""
    both = [slot(PERSONS["P13"], x=60), slot(PERSONS["P04"], x=300, role="执行董事")]
    body = batch(world, [document(world, "D1", both), document(world, "D2", both[:1], pages=1, title="任职书")])
    assert reg.order(body).status_code == 201
    arrive(world)
    return {row.ref: row for row in Document.objects.order_by("pk")}


def start(browser: Browser, papers: dict[str, Document]) -> str:
    """Read and agree to everything; returns where the ceremony goes on."""
    browser.agree(papers["D1"])
    answer = browser.agree(papers["D2"])
    assert answer.status_code == 302
    return str(answer.url)


@pytest.mark.row("R149", part="签名结果展示")
@pytest.mark.row("R148", part="签名业务流水号贯穿签名流程")
@pytest.mark.row("R148", part="绑定实名认证记录")
@pytest.mark.row("R148", part="签名追溯")
@pytest.mark.row("R141", part="流水号绑定")
def test_a_person_reads_proves_signs_and_the_file_verifies(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    where = start(browser, papers)
    assert where.startswith("/ceremonies/")
    ceremony = prove(browser, world)
    assert ceremony.state == "signing"
    work()
    ceremony.refresh_from_db()
    assert (ceremony.state, ceremony.private_key) == ("done", None)
    assert ceremony.key_destroyed_at is not None
    states = {one["ref"]: one["state"] for one in reg.state()["documents"]}
    assert states == {"D1": "open", "D2": "complete"}
    signed = reg.get("/api/documents/D2/signed")
    believed = trust()
    report = verify_pdf(signed.content, believed.roots, believed.intermediates)
    assert report.ok
    assert [one.signer for one in report.signatures] == ["卫甲"]
    records = reg.get("/api/documents/D2/signatures").json()["signatures"]
    face = Verification.objects.get(purpose="face")
    assert records[0]["verification_no"] == face.serial_no
    assert records[0]["business_no"] == "310115202611230000017"
    assert records[0]["sign_no"] == "310115202611230000017-2-1-1"
    assert records[0]["sign_no"] in face.bound
    assert world.checks[face.provider_no]["bind"] == face.bound
    assert reg.get("/api/documents/D1/signed").status_code == 409


def test_two_signers_sign_one_document_after_each_other(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    first, second = enter("P13"), enter("P04")
    start(first, papers)
    prove(first, world)
    work()
    second.agree(papers["D1"])
    prove(second, world)
    work()
    believed = trust()
    content = reg.get("/api/documents/D1/signed").content
    report = verify_pdf(content, believed.roots, believed.intermediates)
    assert report.ok
    assert {one.signer for one in report.signatures} == {"卫甲", "赵演示"}
    assert reg.state()["state"] == "signed"
    assert {call["event"] for call in world.callbacks} >= {"task_signed", "document_signed", "batch_done"}


@pytest.mark.row("R143", part="通过图片展示")
@pytest.mark.row("R143", part="避免文件被非法获取")
@pytest.mark.row("R149", part="待签名文书展示")
def test_a_signer_is_given_pictures_and_never_the_pdf(enter: Enter, papers: dict[str, Document]) -> None:
    browser = enter("P13")
    answer = browser.get(f"{browser.url(papers['D1'])}pages/1.jpg")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert Image.open(io.BytesIO(answer.content)).size[0] == 1000
    assert browser.get("/api/documents/D1/signed").status_code == 401


@pytest.mark.row("R143", part="避免文件被非法获取")
def test_every_picture_bears_the_name_of_who_looks(enter: Enter, papers: dict[str, Document]) -> None:
    one, two = enter("P13"), enter("P04")
    assert not Task.objects.filter(place__page=1).exists(), "on the second page nothing is marked for anybody"

    def seen(browser: Browser) -> bytes:
        return bytes(browser.get(f"{browser.url(papers['D1'])}pages/2.jpg").content)

    assert seen(one) == seen(one)
    assert seen(two) == seen(two)
    assert seen(one) != seen(two), "nothing but the watermark tells them apart"


@pytest.mark.row("R143", part="通过图片展示")
@pytest.mark.parametrize("harm", ["no_pdf", "lost", "changed", "unfiled"])
def test_a_page_that_cannot_be_shown_says_so_in_its_place_and_does_not_count_as_read(
    enter: Enter, papers: dict[str, Document], harm: str
) -> None:
    browser, paper = enter("P13"), papers["D1"]
    assert paper.current is not None
    match harm:
        case "no_pdf":
            paper.current = file_store(b"%PDF-1.4\nnothing", kind="pdf")
        case "lost":
            storages["default"].delete(paper.current.path)
        case "changed":
            storages["default"].delete(paper.current.path)
            storages["default"].save(paper.current.path, ContentFile(b"\0\0\0\1x"))
        case _:
            paper.current = None
    paper.save(update_fields=["current"])
    answer = browser.get(f"{browser.url(paper)}pages/1.jpg")
    assert (answer.status_code, answer["Content-Type"]) == (503, "image/jpeg")
    assert answer["Cache-Control"] == "private, no-store"
    assert Image.open(io.BytesIO(answer.content)).size == (1000, 1414)
    assert browser.get(browser.url(paper)).status_code == 200
    Document.objects.update(text_checked=False)
    assert browser.get(f"{browser.url(paper)}text/").status_code == 200
    assert not Reading.objects.exclude(pages=[]).exists()


def test_the_button_wakes_when_every_page_was_shown(enter: Enter, papers: dict[str, Document]) -> None:
    browser, paper = enter("P13"), papers["D1"]
    page = browser.get(browser.url(paper)).content.decode()
    assert "看第 2 页" in page
    answer = browser.post(f"{browser.url(paper)}sign/", {"agree": "1", "look": "printed"})
    assert answer.status_code == 422
    assert "还没有看" in answer.content.decode()
    browser.read(paper)
    assert "读过了，看下一份" in browser.get(f"{browser.url(paper)}?page=2").content.decode()
    unticked = browser.post(f"{browser.url(paper)}sign/", {"look": "printed"})
    assert "请先勾选" in unticked.content.decode()


def test_the_text_version_counts_as_read(enter: Enter, papers: dict[str, Document]) -> None:
    browser, paper = enter("P13"), papers["D1"]
    assert "Page 2" in browser.get(f"{browser.url(paper)}text/").content.decode()
    assert browser.post(f"{browser.url(paper)}sign/", {"agree": "1", "look": "printed"}).status_code == 302


def test_handwriting_is_kept_for_the_next_time(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    browser = enter("P13")
    browser.agree(papers["D1"])
    browser.agree(papers["D2"], ink=drawn())
    assert Ceremony.objects.get().look == "handwritten"
    prove(browser, world)
    work()
    kept = browser.get("/me/signature.png")
    assert kept["Content-Type"] == "image/png"
    assert enter("P04").get("/me/signature.png").status_code == 404


@pytest.mark.parametrize("bad", ["data:image/png;base64,AAAA", "data:image/svg+xml;base64,PHN2Zz4=", "x" * 50])
def test_what_is_no_handwriting_is_refused(enter: Enter, papers: dict[str, Document], bad: str) -> None:
    browser = enter("P13")
    browser.agree(papers["D1"])
    assert browser.agree(papers["D2"], ink=bad).status_code == 422
    assert not Ceremony.objects.exists()


@pytest.mark.row("R141", part="签署前安全核验")
@pytest.mark.row("R148", part="阻止跳过实名认证")
def test_nothing_is_signed_without_a_passed_face_check(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = Ceremony.objects.get()
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    come_back(browser, world.pass_check())
    Ceremony.objects.update(state="signing", next_try_at=clock.wall())
    ceremony_run(ceremony_id=ceremony.pk)
    assert not SignatureRecord.objects.exists()
    assert world.certificates == 0
    assert set(RefusedAttempt.objects.values_list("reason", flat=True)) == {Reason.SKIPPED}


@pytest.mark.row("R148", part="阻止跳过实名认证")
def test_a_face_check_of_an_earlier_ceremony_does_not_carry_over(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    start(browser, papers)
    first = prove(browser, world)
    Verification.objects.filter(purpose="face").update(bound=["310115202611230000017-1-1-9"])
    work()
    assert not SignatureRecord.objects.exists()
    assert set(RefusedAttempt.objects.values_list("reason", flat=True)) == {Reason.BORROWED}
    assert set(first.items.values_list("state", flat=True)) == {"failed"}


def test_a_face_check_that_failed_can_be_repeated(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = Ceremony.objects.get()
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "40"})
    come_back(browser, world.pass_check())
    browser.post(f"/ceremonies/{ceremony.no}/face/")
    come_back(browser, world.pass_check(passed=False))
    page = browser.get(f"/ceremonies/{ceremony.no}/").content.decode()
    assert "没有看清人脸" in page
    browser.post(f"/ceremonies/{ceremony.no}/face/")
    come_back(browser, world.pass_check())
    work()
    assert SignatureRecord.objects.count() == 2


@pytest.mark.row("R148", part="阻止跳过实名认证")
def test_a_verification_number_counts_once(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    first, second = enter("P13"), enter("P04")
    start(first, papers)
    prove(first, world)
    used = str(Verification.objects.get(purpose="face").serial_no)
    second.agree(papers["D1"])
    ceremony = Ceremony.objects.latest("pk")
    second.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    come_back(second, world.pass_check())
    second.post(f"/ceremonies/{ceremony.no}/face/")
    come_back(second, world.pass_check(serial=used))
    assert Verification.objects.latest("pk").state == "refused"
    assert RefusedAttempt.objects.get().reason == Reason.REPLAYED
    ceremony.refresh_from_db()
    assert ceremony.state == "verifying"


@pytest.mark.row("R148", part="阻止跳过实名认证")
def test_a_check_of_other_tasks_or_another_person_is_not_believed(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = Ceremony.objects.get()
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    come_back(browser, world.pass_check())
    for spoil, reason in (
        ({"bind": ["310115202611230000017-9-9-9"]}, Reason.BORROWED),
        ({"id_number": PERSONS["P04"]["id_number"]}, Reason.OTHER_FACE),
        ({"ref": "V000"}, Reason.BORROWED),
    ):
        browser.post(f"/ceremonies/{ceremony.no}/face/")
        check = world.pass_check()
        kept = dict(check)
        check.update(spoil)
        come_back(browser, kept)
        assert RefusedAttempt.objects.latest("pk").reason == reason
    ceremony.refresh_from_db()
    assert ceremony.state == "verifying"


def test_an_answer_about_another_session_is_not_believed(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = Ceremony.objects.get()
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    world.faults["verification"] = "wrong"
    come_back(browser, world.pass_check())
    assert RefusedAttempt.objects.get().reason == Reason.BORROWED
    assert not Verification.objects.filter(state="passed").exists()


@pytest.mark.row("R151", part="有效期三选项")
def test_an_identity_check_lasts_as_long_as_chosen(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = Ceremony.objects.get()
    assert browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "90"}).status_code == 422
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "60"})
    come_back(browser, world.pass_check())
    identity = Verification.objects.get()
    assert (identity.state, identity.valid_until) == ("passed", None)
    page = browser.get(f"/ceremonies/{ceremony.no}/").content.decode()
    assert "刷脸通过，实名核验才算完成，从当天起 60 天有效" in page
    browser.post(f"/ceremonies/{ceremony.no}/face/")
    come_back(browser, world.pass_check())
    identity.refresh_from_db()
    assert identity.valid_until == clock.today() + timedelta(days=60)


@pytest.mark.row("R151", part="取消第一次人脸识别")
@pytest.mark.row("R151", part="创建新验证后人脸识别")
@pytest.mark.row("R151", part="有效期三选项")
def test_a_new_verification_begins_without_a_face_and_counts_once_the_face_was_shown(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    assert "创建新验证" in browser.get("/me/").content.decode()
    assert browser.post("/me/identity/", {"days": "90"}).headers["Location"] == "/me/"
    assert browser.post("/me/face/").headers["Location"] == "/me/", "no face before the identity"
    assert not Verification.objects.exists()
    browser.post("/me/identity/", {"days": "40"})
    come_back(browser, world.pass_check())
    identity = Verification.objects.get()
    assert (identity.purpose, identity.state, identity.valid_until) == ("identity", "passed", None)
    assert identity_current(identity.subject) is None
    assert "还差刷脸" in browser.get("/me/").content.decode()
    browser.post("/me/face/")
    come_back(browser, world.pass_check())
    identity.refresh_from_db()
    assert identity.valid_until == clock.today() + timedelta(days=40)
    assert identity_current(identity.subject) == identity
    page = browser.get("/me/").content.decode()
    assert "还差刷脸" not in page
    assert str(identity.serial_no) in page


@pytest.mark.row("R141", part="签署前安全核验")
def test_a_face_is_no_identity_and_an_identity_no_face(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    browser = enter("P13")
    start(browser, papers)
    no = Ceremony.objects.get().no
    browser.post(f"/ceremonies/{no}/identity/", {"days": "20"})
    check = world.pass_check()
    check["method"] = "face"
    come_back(browser, check)
    assert RefusedAttempt.objects.get().reason == Reason.BORROWED
    assert not Verification.objects.filter(state="passed").exists()


@pytest.mark.row("R151", part="创建新验证后人脸识别")
def test_a_face_that_comes_too_late_completes_nothing(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    browser = enter("P13")
    browser.post("/me/identity/", {"days": "20"})
    come_back(browser, world.pass_check())
    Verification.objects.update(settled_at=clock.now() - timedelta(minutes=31))
    assert browser.post("/me/face/").headers["Location"] == "/me/"
    assert Verification.objects.count() == 1
    assert identity_current(Verification.objects.get().subject) is None


@pytest.mark.row("R141", part="签署前安全核验")
def test_an_identity_check_that_ran_out_at_the_moment_of_signing_stops_it(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    start(browser, papers)
    prove(browser, world)
    world.faults["ca"] = "down"
    work()
    ClockOffset.move_to(timedelta(days=21))
    world.faults.clear()
    Ceremony.objects.update(next_try_at=clock.wall())
    ceremonies_due()
    work()
    assert not SignatureRecord.objects.exists()
    assert set(RefusedAttempt.objects.values_list("reason", flat=True)) == {Reason.EXPIRED}
    assert set(Task.objects.filter(subject__name_settled_at__isnull=False).values_list("state", flat=True)) == {"open"}


def test_no_signature_is_dated_after_the_midnight_at_which_its_identity_check_ran_out(
    enter: Enter, world: World, papers: dict[str, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Midnight comes between looking at the proofs and signing."""
    now = clock.to_shanghai(clock.now())
    before = now.replace(hour=23, minute=59, second=30) - now
    world.authority.ahead = before
    ClockOffset.move_to(before)
    browser = enter("P13")
    start(browser, papers)
    prove(browser, world)
    last_day = clock.today()
    Verification.objects.filter(purpose="identity").update(valid_until=last_day)

    def proof_and_midnight(ceremony: Ceremony) -> Any:
        found = proof_of(ceremony)
        ClockOffset.move_to(before + timedelta(minutes=1))
        return found

    monkeypatch.setattr("signing.ceremonies.applying.proof_of", proof_and_midnight)
    work()
    assert clock.today() == last_day + timedelta(days=1)
    days = {clock.shanghai_day(moment) for moment in SignatureRecord.objects.values_list("signed_at", flat=True)}
    assert days == {last_day}


@pytest.mark.row("R145", part="对接多源认证H5人脸识别")
@pytest.mark.parametrize("way", ["callback", "twice", "never"])
def test_the_callback_may_come_once_twice_or_never(
    enter: Enter, world: World, papers: dict[str, Document], way: str
) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = Ceremony.objects.get()
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    come_back(browser, world.pass_check())
    browser.post(f"/ceremonies/{ceremony.no}/face/")
    check = world.pass_check()
    sandbox = Caller("sandbox")
    if way == "never":
        Verification.objects.update(ask_after=clock.wall())
        verifications_due()
        work()
    else:
        for _ in range(2 if way == "twice" else 1):
            answer = sandbox.post("/callbacks/verification/", {"ref": check["ref"], "passed": True})
            assert answer.status_code == 200
            work()
    assert SignatureRecord.objects.count() == 2


@pytest.mark.row("R148", part="阻止跳过实名认证")
def test_a_forged_callback_is_refused_and_a_lying_one_changes_nothing(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = Ceremony.objects.get()
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    check = list(world.checks.values())[-1]
    forged = Client().post(
        "/callbacks/verification/", {"ref": check["ref"], "passed": True}, content_type="application/json"
    )
    assert forged.status_code == 401
    assert Caller("reg").post("/callbacks/verification/", {"ref": check["ref"]}).status_code == 401
    assert Caller("sandbox").post("/callbacks/verification/", {"ref": "V0"}).status_code == 404
    reasons = list(RefusedAttempt.objects.order_by("pk").values_list("reason", flat=True))
    assert reasons == [Reason.FORGED_CALLBACK, Reason.FORGED_CALLBACK, Reason.UNKNOWN_CALLBACK]
    Caller("sandbox").post("/callbacks/verification/", {"ref": check["ref"], "passed": True, "serial_no": "RZ1"})
    work()
    assert Verification.objects.get().state == "asked", "we ask; the callback's own word does not count"


def test_the_authority_down_keeps_the_tasks_waiting_visibly_and_they_finish_by_themselves(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    start(browser, papers)
    world.faults["ca"] = "down"
    ceremony = prove(browser, world)
    work()
    ceremony.refresh_from_db()
    assert ceremony.state == "signing"
    page = browser.get(f"/ceremonies/{ceremony.no}/").content.decode()
    assert re.search(r"等认证机构（出错了），\d\d:\d\d 再试", page)
    status = browser.get(f"/ceremonies/{ceremony.no}/status").json()
    assert (status["state"], status["done"]) == ("running", 0)
    older = browser.get(f"/ceremonies/{ceremony.no}/status?seen=verifying").json()
    assert older["next"] == f"/ceremonies/{ceremony.no}/", "a page that still waits for the camera goes on to this one"
    ceremonies_due()
    assert work() == [], "not before its time"
    world.faults["ca"] = "wrong"
    Ceremony.objects.update(next_try_at=clock.wall())
    ceremonies_due()
    work()
    assert not SignatureRecord.objects.exists(), "a certificate for another key is no certificate"
    world.faults.clear()
    Ceremony.objects.update(next_try_at=clock.wall())
    ceremonies_due()
    work()
    assert SignatureRecord.objects.count() == 2
    assert browser.get(f"/ceremonies/{ceremony.no}/status").json()["next"] == f"/ceremonies/{ceremony.no}/"


def test_an_authority_that_refuses_gives_the_tasks_back_with_its_reason(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    start(browser, papers)
    world.faults["ca"] = "refuses"
    ceremony = prove(browser, world)
    work()
    ceremony.refresh_from_db()
    assert ceremony.state == "done"
    assert "认证没有通过" in browser.get(f"/ceremonies/{ceremony.no}/").content.decode()
    assert Task.objects.filter(state="open").count() == 3


@pytest.mark.parametrize("system", ["verification", "ca"])
def test_what_an_outside_system_says_of_a_person_is_kept_masked_on_one_line(
    enter: Enter, world: World, papers: dict[str, Document], monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    person, browser = PERSONS["P13"], enter("P13")
    words = f"{person['name']}\x07\u202e（{person['id_number'].lower()}，199 0000-0013）\n没有通过" + "。" * 300
    kept = f"*甲 （310***********931x，{mask_mobile('199 0000-0013')}） 没有通过"
    start(browser, papers)
    ceremony = Ceremony.objects.get()
    if system == "verification":
        browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
        world.pass_check(passed=False)["why"] = words
        come_back(browser, next(iter(world.checks.values())))
        problems = set(Verification.objects.values_list("problem", flat=True))
    else:
        honest, refused = world._ca, (409, {"error": "not_verified", "message": words})
        monkeypatch.setattr(world, "_ca", lambda *asked: refused if asked[0] == "POST" else honest(*asked))
        prove(browser, world)
        work()
        problems = set(CeremonyItem.objects.values_list("problem", flat=True))
    (problem,) = problems
    assert problem.startswith(kept)
    assert len(problem) == 200


@pytest.mark.parametrize("serial", ["R" * 81, "RZ\0"], ids=["too long", "nul"])
def test_a_serial_that_cannot_be_kept_is_no_answer(
    enter: Enter, world: World, papers: dict[str, Document], serial: str
) -> None:
    browser = enter("P13")
    start(browser, papers)
    browser.post(f"/ceremonies/{Ceremony.objects.get().no}/identity/", {"days": "20"})
    assert come_back(browser, world.pass_check(serial=serial)).status_code == 302
    assert Verification.objects.get().state == "asked"


def test_a_worker_killed_in_the_middle_goes_on_without_a_second_signature(
    enter: Enter, world: World, papers: dict[str, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = prove(browser, world)
    honest, calls = items_sign, 0

    def dies_at_the_second(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise SystemExit
        return honest(*arguments)

    monkeypatch.setattr(running, "AT_ONCE", 1)
    monkeypatch.setattr(running, "items_sign", dies_at_the_second)
    with pytest.raises(SystemExit):
        work()
    monkeypatch.setattr(running, "items_sign", honest)
    assert SignatureRecord.objects.count() == 1
    ceremony.refresh_from_db()
    assert ceremony.private_key is not None
    Ceremony.objects.update(next_try_at=clock.wall())
    ceremonies_due()
    work()
    ceremony_run(ceremony_id=ceremony.pk)
    assert SignatureRecord.objects.count() == 2
    assert world.certificates == 1, "the same certificate is used on"
    ceremony.refresh_from_db()
    assert ceremony.private_key is None


def test_a_task_that_was_cancelled_meanwhile_is_not_signed(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P13")
    start(browser, papers)
    world.faults["ca"] = "down"
    ceremony = prove(browser, world)
    work()
    reg.post("/api/batches/B1/cancel", {})
    world.faults.clear()
    Ceremony.objects.update(next_try_at=clock.wall())
    ceremonies_due()
    work()
    ceremony.refresh_from_db()
    assert ceremony.state == "done"
    assert set(ceremony.items.values_list("state", flat=True)) == {"dropped"}
    assert not SignatureRecord.objects.exists()
    assert reg.state()["state"] == "cancelled"


def test_a_ceremony_that_nobody_proves_frees_its_tasks(enter: Enter, papers: dict[str, Document]) -> None:
    browser = enter("P13")
    start(browser, papers)
    assert Task.objects.filter(state="signing").count() == 2
    Ceremony.objects.update(lapses_at=clock.wall())
    ceremonies_lapse()
    assert Task.objects.filter(state="open").count() == 3
    assert browser.agree(papers["D1"]).url.startswith("/ceremonies/")
    assert Task.objects.filter(attempt=2).count() == 2


@pytest.mark.row("R149", part="签名状态控制")
def test_the_second_phone_is_told_where_the_first_is_signing(enter: Enter, papers: dict[str, Document]) -> None:
    first, second = enter("P13"), enter("P13")
    where = start(first, papers)
    second.read(papers["D1"])
    page = second.get(second.url(papers["D1"])).content.decode()
    assert "正在签" in page
    assert where in page
    assert second.agree(papers["D1"]).url == where, "a second tap leads to what the first began"
    assert second.get("/").content.decode().count("接着办") == 1
    assert second.get(where).status_code == 200


def test_a_signature_that_was_refused_stops_the_document_for_all(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    browser, paper = enter("P13"), papers["D1"]
    path = f"{browser.url(paper)}refuse/"
    assert browser.post(path, {"reason": " "}).status_code == 422
    assert browser.post(path, {"reason": "股权比例不对"}).status_code == 302
    state = reg.state()["documents"][0]
    assert state["state"] == "refused"
    assert [task["state"] for task in state["tasks"]] == ["refused", "cancelled"]
    assert state["tasks"][0]["reason"] == "股权比例不对"
    work()
    assert "task_refused" in {call["event"] for call in world.callbacks}


def test_the_file_at_rest_is_not_the_pdf_in_clear(papers: dict[str, Document]) -> None:
    stored = papers["D1"].current
    assert stored is not None
    clear, kept = file_read(stored), Path(storages["default"].path(stored.path)).read_bytes()
    assert clear.startswith(b"%PDF")
    assert len(kept) >= len(clear)
    assert [at for at in range(0, len(clear) - 8, 8) if clear[at : at + 8] in kept] == []


def test_a_document_that_breaks_in_a_way_nobody_foresaw_leaves_the_others_and_fails_the_job(
    enter: Enter, world: World, papers: dict[str, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = prove(browser, world)
    bad = CeremonyItem.objects.order_by("pk").first()
    assert bad is not None
    honest = file_read

    def lost(stored: StoredFile) -> bytes:
        if stored == bad.task.document.current:
            raise FileNotFoundError(stored.path)
        return honest(stored)

    with monkeypatch.context() as broken:
        broken.setattr(applying, "file_read", lost)
        with pytest.raises(FileNotFoundError):
            ceremony_run(ceremony_id=ceremony.pk)
    assert dict(ceremony.items.values_list("pk", "state")) == {
        one.pk: "queued" if one == bad else "signed" for one in ceremony.items.all()
    }
    ceremony_run(ceremony_id=ceremony.pk)
    ceremony.refresh_from_db()
    assert ceremony.state == "done"
    assert SignatureRecord.objects.count() == 2


def test_a_transaction_that_breaks_leaves_nothing_that_counts(
    enter: Enter, world: World, papers: dict[str, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = enter("P13")
    start(browser, papers)
    ceremony = prove(browser, world)
    before = StoredFile.objects.count()

    def breaks(*arguments: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(applying, "place_all", breaks)
        with pytest.raises(SystemExit):
            ceremony_run(ceremony_id=ceremony.pk)
    assert StoredFile.objects.count() == before
    assert not SignatureRecord.objects.exists()
    assert set(Task.objects.filter(items__ceremony=ceremony).values_list("state", flat=True)) == {"signing"}
    ceremony_run(ceremony_id=ceremony.pk)
    assert SignatureRecord.objects.count() == 2
