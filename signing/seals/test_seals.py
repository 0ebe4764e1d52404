"""The company's seal: prepared, confirmed elsewhere, merged when the value comes, whenever it comes."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from foundation import clock
from foundation.crypto import crypto, der
from foundation.crypto.eseal import SealPicture, seal_issue, seal_joined, seal_read
from foundation.crypto.x509.testing import Authority
from foundation.files.services import file_read
from signing.ceremonies.models import Ceremony, SignatureRecord
from signing.ceremonies.revocation import revocations_fetch
from signing.ceremonies.running import ceremonies_due
from signing.ceremonies.trust import trust
from signing.guard.models import Reason, RefusedAttempt
from signing.pdf.appearance import Appearance
from signing.pdf.sign import Prepared, prepare
from signing.pdf.testing import seal_picture
from signing.pdf.verify import verify_pdf
from signing.seals.models import SEAL_MOVES, SealOrder
from signing.seals.services import seals_due
from signing.tasks.models import Document, Task
from signing.tasks.states import drawing
from signing.testing import (
    COMPANY,
    PERSONS,
    Browser,
    Caller,
    World,
    arrive,
    batch,
    document,
    prove,
    slot,
    taken_back,
    work,
)

Enter = Callable[..., Browser]


@pytest.fixture
def papers(reg: Caller, world: World) -> dict[str, Document]:
    """Two documents for the company's seal; the first also for 卫甲."""
    seal = slot(COMPANY, kind="seal", role="申请人", x=320, width=110, height=110)
    body = batch(
        world, [document(world, "D1", [slot(PERSONS["P13"]), seal], pages=1), document(world, "D2", [seal], pages=1)]
    )
    assert reg.order(body).status_code == 201
    arrive(world)
    return {row.ref: row for row in Document.objects.order_by("pk")}


def order(browser: Browser, papers: dict[str, Document]) -> SealOrder:
    browser.agree(papers["D1"])
    assert "/elicence/seal/" in browser.agree(papers["D2"]).url
    return SealOrder.objects.latest("pk")


def nudge(made: SealOrder) -> None:
    assert Caller("sandbox").post("/callbacks/elicence/", {"ref": made.ref, "status": "signed"}).status_code == 200
    work()


def test_a_company_seals_all_its_documents_with_one_confirmation(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    assert len(world.orders) == 1
    world.confirm_seal()
    nudge(made)
    made.refresh_from_db()
    assert made.state == "settled"
    believed = trust()
    report = verify_pdf(reg.get("/api/documents/D2/signed").content, believed.roots, believed.intermediates)
    assert report.ok
    assert report.signatures[0].signer == COMPANY["name"]
    assert report.signatures[0].seal_der == world.seal
    assert report.signatures[0].seal is not None
    assert report.signatures[0].seal.es_id == made.es_id == world.authority.seal_info.es_id
    assert SignatureRecord.objects.filter(counted=True, verification_no=made.order_no).count() == 2


@pytest.mark.row("R139", part="生成签名原文")
def test_what_the_enterprise_signs_holds_its_seal_and_the_document(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    sent = {one["ref"]: base64.b64decode(one["plaintext_base64"]) for one in world.orders["QZ000001"]["documents"]}
    for item in made.items.all():
        kept = Prepared.from_json(item.prepared, base=file_read(item.base))
        assert (kept.container, kept.to_be_signed) == ("ses", sent[item.sign_no])
        members = [each.whole for each in der.items(der.only(kept.to_be_signed, der.SEQUENCE).body)]
        assert members[1] == world.seal
        assert der.bits_in(members[3]) == kept.digest == crypto().sm3(kept.pdf[: kept.gap[0]] + kept.pdf[kept.gap[1] :])


def test_the_page_shows_the_picture_of_the_seal_and_what_it_says(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P01", company=True)
    made = order(browser, papers)
    page = browser.get(f"/seals/{made.ref}/").content.decode()
    for words in (f"/seals/{made.ref}/seal.png", COMPANY["name"], made.es_id, "测试制章系统"):
        assert words in page
    shown = browser.get(f"/seals/{made.ref}/seal.png")
    assert shown["Content-Type"] == "image/png"
    ours, theirs = (
        Image.open(io.BytesIO(each)).convert("RGBA").tobytes() for each in (shown.content, seal_picture().data)
    )
    assert ours == theirs


def other(world: World, **changes: Any) -> bytes:
    """A seal by the true maker that says something else."""
    return seal_issue(replace(world.authority.seal_info, **changes), world.authority.maker)


def foreign(world: World) -> bytes:
    return seal_issue(world.authority.seal_info, Authority.make("别家").company("假制章系统"))


def altered(world: World) -> bytes:
    good = seal_read(other(world))
    info = replace(good.info, picture=seal_picture("二"))
    return seal_joined(info.encoded(), good.maker, good.value)


UNUSABLE: dict[str, tuple[Callable[[World], bytes], str]] = {
    "another company's": (
        lambda world: other(world, name="上海对手演示有限公司", certificates=(world.authority.maker.certificate.der,)),
        "没有写明可以由",
    ),
    "another name": (lambda world: other(world, name="上海对手演示有限公司"), "不是用章的"),
    "more than the name": (
        lambda world: other(world, name=f"{world.authority.seal_info.name}合同专用章"),
        "企业名称不一样",
    ),
    "expired": (lambda world: other(world, valid_until=world.authority.seal_info.valid_from), "已过有效期"),
    "not yet valid": (
        lambda world: other(world, valid_from=clock.now().replace(microsecond=0) + timedelta(hours=1)),
        "还没有生效",
    ),
    "by a maker whom nobody knows": (foreign, "制章者不可信"),
    "with its picture changed": (altered, "印章数据被改动过"),
    "with a picture that cannot be shown": (
        lambda world: other(world, picture=SealPicture("ofd", b"x", 40, 40)),
        "不能显示",
    ),
    "no seal at all": (lambda world: b"0\x03\x02\x01\x04", "印章数据不能读取"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_seal_that_is_not_in_order_is_not_used(
    enter: Enter, world: World, papers: dict[str, Document], name: str
) -> None:
    make, words = UNUSABLE[name]
    world.seal = make(world)
    browser = enter("P01", company=True)
    browser.agree(papers["D1"])
    answer = browser.agree(papers["D2"])
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "电子印章不能用：" in answer.content.decode()
    assert not world.orders
    assert not SealOrder.objects.exists()
    refused = set(RefusedAttempt.objects.values_list("reason", flat=True))
    assert refused == (set() if name == "no seal at all" else {Reason.BAD_SEAL})


def test_a_seal_that_was_taken_back_is_not_used(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    world.seal_status = "revoked"
    browser = enter("P01", company=True)
    browser.agree(papers["D1"])
    assert "印章已经作废" in browser.agree(papers["D2"]).content.decode()
    assert not world.orders


@pytest.mark.parametrize("whose", ["seal_certificate", "maker"])
def test_a_certificate_on_the_list_of_revoked_ones_makes_a_seal_unusable(
    enter: Enter, world: World, papers: dict[str, Document], whose: str
) -> None:
    revoked = {"seal_certificate": world.authority.seal_certificate, "maker": world.authority.maker.certificate}[whose]
    world.taken_back = taken_back(world.authority.issuing, revoked, at=-timedelta(days=1))
    revocations_fetch()
    browser = enter("P01", company=True)
    browser.agree(papers["D1"])
    assert "被吊销" in browser.agree(papers["D2"]).content.decode()
    assert not world.orders


def test_a_seal_that_was_taken_back_meanwhile_does_not_count(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P01", company=True)
    made = order(browser, papers)
    world.seal_status = "revoked"
    world.confirm_seal()
    nudge(made)
    assert set(made.items.values_list("state", "problem")) == {("failed", "印章已经作废，这次盖的章不算")}
    assert "印章已经作废，这次盖的章不算" in browser.get(f"/seals/{made.ref}/").content.decode()
    assert not SignatureRecord.objects.exists()
    assert Task.objects.filter(kind="seal", state="open").count() == 2
    assert set(RefusedAttempt.objects.values_list("reason", flat=True)) == {Reason.BAD_SEAL}
    nudge(made)
    assert RefusedAttempt.objects.count() == 1


def test_a_certificate_that_was_taken_back_meanwhile_does_not_count(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    world.taken_back = taken_back(world.authority.issuing, world.authority.seal_certificate)
    revocations_fetch()
    world.confirm_seal()
    nudge(made)
    assert not SignatureRecord.objects.filter(counted=True).exists()
    assert set(Task.objects.filter(kind="seal").values_list("state", flat=True)) == {"open"}
    assert "被吊销" in made.items.latest("pk").problem


def test_a_confirmed_seal_that_is_given_up_is_kept_and_not_counted(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P01", company=True)
    made = order(browser, papers)
    world.confirm_seal()
    world.faults["seal_maker"] = "down"
    nudge(made)
    browser.post(f"/seals/{made.ref}/drop/")
    made.refresh_from_db()
    assert made.state == "lapsed"
    world.faults.clear()
    SealOrder.objects.update(ask_after=clock.wall())
    seals_due()
    work()
    assert set(SignatureRecord.objects.values_list("counted", flat=True)) == {False}


def test_a_seal_that_was_made_anew_meanwhile_still_counts(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    world.seal_status = "replaced"
    world.confirm_seal()
    nudge(made)
    assert SignatureRecord.objects.filter(counted=True).count() == 2


def test_without_the_seal_maker_nothing_begins_and_what_was_confirmed_waits(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    browser = enter("P01", company=True)
    browser.agree(papers["D1"])
    world.faults["seal_maker"] = "down"
    answer = browser.agree(papers["D2"])
    assert answer.status_code == 503
    assert "制章系统暂时连不上" in answer.content.decode()
    world.faults.clear()
    assert "/elicence/seal/" in browser.agree(papers["D2"]).url
    made = SealOrder.objects.latest("pk")
    world.faults["seal_maker"] = "down"
    world.confirm_seal()
    nudge(made)
    made.refresh_from_db()
    assert made.state == "ordered"
    assert not SignatureRecord.objects.exists()
    world.faults.clear()
    SealOrder.objects.update(ask_after=clock.wall())
    seals_due()
    work()
    assert SignatureRecord.objects.filter(counted=True).count() == 2


def test_an_order_from_before_there_were_seals_is_completed_as_it_was_begun(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    SealOrder.objects.update(seal=b"", es_id="", seal_chain=[])
    sent = {one["ref"]: one for one in world.orders["QZ000001"]["documents"]}
    for item in made.items.all():
        base = file_read(item.base)
        look = Appearance(COMPANY["name"], seal=True)
        chain = [base64.b64decode(each) for each in made.chain]
        kept = prepare(base, item.task.slot, look, bytes(made.certificate), chain, item.signed_at)
        old = json.loads(kept.to_json(base=base)) | {"format": 1}
        old["pdf"] = base64.b64encode(kept.pdf[len(base) :]).decode()
        del old["container"]
        item.prepared = json.dumps(old)
        item.save()
        sent[item.sign_no]["plaintext_base64"] = base64.b64encode(kept.to_be_signed).decode()
    world.confirm_seal()
    nudge(made)
    believed = trust()
    report = verify_pdf(reg.get("/api/documents/D2/signed").content, believed.roots, believed.intermediates)
    assert report.ok, report.sentences
    assert report.signatures[0].seal is None


@pytest.mark.parametrize("way", ["twice", "never", "by returning"])
def test_the_value_counts_once_however_it_is_told(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document], way: str
) -> None:
    browser = enter("P01", company=True)
    made = order(browser, papers)
    world.confirm_seal()
    match way:
        case "twice":
            nudge(made)
            nudge(made)
        case "never":
            SealOrder.objects.update(ask_after=clock.wall())
            seals_due()
            work()
        case _:
            assert "2 份都盖好了" in browser.get(f"/seals/{made.ref}/").content.decode()
    assert SignatureRecord.objects.count() == 2
    assert reg.state()["documents"][1]["state"] == "complete"


def test_a_person_waits_while_the_seal_is_under_way_and_then_signs(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    person = enter("P13")
    person.agree(papers["D1"])
    ceremony = prove(person, world)
    work()
    assert "等企业盖章" in person.get(f"/ceremonies/{ceremony.no}/").content.decode()
    assert not SignatureRecord.objects.exists()
    world.confirm_seal()
    nudge(made)
    Ceremony.objects.update(next_try_at=clock.wall())
    ceremonies_due()
    work()
    believed = trust()
    report = verify_pdf(reg.get("/api/documents/D1/signed").content, believed.roots, believed.intermediates)
    assert report.ok
    assert len(report.signatures) == 2


def test_a_seal_on_bytes_that_have_moved_on_never_replaces_a_signature(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    Document.objects.update(held_until=clock.wall())
    person = enter("P13")
    person.agree(papers["D1"])
    prove(person, world)
    work()
    world.confirm_seal()
    nudge(made)
    states = dict(made.items.values_list("task__document__ref", "state"))
    assert states == {"D1": "late", "D2": "sealed"}
    tasks = reg.state()["documents"][0]["tasks"]
    assert [task["state"] for task in tasks] == ["signed", "open"], "the company is asked again"


def test_a_value_that_does_not_hold_is_refused_and_recorded(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    world.confirm_seal(key=crypto().sm2_keygen())
    nudge(made)
    assert set(RefusedAttempt.objects.values_list("reason", flat=True)) == {Reason.BAD_VALUE}
    assert not SignatureRecord.objects.exists()
    assert Task.objects.filter(kind="seal", state="open").count() == 2
    assert not Document.objects.exclude(held_by="").exists()


def test_a_refusal_gives_the_documents_back(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    browser = enter("P01", company=True)
    made = order(browser, papers)
    world.confirm_seal(agree=False)
    nudge(made)
    assert "企业没有同意盖章" in browser.get(f"/seals/{made.ref}/").content.decode()
    assert Task.objects.filter(kind="seal", state="open").count() == 2


@pytest.mark.row("R149", part="签名状态控制")
def test_a_seal_that_comes_after_the_cancelling_is_kept_but_not_counted(
    enter: Enter, reg: Caller, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    reg.post("/api/batches/B1/cancel", {})
    world.confirm_seal()
    nudge(made)
    assert set(SignatureRecord.objects.values_list("counted", flat=True)) == {False}
    assert set(made.items.values_list("state", flat=True)) == {"late"}
    assert reg.state()["state"] == "cancelled"
    assert reg.get("/api/documents/D1/signatures").json()["signatures"] == []


def test_an_order_that_nobody_confirms_lapses_and_a_late_value_is_kept(
    enter: Enter, world: World, papers: dict[str, Document]
) -> None:
    made = order(enter("P01", company=True), papers)
    SealOrder.objects.update(lapses_at=clock.wall(), ask_after=clock.wall())
    seals_due()
    work()
    assert Task.objects.filter(kind="seal", state="open").count() == 2
    world.confirm_seal()
    nudge(made)
    assert SignatureRecord.objects.filter(counted=False).count() == 2
    assert Task.objects.filter(kind="seal", state="open").count() == 2


def test_a_company_without_licence_is_told_so(enter: Enter, reg: Caller, world: World) -> None:
    other = {"name": "上海无照示例有限公司", "uscc": "91310115MAXX000XXX"}
    body = batch(world, [document(world, "D9", [slot(other, kind="seal")], pages=1)])
    reg.order(body)
    arrive(world)
    browser = enter("P01", entity=other)
    answer = browser.agree(Document.objects.get())
    assert answer.status_code == 422
    assert "没有这家企业的电子营业执照" in answer.content.decode()


def test_the_elicence_down_says_when_to_try_again(enter: Enter, world: World, papers: dict[str, Document]) -> None:
    browser = enter("P01", company=True)
    browser.agree(papers["D1"])
    world.faults["elicence"] = "down"
    answer = browser.agree(papers["D2"])
    assert answer.status_code == 503
    assert "电子营业执照暂时连不上" in answer.content.decode()
    assert Task.objects.filter(kind="seal", state="open").count() == 2


def test_who_came_in_without_the_company_does_not_see_its_documents(enter: Enter, papers: dict[str, Document]) -> None:
    company = enter("P01", company=True)
    assert company.get(company.url(papers["D2"])).status_code == 200
    assert enter("P01").get(company.url(papers["D2"])).status_code == 404


def test_the_table_of_an_order_is_the_drawn_one() -> None:
    assert drawing(SEAL_MOVES) == (
        "prepared --order--> ordered\nprepared --lapse--> lapsed\nordered --settle--> settled\n"
        "ordered --refuse--> refused\nordered --lapse--> lapsed\nlapsed --settle--> settled"
    )
