"""一起签: the same person signs papers of two companies with one reading, one face check and one signature."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.filling import with_papers
from tests.journeys.people import People
from tests.journeys.stories import company
from tests.journeys.system import until

pytestmark = pytest.mark.journey


@pytest.mark.row("R142", part="变更签名待办查询")
@pytest.mark.row("R149", part="变更待签名列表")
def test_papers_of_two_companies_are_signed_at_once(people: People) -> None:
    cases = []
    for leader, firm in (("P06", "C05"), ("P71", "C37")):
        applicant = people.citizen(leader)
        case = with_papers(applicant, company(firm), "P21")
        applicant.requests_signatures(case)
        cases.append((applicant, case))
    signer = people.stranger("P21")
    signer.enters_by_home()
    signer.returns_until(f"{signer.system.signing}/", "2 件申请的")
    signer.look("together-home")
    signer.page.get_by_role("link", name="份文书一起签").click()
    signer.sees("选要一起签的文书", company("C05").name, company("C37").name)
    signer.look("together")
    signer.presses("选好了，开始看")
    signer.sees("份一起签")
    signer.look("together-paper")
    signer.reads_on().click()
    signer.proves_himself()
    signer.sees("签名都签好了")
    signer.look("together-done")
    until("登记系统知道他签了", lambda: not any("李𬎆赟" in case.waiting() for _, case in cases))
    signer.goes_to(f"{signer.system.signing}/")
    expect(signer.page.locator("body")).to_contain_text("没有文书等您签")
    signer.heard_nothing_bad()
    for applicant, case in cases:  # the companies are free for the journeys after this one
        applicant.goes_to(f"{case.url}/withdraw")
        applicant.presses("撤回申请")
