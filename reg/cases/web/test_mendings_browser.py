"""整理 in a real browser: a file that is refused, the offer in three looks, yes; and the way without script. R147."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from foundation import clock
from foundation.pdf import spoils
from foundation.pdf.testing import small_pdf
from foundation.ui.testing import assert_axe_clean, assert_quiet, open_browser, phone, shoot
from reg.casefile.models import Case
from reg.cases.services import case_open
from reg.cases.web import test_uploads
from reg.cases.web.test_pages import actor_of, browser
from reg.materials.models import MendedFile, UploadPart
from reg.testing import answer, company, tell_truth

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
PARCEL: FilePayload = {
    "name": "房屋租赁合同（2026 年签订，附水电费发票）.pdf",
    "mimeType": "application/pdf",
    "buffer": small_pdf(2, spoil=spoils.attachment),
}


@contextmanager
def window() -> Iterator[Browser]:
    """A browser; database connections that were opened under its event loop are closed there."""
    with open_browser() as opened:
        try:
            yield opened
        finally:
            connections.close_all()


@pytest.fixture
def case(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's loop runs in this thread
    clock.forget()
    browser("P01")
    made = case_open(actor=actor_of("P01"), entity=company("C01"), chosen=["domicile"])
    answer(made, actor_of("P01"), "domicile", test_uploads.HOME)
    tell_truth(made)
    return made


def enter(opened: Browser, site: LiveServer, case: Case, **options: object) -> Page:
    """The phone of the legal representative, at the upload."""
    page = phone(opened, **options)
    key = browser("P01").cookies["reg_session"].value
    page.context.add_cookies([{"name": "reg_session", "value": key, "url": site.url}])
    page.goto(f"{site.url}{test_uploads.url(case)}")
    return page


def see(page: Page, name: str) -> None:
    """Clean in three looks, quiet, not wider than the screen; its pictures are kept."""
    assert_axe_clean(page)
    assert_quiet(page, but=("style-src",))
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, f"{name} is {wide} px too wide"
    shoot(page, f"mending-{name}")


@pytest.mark.row("R147", part="PDF有效性校验")
def test_a_refused_file_is_looked_at_and_taken_on_the_phone(case: Case, live_server: LiveServer) -> None:
    with window() as opened:
        page = enter(opened, live_server, case)
        page.locator("input[type=file]").set_input_files(PARCEL)
        offer = page.get_by_role("link", name="可以整理后用，看一看")
        expect(offer).to_be_visible(timeout=30_000)
        see(page, "list")
        offer.click()
        expect(page.get_by_role("img", name="整理后的第 1 页")).to_be_visible()
        see(page, "offer")
        page.get_by_role("button", name="用整理后的文件").click()
        expect(page.get_by_text("PDF，整理过")).to_be_visible()
        see(page, "taken")
    assert UploadPart.objects.get().name == PARCEL["name"]


def test_without_script_the_offer_comes_at_once_and_no_leads_back(case: Case, live_server: LiveServer) -> None:
    with window() as opened:
        page = enter(opened, live_server, case, java_script_enabled=False)
        page.locator("input[type=file]").set_input_files(PARCEL)
        page.get_by_role("button", name="上传选好的文件").click()
        expect(page.get_by_role("heading", name="这个文件没有收，整理后可以用")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="重新选择文件").click()
        expect(page.locator("input[type=file]")).to_be_visible()
    assert not MendedFile.objects.exists()
