"""Every kind of signer, for a business system other than ours: for somebody under an authorisation, an enterprise, from abroad.

一次发起 of the head office (连锁总部业务系统) each; who signs comes by the home page of 电子签名.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.head_office import orders, signed_paper
from tests.journeys.looks import Looks
from tests.journeys.people import People, Someone
from tests.journeys.stories import company, person
from tests.journeys.system import System

pytestmark = pytest.mark.journey

HEAD, PRINCIPAL, DELEGATE = "C16", person("P09"), person("P34")
"""A head office with one branch, its legal representative, and who signs for him."""
OTHER_HEAD, OTHER_PRINCIPAL, OTHER_DELEGATE = "C38", person("P72"), person("P35")
SEALING = "C07"
ABROAD_HEAD, ABROAD = "C10", person("P17")
"""Of Hong Kong, with 港澳居民来往内地通行证."""


class KindPages(Looks):
    """Pages that are like those of everybody are looked at where everybody signs."""

    OWN = ("form", "office", "behalf", "seal-", "abroad")

    def see(self, page: Page, name: str) -> None:
        if name.startswith(self.OWN):
            super().see(page, name)


@pytest.fixture
def people(system: System, browser: Browser) -> Iterator[People]:
    looks = KindPages("kinds")
    with People(system, browser, looks) as all_of_them:
        yield all_of_them
    looks.assert_clean()


@pytest.mark.row("R132", part="枚举待签署文件")
@pytest.mark.row("R135", part="标注授权签署")
def test_a_delegate_signs_for_the_legal_representative_and_the_file_says_so(people: People, tmp_path: Path) -> None:
    office, delegate = people.stranger(DELEGATE.code), people.stranger(DELEGATE.code)
    number = orders(office, HEAD, documents=4, cases=2, signer=DELEGATE.code, principal=PRINCIPAL.code)
    office.sees(f"{DELEGATE.name} 代 {PRINCIPAL.name}", f"SQ{number[2:]}")
    office.sees("等签名")
    office.look("office-behalf")
    for_him = f"您代 {PRINCIPAL.name}（总部法定代表人）签署"

    delegate.enters_by_home()
    delegate.returns_until(f"{delegate.system.signing}/", "2 件申请的 4 份文书一起签")
    expect(delegate.page.get_by_text(for_him)).to_have_count(4)
    delegate.look("behalf-home")
    delegate.page.get_by_role("link", name="份文书一起签").click()
    expect(delegate.page.get_by_text(for_him)).to_have_count(4)
    delegate.look("behalf-many")
    delegate.presses("选好了，开始看")
    delegate.sees("您选了 4 份一起签", f"授权签署：{for_him}", f"SQ{number[2:]}")
    delegate.look("behalf-paper")
    last = delegate.reads_on()
    delegate.sees(f"不要写{PRINCIPAL.name}的")
    last.click()
    delegate.proves_himself()
    delegate.sees("4 处签名都签好了", f"授权签署：{for_him}")
    delegate.look("behalf-done")

    office.sees("4 份文书，签齐 4 份，取回 4 份", f"{DELEGATE.name}代{PRINCIPAL.name}（已签）")
    office.sees_not("终止授权")
    office.look("office-behalf-signed")
    passer = Someone(people.phone(), office.system, office.looks)
    verifies(passer, signed_paper(office), tmp_path)


def verifies(passer: Someone, content: bytes, folder: Path) -> None:
    """A file that the office fetched, at 验签, without a log-in."""
    (folder / "signed.pdf").write_bytes(content)
    passer.goes_to(f"{passer.system.signing}/verify/")
    passer.page.locator("#file").set_input_files(folder / "signed.pdf")
    passer.presses("验这份文件")
    passer.sees("第 1 个签名", "代 *假设 签")
    passer.look("behalf-verify")


def test_an_authorisation_that_the_office_ends_stops_what_waits(people: People) -> None:
    office, delegate = people.stranger(OTHER_DELEGATE.code), people.stranger(OTHER_DELEGATE.code)
    orders(office, OTHER_HEAD, documents=1, cases=1, signer=OTHER_DELEGATE.code, principal=OTHER_PRINCIPAL.code)
    delegate.enters_by_home()
    delegate.returns_until(f"{delegate.system.signing}/", f"您代 {OTHER_PRINCIPAL.name}")
    delegate.page.locator("a[href^='/papers/']").first.click()
    delegate.sees(f"授权签署：您代 {OTHER_PRINCIPAL.name}")
    office.sees("等签名")  # the page was drawn anew when the papers had been fetched
    office.page.locator("summary", has_text="终止授权").click()
    office.look("office-end")
    office.presses("确定终止")
    office.sees("授权已终止")
    office.look("office-ended")
    delegate.page.reload()
    delegate.sees("授权已终止")
    delegate.goes_to(f"{delegate.system.signing}/")
    delegate.sees("没有文书等您签")


@pytest.mark.row("R139", part="移动端批量签署")
def test_an_enterprise_seals_papers_of_three_cases_with_one_confirmation(people: People) -> None:
    office, holder = people.stranger("P08"), people.stranger("P08")
    orders(office, SEALING, documents=3, cases=3, seal=True)
    holder.enters_for_company(company(SEALING))
    holder.returns_until(f"{holder.system.signing}/", "3 件申请的 3 份文书一起盖章")
    holder.look("seal-home")
    holder.page.get_by_role("link", name="份文书一起盖章").click()
    holder.sees("选要一起盖章的文书", company(SEALING).name)
    holder.look("seal-many")
    holder.presses("选好了，开始看")
    holder.sees("您选了 3 份一起盖章")
    holder.look("seal-paper")
    holder.reads_on().click()
    expect(holder.page.locator("h1")).to_have_text("请确认盖章")
    holder.sees("3 件申请的 3 份文书")
    holder.look("seal-elicence")
    holder.presses("盖章")
    holder.sees("3 份都盖好了")
    holder.look("seal-done")
    office.sees("3 份文书，签齐 3 份，取回 3 份", f"{company(SEALING).name}（已签）")
    office.look("office-sealed")


def test_a_person_from_abroad_signs_with_the_document_he_has(people: People) -> None:
    office, signer = people.stranger(ABROAD.code), people.stranger(ABROAD.code)
    assert ABROAD.id_type == "55"
    orders(office, ABROAD_HEAD, documents=1, cases=1, signer=ABROAD.code)
    signer.enters_by_home()
    signer.returns_until(f"{signer.system.signing}/", company(ABROAD_HEAD).name)
    signer.look("abroad-home")
    signer.presses(company(ABROAD_HEAD).name)
    signer.signs()
    signer.look("abroad-done")
    office.sees("1 份文书，签齐 1 份，取回 1 份", f"{ABROAD.name}（已签）")
