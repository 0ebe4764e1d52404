"""连锁总部业务系统: a second business system has twelve papers of three cases signed in one go, and sees it on its own page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.head_office import orders
from tests.journeys.outside import Outside
from tests.journeys.people import People, Signer
from tests.journeys.stories import company

pytestmark = pytest.mark.journey
HEAD = "C01"


def launches(office: Signer, signer: Signer) -> None:
    """Fill in the form of the head office and send it, with an impatient thumb."""
    office.goes_to(f"{office.system.sandbox}/chain/")
    office.look("office-before")
    office.presses("发起签署")
    office.selects("company", f"{company(HEAD).name}（5 家分支机构）")
    office.selects("signer", f"{signer.who.name}（{signer.who.code}）")
    office.types(documents="12", cases="3")
    office.look("form")
    office.presses_twice("做好文书，请人签")
    office.sees("12 份文书，签齐 0 份")
    office.look("launched")


@pytest.mark.row("R142", part="大型连锁机构签名待办查询")
@pytest.mark.row("R133", part="选中多份不同申请的文件")
@pytest.mark.row("R133", part="形成待签名队列并缓存")
@pytest.mark.row("R134", part="一次签名缓存用于多份文件")
@pytest.mark.row("R137", part="没有待签即成功")
@pytest.mark.row("R138", part="查询签署结果接口")
def test_the_head_office_has_twelve_papers_signed_in_one_go(people: People, outside: Outside) -> None:
    office, signer = people.stranger("P36"), people.stranger("P36")
    launches(office, signer)
    signer.enters_by_home()
    signer.returns_until(f"{signer.system.signing}/?business=chain", "3 件申请的 12 份文书一起签")
    signer.look("todo")
    signer.page.get_by_role("link", name="份文书一起签").click()
    signer.sees("选要一起签的文书", *(f"{company(HEAD).name}{place}分公司" for place in ("徐汇", "静安", "嘉定")))
    signer.presses("选好了，开始看")
    signer.sees("您选了 12 份一起签")
    last = signer.reads_on()
    outside.fault("chain_office", "down")  # no callback comes through
    last.click()
    signer.proves_himself()
    signer.sees("12 处签名都签好了")
    signer.goes_to(f"{signer.system.signing}/")
    expect(signer.page.locator("body")).to_contain_text("没有文书等您签")
    office.presses("刷新")
    office.sees("12 份文书，签齐 12 份，取回 12 份")
    expect(office.page.get_by_role("link", name=re.compile("1 ?个签名"))).to_have_count(12)
    office.look("signed")
    number = office.page.url.strip("/").rsplit("/", 1)[1]
    office.goes_to(f"{office.system.sandbox}/chain/")
    line = office.page.locator("a.q-row", has_text=number)
    expect(line).to_have_count(1)
    expect(line).to_contain_text(company(HEAD).name)
    expect(line).to_contain_text("签齐了")
    office.look("office")
    office.heard_nothing_bad()
    signer.heard_nothing_bad()


def test_a_head_office_that_hears_sees_it_by_itself_and_can_cancel(people: People) -> None:
    office, signer = people.stranger("P37"), people.stranger("P37")
    orders(office, HEAD, documents=2, cases=2, signer=signer.who.code)
    signer.enters_by_home()
    signer.returns_until(f"{signer.system.signing}/", "2 件申请的 2 份文书")
    signer.page.locator(".q-list a[href^='/cases/']").first.click()
    signer.signs()
    office.sees("2 份文书，签齐 1 份，取回 1 份")  # nobody touched the page
    expect(office.page.get_by_role("link", name=re.compile("1 ?个签名"))).to_have_count(1)
    office.page.get_by_text("取消没签的").click()
    office.look("cancel")
    office.presses("确定取消")
    office.sees("1 份文书，签齐 1 份，取回 1 份", "已取消")
    signer.goes_to(f"{signer.system.signing}/")
    signer.sees("没有文书等您签")
    office.heard_nothing_bad()
