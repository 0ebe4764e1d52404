"""The back office in a real browser: every page in three looks, and what can be done there without script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from foundation import clock
from foundation.audit.chain import link_new
from foundation.audit.checking import chain_check
from foundation.clock.holidays import holidays_load
from foundation.jobs.models import WorkerBeat
from foundation.operations.report import jobs_report
from foundation.operations.wire import JOBS, LINES
from foundation.outbox.models import OutboxMessage
from foundation.outside.systems import system_lines
from foundation.ui.testing import assert_axe_clean, assert_quiet, desk, open_browser, shoot
from reg.backoffice.testing import Sister, health_row, job_row, session_key, sister_system
from reg.review.services import case_return, point_note, review_claim
from reg.testing import company, person, staff, submitted
from signing.integrations.systems import SYSTEMS as SIGNING

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@contextmanager
def window() -> Iterator[Browser]:
    """A browser; database connections that were opened under its event loop are closed there."""
    with open_browser() as browser:
        try:
            yield browser
        finally:
            connections.close_all()


@pytest.fixture
def sister(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sister]:
    """电子签名, answering with reports of its own."""
    with sister_system() as one:
        monkeypatch.setenv("SIGNING_BASE_URL", one.base)
        yield one


@pytest.fixture
def site(
    transactional_db: None, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, sister: Sister
) -> LiveServer:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's loop runs in this thread
    clock.forget()
    return live_server


def enter(browser: Browser, site: LiveServer, username: str, **options: object) -> Page:
    """A desk at which this member of staff is logged in."""
    page = desk(browser, **options)
    page.context.add_cookies([{"name": "reg_session", "value": session_key(username), "url": site.url}])
    return page


def see(page: Page, name: str) -> None:
    """Clean in three looks, quiet, not wider than the screen; its pictures are kept."""
    assert_axe_clean(page)
    assert_quiet(page, but=("style-src",))
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, f"{name} is {wide} px too wide"
    shoot(page, f"office-{name}")


def test_the_operator_sees_systems_and_jobs_and_tries_again(site: LiveServer, sister: Sister) -> None:
    holidays_load()
    health_row("mobile_owner", ok=1, ms=34)
    health_row("population", ok=2, ms=4210)
    health_row("property", ok=90, failed=3, why="没有回应")
    health_row("sms", ok=4, failed=200, ms=51, why="HTTP 503")
    WorkerBeat.objects.create(
        name="reg:default,outbox:host:4711",
        queues="default,outbox,lookups,notify,papers,signing,callbacks",
        started_at=clock.wall() - timedelta(hours=3),
        beat_at=clock.wall(),
    )
    WorkerBeat.objects.create(
        name="reg:ocr:host:4712",
        queues="ocr",
        started_at=clock.wall() - timedelta(hours=3),
        beat_at=clock.wall() - timedelta(minutes=9),
    )
    number = job_row("reg.materials.tasks.paper_make", why="内部错误（RuntimeError）")
    job_row("foundation.notify.services.sms_deliver", queue="notify", status="todo", attempts=3, why="sms 没有回应")
    job_row("reg.cases.cards.card_read", queue="ocr", status="doing", attempts=1)
    message = OutboxMessage.objects.create(event="CaseApproved", payload={"case_no": "1"})
    message.deliveries.create(handler="reg.review.telling.licence_push", attempts=4, last_error="elicence 连不上")
    sister.says["outside"] = (200, LINES.dump_python(tuple(system_lines(SIGNING)), mode="json"))
    sister.says["jobs"] = (200, JOBS.dump_python(jobs_report(), mode="json"))
    with window() as browser:
        page = enter(browser, site, "yun1")
        page.goto(f"{site.url}/desk/")
        assert page.url == f"{site.url}/desk/outside"
        see(page, "outside")
        page.get_by_role("link", name="后台任务").click()
        see(page, "jobs")
        ours = page.get_by_role("region", name="企登登记：失败的任务")
        ours.get_by_role("button", name=f"再试一次：生成文书 {number}").click()
        page.wait_for_selector(f"text=任务 {number} 已重新排队。")
        plain = enter(browser, site, "yun1", java_script_enabled=False)
        plain.goto(f"{site.url}/desk/outside")
        plain.get_by_role("button", name="现在试一次：手机实名核验").click()
        assert "手机实名核验没有通" in plain.inner_text("main")


def test_one_colleague_enters_the_window_and_another_approves_it(site: LiveServer) -> None:
    with window() as browser:
        maker = enter(browser, site, "shen1", java_script_enabled=False)
        maker.goto(f"{site.url}/desk/windows")
        assert maker.url == f"{site.url}/desk/windows/310115"
        maker.get_by_label("窗口地址").fill("上海市浦东新区示例路 1 号")
        maker.get_by_label("办公时间").fill("周一至周五 9:00–11:30、13:30–17:00")
        maker.get_by_label("咨询电话").fill("021")
        maker.get_by_role("button", name="提交，请同事复核").click()
        assert maker.title().startswith("错误：")
        assert maker.get_by_label("窗口地址").input_value() == "上海市浦东新区示例路 1 号"
        maker.get_by_label("咨询电话").fill("021-12345678")
        maker.get_by_role("button", name="提交，请同事复核").click()
        assert "等另一位同事复核" in maker.inner_text("main")
        checker = enter(browser, site, "shen2")
        checker.goto(f"{site.url}/desk/")
        checker.get_by_role("link", name="窗口地址（1 件待复核）").click()
        see(checker, "window-check")
        checker.get_by_role("button", name="批准，给办事人看").click()
        checker.wait_for_selector("text=已批准")
        see(checker, "window")
        city = enter(browser, site, "du1")
        city.goto(f"{site.url}/desk/windows")
        see(city, "windows")


def test_the_auditor_searches_opens_a_case_masked_and_exports(site: LiveServer) -> None:
    case = submitted(person("P01"), company("C01"))
    review_claim(actor=staff("shen1"), case=case)
    point_note(actor=staff("shen1"), case=case, title="", item="liaison", text="钱范例的邮箱打不开，请换一个。")
    case_return(actor=staff("shen1"), case=case)
    link_new()
    chain_check()
    with window() as browser:
        page = enter(browser, site, "ji1")
        page.goto(f"{site.url}/desk/")
        assert page.url == f"{site.url}/desk/audit"
        see(page, "audit")
        page.get_by_label("编号").fill(case.number)
        page.get_by_label("谁").fill("shen1")
        page.get_by_role("button", name="查询").click()
        page.wait_for_selector("text=退回补正")
        page.get_by_role("link", name="看这一件（已打码）").first.click()
        page.wait_for_selector("h1")
        see(page, "case")
        shown = page.inner_text("main")
        assert "钱范例" not in shown
        assert "*范例的邮箱打不开" in shown
        page.go_back()
        with page.expect_download() as download:
            page.get_by_role("button", name="导出这些记录").click()
        assert case.number in download.value.path().read_text("utf-8-sig")
