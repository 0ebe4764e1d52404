"""名称变更登记: a name declared with the change, from the first letter typed to the register; and one that is held already, taken up.

C02 has six branches. 李样本 leads it and holds 70 %, 周样例 the rest: both sign. The name is checked as it is typed.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.cases import Case
from tests.journeys.looks import Pictures
from tests.journeys.people import People, Signer
from tests.journeys.stories import company
from tests.journeys.system import System, until

pytestmark = pytest.mark.journey

COMPANY, WISH = company("C02"), "上海墨屿样本餐饮管理有限公司"
SOLE, HELD = company("C03"), "上海砚汀演示信息科技有限公司"


@pytest.mark.row("R004", part="实时数据质量提示和预警")
@pytest.mark.row("R004", part="即时查重")
@pytest.mark.row("R107", part="分支与母体名称关联性")
@pytest.mark.row("R107", part="核验结果和风险提示")
def test_a_company_declares_a_new_name_with_its_change(people: People, system: System) -> None:
    applicant = people.citizen("P02")
    case = applicant.opens_change(COMPANY, "name")
    tries_names(applicant, case)
    decides(applicant)
    confirms(applicant, case)
    titles = applicant.papers(case)
    assert {"公司登记（备案）申请书", "股东会决议", "章程修正案"} <= set(titles)
    applicant.look("papers")
    applicant.presses("预览")
    expect(applicant.page.locator("main img").first).to_be_visible()
    applicant.look("paper")
    signs_and_submits(people, applicant, case)

    examiner = people.examiner("shen5")
    examiner.claims(case)
    examiner.sees(COMPANY.name, WISH, "和变更登记一起申报")
    examiner.look("desk-case")
    examiner.approves()
    examiner.look("desk-approved")
    examiner.sees(COMPANY.name, WISH)
    the_register_and_the_index_hold_it(system, case)
    applicant.returns_until(case.url + "/progress", "电子营业执照已更新")
    applicant.look("progress")
    applicant.returns_until(case.url + "/notice", "下载盖章的 PDF")
    applicant.look("notice")
    applicant.returns_until(f"{system.sandbox}/licences/", case.number)
    applicant.sees(WISH, "章程、名称")
    applicant.goes_to(f"{system.reg}/")
    applicant.sees(WISH)
    applicant.look("home-after")


def tries_names(applicant: Signer, case: Case) -> None:
    """The page begins with the present name; what is typed is told within a moment, without a tap."""
    applicant.room(case, "name")
    expect(applicant.page.locator("[name=trade]")).to_have_value("墨舟样本")
    expect(applicant.page.locator("[name=industry]")).to_have_value("餐饮管理")
    applicant.look("room")
    applicant.types(trade="雷锋")
    applicant.sees("不能用：违反名称规定", "英雄烈士姓名")
    applicant.look("forbidden")
    applicant.types(trade="远帆示例", industry="供应链管理", small_class="7224")
    applicant.sees("已经有相同的名称", company("C06").name, "这样写没有人用")
    applicant.look("taken")
    applicant.types(trade="墨嶼样本", industry="餐饮管理", small_class="6210")
    applicant.sees("不是规范汉字", "改成规范写法")
    applicant.presses("改成规范写法")
    expect(applicant.page.locator("[name=trade]")).to_have_value("墨屿样本")
    applicant.sees(WISH, "风险等级", "承诺制", "和原名称", "等 6 家")
    applicant.look("told")
    applicant.saves()
    expect(applicant.page.locator("h1")).to_have_text("章程")


def decides(applicant: Signer) -> None:
    """The clause stands there already with the new name."""
    clauses = [box.input_value() for box in applicant.page.locator("textarea").all()]
    assert f"公司名称：{WISH}。" in clauses
    applicant.chooses("mode", "meeting")
    applicant.dates("held_on", 2026, 11, 26)
    applicant.types(place="公司会议室")
    for voter in range(2):
        applicant.chooses(f"vote_{voter}", "for")
    applicant.look("articles")
    applicant.saves()


def confirms(applicant: Signer, case: Case) -> None:
    """核对结果: similar names with the risk, and what else is asked."""
    applicant.checks(case)
    applicant.look("check")
    while applicant.button("我确认").is_visible():
        applicant.presses("我确认")
    applicant.sees("都通过了，可以生成文书。")


def signs_and_submits(people: People, applicant: Signer, case: Case) -> None:
    applicant.requests_signatures(case)
    applicant.enters_from_case(case)
    applicant.signs()
    applicant.enters_to_seal(case)
    applicant.seals()
    other = people.stranger("P04")
    other.enters_by_home()
    other.picks_case(case)
    other.signs()
    applicant.returns_until(f"{case.url}/sign", "签齐了，可以提交")
    applicant.presses("提交申请")
    applicant.sees("已提交")


def the_register_and_the_index_hold_it(system: System, case: Case) -> None:
    uscc = COMPANY.uscc
    assert system.ask(f"Entity.objects.get(uscc={uscc!r}).name") == WISH
    fact = system.ask(f"EntityFact.objects.get(entity__uscc={uscc!r}, item_code='name', valid_to=None).payload")
    assert fact["name"] == WISH
    index = f"dict(IndexedName.objects.filter(uscc={uscc!r}).values_list('written', 'standing'))"
    wanted = {WISH: "registered", COMPANY.name: "former"}
    until("名称入库", lambda: system.ask(index) == wanted)


@pytest.mark.row("R005", part="选择保护期内的有效变更名称")
@pytest.mark.row("R005", part="名称归属验证确认")
@pytest.mark.row("R005", part="异常数据识别和拦截")
def test_a_company_takes_up_a_name_it_holds(people: People, system: System, browser: Browser) -> None:
    """C03 has one shareholder. Without a script the held name is picked by one tap; on another phone it is signed and submitted."""
    number = system.ask(f"name_held('P03', {SOLE.uscc!r}, {HELD!r})")
    with People(system, browser, Pictures("change_name")) as plain:
        case = takes_up_the_name(plain, number)
    applicant = people.citizen("P03")
    applicant.room(case, "articles")
    applicant.dates("held_on", 2026, 11, 26)
    applicant.saves()
    confirms(applicant, case)
    applicant.papers(case)
    applicant.sees("名称自主申报信息", f"保留号 {number}")
    applicant.look("papers-held")
    applicant.requests_signatures(case)
    applicant.enters_from_case(case)
    applicant.signs()
    applicant.enters_to_seal(case)
    applicant.seals()
    applicant.returns_until(f"{case.url}/sign", "签齐了，可以提交")
    applicant.presses("提交申请")
    applicant.sees("已提交")
    assert case.ask("case.submitted_at is not None")
    assert number in "".join(case.ask("[p.text for p in case.papers.filter(doc='application')]"))
    applicant.goes_to(f"{case.url}/withdraw")
    applicant.presses("撤回申请")
    assert case.state == "withdrawn", "the company is free for the journeys after this one"


def takes_up_the_name(people: People, number: str) -> Case:
    """The wrong number is told; the right one stands there to be picked."""
    applicant = people.citizen("P03", java_script_enabled=False)
    case = applicant.opens_change(SOLE, "name")
    applicant.room(case, "name")
    applicant.sees("已经保留的名称", HELD, number)
    applicant.chooses("source", "predeclared")
    applicant.types(number="MB202611270000000199")
    applicant.saves()
    applicant.sees("本企业名下没有这个保留号")
    applicant.look("refused")
    applicant.presses("用这个名称")
    applicant.sees("已核对：这个名称由本企业保留")
    applicant.look("taken-up")
    applicant.saves()
    expect(applicant.page.locator("h1")).to_have_text("章程")
    return case
