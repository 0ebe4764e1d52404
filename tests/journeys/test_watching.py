"""签署监测与分析: a signature is seen at the desk at once; history is drawn, narrowed and taken home; on a phone and without script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from foundation.ui.testing import phone
from tests.journeys.filling import with_papers
from tests.journeys.looks import Looks
from tests.journeys.people import Examiner, People
from tests.journeys.stories import company
from tests.journeys.system import System, until

pytestmark = pytest.mark.journey
PAGE = "desk/signing"


@pytest.fixture
def past(system: System) -> Iterator[None]:
    """Forty days of figures for demonstration; gone with the test."""
    done = system.run("signing", "make_history", "40")
    assert done.returncode == 0, done.stderr
    yield
    system.run("signing", "make_history", "0")


def begun(operator: Examiner) -> int:
    """发起签署 of today, as the page shows it."""
    tile = operator.page.locator(".q-tile", has_text="发起签署").locator(".q-tile__n")
    return int(re.sub(r"\D", "", tile.inner_text()))


@pytest.mark.row("R140", part="实时业务总量和成功量")
@pytest.mark.row("R140", part="自定义时间粒度刷新")
def test_who_signs_is_seen_at_the_desk_while_it_stays_open(people: People, passers: People, system: System) -> None:
    operator = people.examiner("yun1")
    operator.goes_to(f"{system.reg}/{PAGE}?every=0")
    operator.sees("不自动刷新", "要看的")
    before = begun(operator)
    operator.look("empty" if not before else "quiet")
    operator.presses("5 秒")
    operator.sees("每 5 秒自动刷新")

    applicant = passers.citizen("P06")
    case = with_papers(applicant, company("C05"), "P33")
    applicant.requests_signatures(case)
    applicant.enters_from_case(case)
    applicant.signs()

    until("签署监测看到新的签署", lambda: begun(operator) > before)
    operator.sees("浏览器")
    operator.look("live")
    operator.heard_nothing_bad()
    applicant.goes_to(f"{case.url}/withdraw")


@pytest.mark.row("R140", part="多维度分析")
@pytest.mark.row("R140", part="签署主体业务占比")
@pytest.mark.row("R140", part="24小时签署趋势热力图")
def test_the_supervisor_looks_back_narrows_and_takes_the_figures_home(
    people: People, past: None, system: System
) -> None:
    supervisor = people.examiner("du1")
    supervisor.goes_to(f"{system.reg}/desk/")
    supervisor.presses("签署监测")
    supervisor.sees("含示范数据", "签署主体", "渠道")
    supervisor.look("busy")
    supervisor.presses("分析")
    supervisor.sees("24 小时签署热力图", "签到哪一步停下", "没签成的原因", "谁签什么业务", "最忙：")
    whole = begun(supervisor)
    supervisor.look("history")
    supervisor.presses("境外人士")
    supervisor.sees("签署主体：境外人士")
    assert 0 < begun(supervisor) < whole / 10
    supervisor.presses("按周")
    supervisor.page.locator(".b-more", has_text="明细").first.locator("summary").click()
    supervisor.page.locator(".b-more a").first.click()
    supervisor.sees("签署主体：境外人士")
    expect(supervisor.page.get_by_role("link", name="按天")).to_have_attribute("aria-current", "true")
    supervisor.look("narrowed")
    supervisor.presses("不再只看签署主体")
    supervisor.sees("点下面的名称可以只看那一类")
    with supervisor.page.expect_download() as taken:
        supervisor.page.get_by_role("button", name="导出这些数").click()
    text = taken.value.path().read_text("utf-8-sig")
    assert text.startswith("统计,项目,发起")
    assert "说明,含示范数据" in text
    supervisor.heard_nothing_bad()


def test_on_a_phone_and_without_script_it_is_the_same(
    system: System, browser: Browser, looks: Looks, past: None
) -> None:
    page = phone(browser)
    plain = phone(browser, java_script_enabled=False)
    try:
        small = Examiner(page, system, looks, "du1")
        small.logs_in()
        for name, path in (("phone-live", PAGE), ("phone-history", f"{PAGE}/history")):
            small.goes_to(f"{system.reg}/{path}")
            small.look(name)
        small.heard_nothing_bad()
        plain.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # what one context gives the other takes
        plain.goto(f"{system.reg}/{PAGE}?every=300")
        at = plain.locator(".b-at").inner_text()
        plain.wait_for_timeout(1100)
        plain.get_by_role("link", name="刷新").click()
        plain.wait_for_load_state()
        assert plain.locator(".b-at").inner_text() != at
        plain.goto(f"{system.reg}/{PAGE}/history")  # today is empty before people get up
        plain.get_by_role("link", name="微信").first.click()
        expect(plain.locator(".b-drop")).to_have_text("渠道：微信")
    finally:
        page.context.close()
        plain.context.close()
