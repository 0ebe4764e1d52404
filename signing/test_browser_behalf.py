"""授权签署 in a browser: order, to-do, reading, ceremony, the signed file and what anybody reads of it; every page in three looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django.live_server_helper import LiveServer

from foundation.files.services import file_read
from foundation.pdf.render import render_page
from foundation.ui.testing import SHOTS, assert_quiet, phone, write_on_pad
from signing.evidence.models import EvidenceRecord
from signing.tasks.models import Document
from signing.test_browser import FROM_AXE, come_back, go_on, see, window
from signing.testing import COMPANY, PERSONS, Caller, World, arrive, authorised, batch, document, slot, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
DELEGATE, PRINCIPAL = PERSONS["P04"], PERSONS["P01"]
NUMBER = "SQ-20261101-001"


@pytest.fixture
def address(served: str, world: World, reg: Caller) -> Callable[..., str]:
    """Two branches' applications: P04 signs one paper for himself and for P01, one for P01, and the company seals one."""
    legal = slot(DELEGATE, name="legal", role="法定代表人", x=320, y=120, behalf=authorised(PRINCIPAL))
    seal = slot(COMPANY, kind="seal", role="隶属企业", x=60, y=300, width=110, height=110)
    own = slot(DELEGATE, name="own", role="联络员", x=60, y=120)
    first = [document(world, "D1", [own, legal], pages=1, title="分支机构设立登记申请书")]
    second = [
        document(world, "D2", [legal], pages=1, title="分支机构变更登记申请书"),
        document(world, "D3", [seal], pages=1, title="分支机构负责人任免决定"),
    ]
    for ref, number, papers in (("B1", "17", first), ("B2", "18", second)):
        body = batch(
            world, papers, ref, business="chain", case_no=f"3101152026112300000{number}", title="分支机构登记文书"
        )
        assert reg.order(body, key=ref).status_code == 201
    arrive(world)

    def way_in(code: str, **more: object) -> str:
        return str(reg.post("/api/tickets", {"person": PERSONS[code], **more}).json()["url"])

    return way_in


@pytest.mark.row("R135", part="标注授权签署")
@pytest.mark.row("R132", part="合并自然人和企业身份")
def test_a_delegate_signs_for_his_principal_on_a_phone(
    address: Callable[..., str], world: World, live_server: LiveServer
) -> None:
    with window() as browser:
        page = phone(browser)
        page.goto(address("P04", entity=COMPANY))
        page.wait_for_selector("text=3 份文书等您签")
        assert page.locator("text=您代 张示例（法定代表人）签署").count() == 2
        see(page, "behalf-home")
        page.goto(f"{live_server.url}/many/")
        see(page, "behalf-many")
        go_on(page)
        page.wait_for_selector("text=授权签署：您代 张示例（法定代表人）签署")
        see(page, "behalf-paper")
        page.locator("label[for=agree]").click()
        go_on(page)
        page.wait_for_selector("text=不要写张示例的")
        write_on_pad(page)
        page.set_viewport_size({"width": 390, "height": 2200})  # so that the bar lies over none of the pad's buttons
        see(page, "behalf-pad")
        page.set_viewport_size({"width": 390, "height": 844})
        page.locator("label[for=agree]").click()
        go_on(page)
        see(page, "behalf-identity")
        page.route("**/verification/h5/**", lambda route: route.fulfill(body="camera"))
        go_on(page)
        come_back(page, world, live_server)
        go_on(page)
        come_back(page, world, live_server)
        work()
        page.wait_for_selector("text=3 处签名都签好了", timeout=20000)
        assert page.locator("text=授权签署：您代 张示例（法定代表人）签署").count() == 2
        see(page, "behalf-done")
        page.get_by_text("分支机构设立登记申请书").first.click()
        page.wait_for_selector("text=签名记录")
        see(page, "behalf-result")
        page.goto(f"{live_server.url}/signed/")
        see(page, "behalf-signed")
        code = EvidenceRecord.objects.get(document__ref="D1").code
        page.goto(f"{live_server.url}/verify/{code}/")
        page.wait_for_selector("text=代 *示例 签")
        assert "张示例" not in page.content()
        see(page, "behalf-verify")
        assert_quiet(page, but=FROM_AXE)
    signed = Document.objects.get(ref="D1").current
    assert signed is not None
    render_page(file_read(signed), 0, 1400).save(SHOTS / "signing-behalf-pdf.png")


def test_who_opens_a_paper_whose_authorisation_has_ended_reads_what_to_do(
    address: Callable[..., str], reg: Caller, live_server: LiveServer
) -> None:
    with window() as browser:
        page = phone(browser)
        page.goto(address("P04"))
        page.get_by_text("分支机构变更登记申请书").click()
        page.wait_for_selector("text=我读过了")
        assert reg.post(f"/api/authorisations/{NUMBER}/end", {}).status_code == 200
        page.locator("label[for=agree]").click()
        go_on(page)
        page.wait_for_selector("text=授权已终止")
        assert page.locator("text=您不用再签").is_visible()
        see(page, "behalf-ended")
        page.goto(f"{live_server.url}/")
        page.wait_for_selector("text=没有等您签的文书")
        assert_quiet(page, but=FROM_AXE)
