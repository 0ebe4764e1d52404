"""A thumb that taps twice: every button that changes something, sent twice at the same moment and once more later, has one effect.

One case walks its whole way like that. What happened is counted in the databases.
"""

from __future__ import annotations

import re

import httpx
import pytest

from tests.journeys.cases import Case
from tests.journeys.faults import at_once, form_of, number, reads_at_once, taps_twice
from tests.journeys.looks import Looks
from tests.journeys.outside import Outside
from tests.journeys.people import People
from tests.journeys.stories import company, person
from tests.journeys.system import System, until

pytestmark = pytest.mark.journey
ORDERS = "SELECT count(*) FROM seals_sealorder r JOIN tasks_batch b ON b.id = r.batch_id WHERE b.ref LIKE %s || '-%%'"
REMINDED_TWICE = (
    "SELECT count(*) - count(DISTINCT r.subject_id) FROM tasks_reminder r JOIN tasks_batch b ON b.id = r.batch_id"
    " WHERE b.ref LIKE %s || '-%%'"
)

SHARED = re.compile(r'value="(http[^"]*)"')
UNDELIVERED = "list(OutboxMessage.objects.filter(payload__case_no=case.number, delivered_at=None).values_list('event'))"


def published(case: Case, event: str) -> int:
    """How often an event of the case went into the outbox."""
    return int(case.ask(f"OutboxMessage.objects.filter(event={event!r}, payload__case_no=case.number).count()"))


def leads_to(answers: list[httpx.Response]) -> str:
    """The one page to which all taps led."""
    places = [answer.headers["Location"] for answer in answers]
    assert len(set(places)) == 1, places
    return str(places[0])


def test_a_case_whose_every_button_is_tapped_twice(
    passers: People, outside: Outside, system: System, looks: Looks
) -> None:
    applicant, newcomer, home = passers.citizen("P03"), person("P33"), company("C03")

    # 开始填写
    cases = f"Case.objects.filter(entity__uscc={home.uscc!r}).count()"
    before = system.ask(cases)
    applicant.goes_to(f"{system.reg}/companies/{home.uscc}/change")
    applicant.ticks("#item-liaison")
    place = leads_to(taps_twice(applicant, "开始填写"))
    case = Case(system, place.rsplit("/", 1)[1], home)
    assert system.ask(cases) == before + 1

    # 保存: of eight phones that save first, one is kept and seven are shown both; then the same page twice
    applicant.room(case, "liaison")
    typed = {"name": newcomer.name, "id_number": newcomer.id_number, "mobile": newcomer.mobile}
    page = form_of(applicant, "保存，").but(**typed)
    phones = [page.but(email=f"phone{n}@example.com") for n in range(8)]
    answers = at_once(*phones)
    assert sorted(answer.status_code for answer in answers) == [302] + [409] * 7
    assert all("这里的内容刚刚改过" in answer.text for answer in answers if answer.status_code == 409)
    assert case.ask("list(case.answers.values_list('item_code', 'version'))") == [["liaison", 1]]
    applicant.room(case, "liaison")
    taps_twice(applicant, "保存，", email="hua@example.com")
    assert case.ask("case.answers.get().version") == 2
    assert case.ask("case.answers.get().payload['email']") == "hua@example.com"

    # 生成文书: two pages that are opened at the same moment make each paper once
    applicant.checks(case)
    reads_at_once(applicant, f"{case.url}/papers", 3)
    applicant.papers(case)
    assert case.ask("[p.revision for p in case.papers.all()]") == [1, 1, 1, 1]

    # 分享: one link
    applicant.presses("分享")
    links = {place for page in taps_twice(applicant, "做一个 3 天的链接") for place in SHARED.findall(page.text)}
    assert len(links) == 1 == case.ask("sum(p.shares.count() for p in case.papers.all())")

    # 请人签名, 回到填写, 请人签名
    sign = re.compile(r"^请 \d+ 人签名")
    for attempt in (1, 2):
        applicant.goes_to(f"{case.url}/papers")
        taps_twice(applicant, applicant.page.get_by_role("button", name=sign))
        assert (case.state, case.ask("case.signing_attempt")) == ("signing", attempt)
        assert system.ask(f"InFlight.objects.filter(entity__uscc={home.uscc!r}).count()") == 1
        if attempt == 1:
            applicant.goes_to(f"{case.url}/sign")
            taps_twice(applicant, "回到填写")
            assert published(case, "CaseReopened") == 1
    assert published(case, "SignaturesRequested") == 2
    until(
        "文书送到电子签名",
        lambda: number(system, "signing", "SELECT count(*) FROM tasks_batch WHERE ref = %s", f"{case.number}-2"),
    )

    # 催一催: nobody is texted twice
    until("短信发出", lambda: outside.messages(newcomer.mobile))
    applicant.goes_to(f"{case.url}/sign")
    taps_twice(applicant, "催一催")
    until("催签的短信发出", lambda: len(outside.messages(newcomer.mobile)) > 1)
    assert number(system, "signing", REMINDED_TWICE, case.number) == 0

    # 签名: the last paper, who he is, his face
    applicant.enters_from_case(case)
    applicant.papers_there()
    ceremony = leads_to(taps_twice(applicant, applicant.reads_papers("签")))
    applicant.goes_to(system.signing + ceremony)
    identity = leads_to(taps_twice(applicant, "去实名核验"))
    applicant.goes_to(identity)
    applicant.page.get_by_role("button", name="本人通过").first.click()
    face = leads_to(taps_twice(applicant, "去刷脸"))
    applicant.goes_to(face)
    applicant.presses("本人通过")
    applicant.sees("签名都签好了")
    mine = case.ask("Slot.objects.filter(paper__case=case, signer_name__isnull=False, kind='person').count()")
    assert signatures(system, case) == mine - 1

    # 盖章
    applicant.enters_to_seal(case)
    orders = {answer.headers["Location"] for answer in taps_twice(applicant, applicant.reads_papers("盖"))}
    assert number(system, "signing", ORDERS, case.number) == 1
    applicant.goes_to(next(place for place in orders if place.startswith(system.sandbox)))
    applicant.presses("盖章")
    applicant.sees("都盖好了")

    liaison = passers.stranger(newcomer.code)
    liaison.enters_by_home()
    liaison.picks_case(case)
    liaison.signs()
    applicant.returns_until(f"{case.url}/sign", "签齐了，可以提交")
    assert signatures(system, case) == case.ask("Slot.objects.filter(paper__case=case).count()")

    # 提交
    taps_twice(applicant, "提交申请")
    assert published(case, "CaseSubmitted") == case.ask("case.steps.filter(kind='submitted').count()") == 1

    # 领取: of two examiners at the same moment one has it, the other is told who
    pair = passers.examiner("shen3"), passers.examiner("shen4")
    for examiner in pair:
        examiner.opens(case)
    at_once(*(form_of(examiner, "领取这一件") for examiner in pair))
    (holder,) = case.ask("[claim.staff_name for claim in Claim.objects.filter(case=case)]")
    has, other = pair if holder == "冉审三" else pair[::-1]
    other.presses("领取这一件")  # his page does not know yet
    other.sees(f"{holder}已经领取了这一件", f"{holder}在办，锁定到")
    other.sees_not("准予登记")
    looks.see(other.page, "claimed-by-another")
    has.opens(case)
    assert case.ask("case.steps.filter(kind='accepted').count()") == 1

    # 记下, 退回补正
    taps_twice(has, "记下", text="请写上办公电话。")
    assert case.ask("case.points.count()") == 1
    has.opens(case)
    taps_twice(has, "退回补正 1 处")
    assert published(case, "CaseReturned") == case.ask("case.return_notices.count()") == 1

    # once more: nothing changed, so every signature still counts
    applicant.goes_to(f"{case.url}/papers")
    taps_twice(applicant, applicant.page.get_by_role("button", name=re.compile("^请|^都签过")))
    applicant.goes_to(f"{case.url}/sign")
    taps_twice(applicant, "提交申请")
    assert published(case, "CaseSubmitted") == 2
    has.opens(case)
    taps_twice(has, "领取这一件")
    has.opens(case)
    taps_twice(has, "准予登记")
    assert case.state == "recorded"
    assert published(case, "CaseApproved") == 1
    assert case.ask("EntityFact.objects.filter(case_number=case.number).count()") == 1
    until("谁都听说了", lambda: not case.ask(UNDELIVERED))


def test_a_draft_is_thrown_away_once(passers: People) -> None:
    applicant = passers.citizen("P03")
    case = applicant.opens_change(company("C03"), "liaison")
    applicant.goes_to(f"{case.url}/withdraw")
    taps_twice(applicant, "不办了")
    assert case.state == "withdrawn"
    assert published(case, "CaseWithdrawn") == case.ask("case.steps.filter(kind='withdrawn').count()") == 1


def signatures(system: System, case: Case) -> int:
    """Signatures that count."""
    sql = "SELECT count(*) FROM ceremonies_signaturerecord WHERE business_no = %s AND counted"
    return number(system, "signing", sql, case.number)
