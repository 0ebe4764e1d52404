"""Bad days of the machines: a killed worker, a database that restarts, and what people see meanwhile."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import expect

from tests.journeys.cases import Case
from tests.journeys.faults import database_restart, held, number, paused, process_of, waiting
from tests.journeys.filling import filled, types_liaison
from tests.journeys.looks import Looks
from tests.journeys.people import People
from tests.journeys.stories import company, person
from tests.journeys.system import System, until

pytestmark = pytest.mark.journey
PAPER_JOBS = "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%paper_make' AND status = %s"
HEARD = """() => {
    const place = document.querySelector("[data-q-status]");
    window.heard = [];
    new MutationObserver(() => window.heard.push(place.innerText)).observe(place, {childList: true});
}"""


def test_a_worker_killed_while_it_makes_papers_leaves_them_to_the_next(passers: People, system: System) -> None:
    applicant = passers.citizen("P06")
    case = filled(applicant, company("C05"), "P33")
    worker = process_of(system, "reg worker")
    with paused(worker) as resume:
        applicant.goes_to(f"{case.url}/papers")
        applicant.sees("正在生成")
        wanted = number(system, "reg", PAPER_JOBS, "todo")
        with held(system, "reg", "SELECT 1 FROM materials_paper FOR UPDATE"):
            resume()
            until("后台任务正在生成", lambda: waiting(system, "reg", "materials_paper"))
            os.kill(worker, signal.SIGKILL)
    assert number(system, "reg", PAPER_JOBS, "doing"), "its job is nobody's now"
    applicant.sees_not("正在生成")
    applicant.sees("已生成")
    papers = case.papers()
    assert len(papers) == wanted
    assert all(paper["revision"] == 1 and paper["pages"] for paper in papers.values())
    assert number(system, "reg", PAPER_JOBS, "doing") == number(system, "reg", PAPER_JOBS, "todo") == 0
    assert process_of(system, "reg worker") != worker


@pytest.mark.row("R020", part="暂存")
def test_a_database_that_restarts_during_a_save_is_told_and_nothing_typed_is_lost(
    passers: People, system: System, looks: Looks
) -> None:
    applicant, newcomer = passers.citizen("P07"), person("P40")
    case = applicant.opens_change(company("C06"), "liaison")
    my_row = ("SELECT 1 FROM casefile_case WHERE number = %s FOR UPDATE", case.number)

    # while typing is saved by itself: said at once, tried again by itself
    applicant.room(case, "liaison")
    applicant.page.evaluate(HEARD)
    with held(system, "reg", *my_row):
        types_liaison(applicant, "P40")
        until("自动保存正在写", lambda: waiting(system, "reg", "casefile_case"))
        database_restart(system, signal.SIGKILL)
    applicant.sees("已自动保存")
    heard = applicant.page.evaluate("window.heard")
    assert any("没有保存上，正在重试" in words for words in heard), heard
    assert typed(case) == (newcomer.name, newcomer.id_number, newcomer.mobile)

    # with the button: a page that says so, and everything is there again behind it
    applicant.room(case, "liaison")
    applicant.types(email="zou@example.com")
    with held(system, "reg", *my_row):
        applicant.button("保存，").click(no_wait_after=True)
        until("保存正在写", lambda: waiting(system, "reg", "casefile_case"))
        database_restart(system, signal.SIGINT)
    applicant.sees("系统刚断线，这一步没有办成")
    looks.see(applicant.page, "database-away")
    applicant.presses("再试一次")
    expect(applicant.page).to_have_url(f"{case.url}/check")
    assert case.ask("case.answers.get(item_code='liaison').payload['email']") == "zou@example.com"


def typed(case: Case) -> tuple[str, ...]:
    """What stands in the draft."""
    payload = case.ask("case.answers.get(item_code='liaison').payload")
    return payload["name"], payload["id_number"], payload["mobile"]
