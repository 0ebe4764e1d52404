"""Operator and auditor with everything running: every outside system is tried for real, on both sides, and the chain walked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.outside import Outside
from tests.journeys.people import Examiner, People
from tests.journeys.system import System, until

pytestmark = pytest.mark.journey
SYSTEMS = 22


def tries(operator: Examiner, name: str, number: int = 0) -> str:
    """现在试一次, and what the page says of it."""
    operator.page.get_by_role("button", name=f"现在试一次：{name}", exact=True).nth(number).click()
    operator.page.wait_for_load_state()
    return operator.page.locator("main > .q-notice").first.inner_text()


def test_the_operator_tries_every_system_and_sees_the_background_work(
    people: People, outside: Outside, system: System
) -> None:
    operator = people.examiner("yun1")
    operator.goes_to(f"{system.reg}/desk/outside")
    names = [
        str(button.get_attribute("aria-label")).removeprefix("现在试一次：")
        for button in operator.page.get_by_role("button", name=re.compile("^现在试一次")).all()
    ]
    assert len(names) == SYSTEMS, "those of reg and of 电子签名"
    before: dict[str, int] = {}
    for name in names:
        said = tries(operator, name, before.setdefault(name, 0))
        before[name] += 1
        assert f"{name}通了，用时" in said, said
    operator.sees(f"共 {SYSTEMS} 个：{SYSTEMS} 个正常。")
    operator.look("outside")

    outside.fault("property", "down")
    assert "规资产权核验没有通：出错了" in tries(operator, "规资产权核验")
    operator.sees("规资产权核验：不通")
    outside.heal()
    assert "规资产权核验通了" in tries(operator, "规资产权核验")
    operator.sees_not("规资产权核验：不通")

    operator.presses("后台任务")
    expect(operator.page.get_by_text("在工作")).to_have_count(3)
    operator.sees_not("没有进程在处理任务", "没有动静")
    operator.look("jobs")
    operator.heard_nothing_bad()


def test_the_auditor_has_both_chains_walked(people: People, system: System) -> None:
    auditor = people.examiner("ji1")
    for side, title in (("reg", "企登登记"), ("signing", "电子签名")):
        page = f"{system.reg}/desk/audit?side={side}"
        auditor.goes_to(page)
        auditor.presses("现在核对一遍")
        auditor.sees(f"{title}的审计链已经开始核对")

        def walked(page: str = page) -> bool:
            auditor.goes_to(page)
            return "核对过，没有发现改动" in auditor.text

        until(f"{title}核对好", walked)
    auditor.goes_to(f"{system.reg}/desk/audit?actor=ji1")
    auditor.sees("登录", "要求核对审计链")
    auditor.look("audit")
    auditor.heard_nothing_bad()
