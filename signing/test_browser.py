"""In a real browser: reading, writing on the pad, proving, watching it done; every page in three looks, and without script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from foundation.identity.actor import Actor
from foundation.ui.testing import assert_axe_clean, assert_quiet, open_browser, phone, shoot, write_on_pad
from signing.ceremonies.models import Ceremony, SignatureRecord
from signing.seals import applying
from signing.seals.models import SealOrder
from signing.seals.services import seal_settle
from signing.tasks.models import Reading
from signing.tasks.services import document_agree, page_seen
from signing.testing import COMPANY, PERSONS, Caller, World, arrive, batch, document, slot, work
from signing.web import seals

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
FROM_AXE = ("style-src",)


@pytest.fixture
def address(served: str, world: World, reg: Caller) -> Callable[..., str]:
    """A case of two documents; `address("P13")` is a fresh way in."""
    seal = slot(COMPANY, kind="seal", role="申请人", x=320, width=110, height=110)
    papers = [
        document(world, "D1", [slot(PERSONS["P13"]), seal]),
        document(world, "D2", [slot(PERSONS["P13"])], pages=1, title="任职书"),
    ]
    reg.order(batch(world, papers))
    arrive(world)

    def way_in(code: str, **more: object) -> str:
        return str(reg.post("/api/tickets", {"person": PERSONS[code], "batch": "B1", **more}).json()["url"])

    return way_in


@contextmanager
def window() -> Iterator[Browser]:
    """A browser; database connections that were opened under its event loop are closed there."""
    with open_browser() as browser:
        try:
            yield browser
        finally:
            connections.close_all()


def see(page: Page, name: str) -> None:
    """The page has no fault that axe knows, in any look; its pictures are kept."""
    assert_axe_clean(page)
    shoot(page, f"signing-{name}")


def go_on(page: Page) -> None:
    page.locator(".q-bar .weui-btn_primary").click()
    page.wait_for_load_state("networkidle")


def come_back(page: Page, world: World, live_server: LiveServer) -> None:
    """多源认证 sends the browser back."""
    page.goto(live_server.url + urlsplit(world.pass_check()["return_url"]).path)


def test_by_a_limited_ticket_one_reads_that_there_is_more(address: Callable[..., str], world: World) -> None:
    office = Caller("chain_office")
    paper = document(world, "X1", [slot(PERSONS["P13"])], title="分公司负责人任职书")
    assert office.order(batch(world, [paper], ref="X1", business="chain")).status_code == 201
    arrive(world)
    with window() as browser:
        page = phone(browser)
        page.goto(str(office.post("/api/tickets", {"person": PERSONS["P13"]}).json()["url"]))
        assert page.get_by_role("link", name="随申办登录").is_visible()
        see(page, "home-limited")
        office.post("/api/batches/X1/cancel", {})
        page.reload()
        assert page.get_by_text("这里没有等您签的文书").is_visible()
        see(page, "home-limited-empty")


@pytest.mark.row("R143", part="通过图片展示")
@pytest.mark.row("R149", part="待签名文书展示")
@pytest.mark.row("R153", part="移动端适配")
def test_a_person_signs_on_a_phone(address: Callable[..., str], world: World, live_server: LiveServer) -> None:
    with window() as browser:
        page = phone(browser)
        page.goto(f"{live_server.url}/")
        see(page, "welcome")
        page.goto(address("P13"))
        see(page, "case")
        page.goto(f"{live_server.url}/")
        see(page, "home")
        page.goto(address("P13"))
        go_on(page)
        see(page, "paper")
        assert "看第 2 页" in page.locator(".q-bar").inner_text()
        go_on(page)
        page.wait_for_selector("text=2 页都看过了")
        page.locator("label[for=agree]").click()
        go_on(page)
        page.wait_for_selector(".q-pad canvas")
        write_on_pad(page)
        see(page, "pad")
        page.locator("label[for=agree]").click()
        go_on(page)
        see(page, "identity")
        page.route("**/verification/h5/**", lambda route: route.fulfill(body="camera"))
        go_on(page)
        come_back(page, world, live_server)
        see(page, "face")
        go_on(page)
        come_back(page, world, live_server)
        see(page, "signing")
        work()
        page.wait_for_selector("text=2 处签名都签好了", timeout=20000)
        see(page, "done")
        assert Ceremony.objects.get().look == "handwritten"
        for name in ("signed", "me"):
            page.goto(f"{live_server.url}/{name}/")
            see(page, name)
        assert_quiet(page, but=FROM_AXE)


def test_a_company_seals_on_a_phone(address: Callable[..., str], world: World, live_server: LiveServer) -> None:
    with window() as browser:
        page = phone(browser)
        page.route("**/elicence/seal/**", lambda route: route.fulfill(body="licence"))
        page.goto(address("P01", entity=COMPANY))
        go_on(page)
        see(page, "seal-paper")
        go_on(page)
        page.wait_for_selector("text=2 页都看过了")
        page.locator("label[for=agree]").click()
        go_on(page)
        world_order = next(iter(world.orders.values()))
        page.goto(live_server.url + urlsplit(world_order["return_url"]).path)
        see(page, "seal-waiting")
        world.confirm_seal()
        page.reload()
        see(page, "sealed")
        assert SignatureRecord.objects.filter(counted=True).count() == 1
        assert_quiet(page, but=FROM_AXE)


@pytest.mark.row("R136", part="签名进度展示")
def test_a_company_watches_its_documents_being_sealed(
    served: str, world: World, reg: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (applying, seals):
        monkeypatch.setattr(module, "AT_ONCE", 1)
    seal = slot(COMPANY, kind="seal", role="申请人", x=320, width=110, height=110)
    reg.order(batch(world, [document(world, f"D{n}", [seal], pages=1) for n in range(3)]))
    arrive(world)
    for reading in Reading.objects.select_related("document", "subject"):
        page_seen(document=reading.document, subject=reading.subject, pages=[1])
        document_agree(actor=Actor.system("signing"), document=reading.document, subject=reading.subject)
    way_in = reg.post("/api/tickets", {"person": PERSONS["P01"], "batch": "B1", "entity": COMPANY}).json()["url"]
    with window() as browser:
        page = phone(browser)
        page.route("**/elicence/seal/**", lambda route: route.fulfill(body="licence"))
        page.goto(way_in)
        go_on(page)
        go_on(page)
        order = SealOrder.objects.get()
        page.goto(f"{served}/seals/{order.ref}/")
        world.confirm_seal()
        page.reload()
        tiles = page.locator(".q-tiles")
        assert tiles.inner_text().split() == ["3", "总数", "1", "已盖章", "2", "处理中"]
        see(page, "seal-placing")
        seal_settle(order.ref, at_most=1)
        page.wait_for_selector("text=已盖 2 份，正在盖《股东会决议》", timeout=20000)
        assert tiles.inner_text().split() == ["3", "总数", "2", "已盖章", "1", "处理中"]
        work()
        page.wait_for_selector("text=3 份都盖好了", timeout=20000)
        see(page, "seal-all")
        assert_quiet(page, but=FROM_AXE)


def test_everything_works_without_script(address: Callable[..., str], world: World, live_server: LiveServer) -> None:
    with window() as browser:
        page = phone(browser, java_script_enabled=False)
        page.route("**/verification/h5/**", lambda route: route.fulfill(body="camera"))
        page.goto(address("P13"))
        go_on(page)
        go_on(page)
        page.locator("label[for=agree]").click()
        go_on(page)
        page.locator("label[for=agree]").click()
        go_on(page)
        go_on(page)
        come_back(page, world, live_server)
        go_on(page)
        come_back(page, world, live_server)
        assert "看看签到哪里了" in page.content()
        work()
        page.reload()
        assert page.locator("text=2 处签名都签好了").is_visible()
        page.goto(address("P13"))
        page.locator(".q-list a").first.click()
        assert page.locator("text=您签好了").is_visible()
