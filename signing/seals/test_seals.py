"""The company's seal: prepared, confirmed elsewhere, merged when the value comes, whenever it comes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation import clock
from foundation.crypto import crypto
from signing.ceremonies.models import Ceremony, SignatureRecord
from signing.ceremonies.running import ceremonies_due
from signing.ceremonies.trust import trust
from signing.guard.models import Reason, RefusedAttempt
from signing.pdf.verify import verify_pdf
from signing.seals.models import SEAL_MOVES, SealOrder
from signing.seals.services import seals_due
from signing.tasks.models import Document, Task
from signing.tasks.states import drawing
from signing.testing import COMPANY, PERSONS, Browser, Caller, World, arrive, batch, document, prove, slot, work

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
    assert SignatureRecord.objects.filter(counted=True, verification_no=made.order_no).count() == 2


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
