"""In a real browser at a desk: the picture, scanned, ended, renewed and passed without a touch; and by hand without script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from foundation import clock
from foundation.ui.csp import policy
from foundation.ui.testing import (
    MODES,
    assert_axe_clean,
    assert_quiet,
    desk,
    open_browser,
    phone,
    set_mode,
    shoot,
    too_small,
)
from signing.ceremonies.models import Ceremony, Verification
from signing.ceremonies.verifying import verification_settle
from signing.tasks.models import Document
from signing.testing import PERSONS, Caller, World, arrive, batch, come_back, document, slot, work
from signing.testing import Browser as Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
FROM_AXE = ("style-src",)


@pytest.fixture
def address(
    transactional_db: None,
    world: World,
    reg: Caller,
    enter: Callable[..., Visitor],
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> str:
    """卫甲, identified, in a ceremony that waits for his face; a fresh way in."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's loop runs in this thread
    monkeypatch.setenv("SIGNING_BASE_URL", live_server.url)
    settings.CONTENT_SECURITY_POLICY = policy(form_action=[world.base])
    cache.clear()
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    arrive(world)
    visitor = enter("P13")
    visitor.agree(Document.objects.get())
    visitor.post(f"/ceremonies/{Ceremony.objects.get().no}/identity/", {"days": "20"})
    come_back(visitor, world.pass_check())
    return str(reg.post("/api/tickets", {"person": PERSONS["P13"], "batch": "B1"}).json()["url"])


@contextmanager
def window() -> Iterator[Browser]:
    """A browser; database connections that were opened under its event loop are closed there."""
    with open_browser() as browser:
        try:
            yield browser
        finally:
            connections.close_all()


def see(page: Page, name: str) -> None:
    """The page has no fault that axe knows, in any look, and on a phone nothing too small; its pictures are kept."""
    assert_axe_clean(page)
    if page.viewport_size and page.viewport_size["width"] < 500:
        for mode in MODES:
            set_mode(page, mode)
            assert too_small(page) == []
        set_mode(page, "standard")
    shoot(page, f"signing-{name}")


def at_ceremony(page: Page, live_server: LiveServer, address: str) -> None:
    page.goto(address)
    page.goto(f"{live_server.url}/ceremonies/{Ceremony.objects.get().no}/")


def told() -> None:
    """The worker has asked how the face check stands."""
    verification_settle(Verification.objects.get(purpose="face").ref)


@pytest.mark.row("R138", part="二维码页面")
def test_a_desk_shows_the_picture_and_goes_on_by_itself(address: str, world: World, live_server: LiveServer) -> None:
    with window() as browser:
        page = desk(browser)
        at_ceremony(page, live_server, address)
        see(page, "desk-face")
        page.get_by_role("button", name="用手机扫码刷脸").click()
        expect(page.get_by_role("img", name="刷脸二维码")).to_be_visible()
        see(page, "desk-qr")
        world.scan()
        told()
        expect(page.get_by_role("heading", name="已扫码，请在手机上刷脸")).to_be_visible()
        expect(page.locator("#q-live")).to_have_text("已扫码，请在手机上刷脸")
        see(page, "desk-scanned")
        page.get_by_role("button", name="不是您扫的？").click()
        expect(page.get_by_role("img", name="刷脸二维码")).to_be_visible()
        Verification.objects.filter(purpose="face").update(qr_ends_at=clock.wall() - timedelta(seconds=1))
        expect(page.get_by_role("heading", name="这个码已经失效")).to_be_visible()
        see(page, "desk-ended")
        page.get_by_role("button", name="换一张").click()
        expect(page.get_by_role("img", name="刷脸二维码")).to_be_visible()
        world.pass_check()
        told()
        expect(page.get_by_role("heading", name="正在签 1 处")).to_be_visible()
        work()
        expect(page.get_by_role("heading", name="1 处签名都签好了")).to_be_visible()
        assert_quiet(page, but=FROM_AXE)


def test_a_phone_offers_its_own_camera_first_and_another_phone_below(
    address: str, world: World, live_server: LiveServer
) -> None:
    with window() as browser:
        page = phone(browser)
        at_ceremony(page, live_server, address)
        expect(page.locator(".q-bar .weui-btn_primary")).to_have_text("去刷脸")
        see(page, "phone-face")
        page.get_by_role("button", name="用另一台手机刷脸").click()
        expect(page.get_by_role("img", name="刷脸二维码")).to_be_visible()
        page.get_by_text("扫不了？").click()
        see(page, "phone-qr")
        assert_quiet(page, but=FROM_AXE)


def test_without_script_the_page_is_refreshed_by_hand(address: str, world: World, live_server: LiveServer) -> None:
    with window() as browser:
        page = desk(browser, java_script_enabled=False)
        at_ceremony(page, live_server, address)
        page.get_by_role("button", name="用手机扫码刷脸").click()
        expect(page.get_by_role("img", name="刷脸二维码")).to_be_visible()
        for act, words in ((world.scan, "已扫码，请在手机上刷脸"), (world.pass_check, "正在签 1 处")):
            act()
            told()
            page.get_by_role("link", name="扫好了，刷新看结果").click()
            expect(page.get_by_role("heading", name=words)).to_be_visible()
