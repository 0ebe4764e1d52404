"""名称自主申报, the other ways: a branch, a new name and its branch, a move from another province while the system there is down."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.looks import Looks
from tests.journeys.outside import Outside
from tests.journeys.people import Citizen, People
from tests.journeys.stories import Company, company, person
from tests.journeys.system import System

pytestmark = pytest.mark.journey
ABROAD, ITS_BRANCH = "91330106MAXX00293F", "91330110MAXX0901X6"


def begins(someone: Citizen, entry: str) -> None:
    """From the home page to the entry of one way."""
    someone.goes_to(f"{someone.system.reg}/")
    someone.presses("给企业起名、改名")
    someone.presses(entry)


def holds(someone: Citizen, name: str) -> None:
    """The button under the result; the name stands on the page that follows."""
    someone.button("用这个名称").or_(someone.button("看过了")).first.click()
    expect(someone.page).to_have_url(re.compile(r"/names/\d{22}$"))
    someone.sees(name, "保留中")


@pytest.mark.row("R101", part="申报入口")
@pytest.mark.row("R103", part="录入隶属企业名称和代码")
@pytest.mark.row("R103", part="名称继承派生合规")
def test_a_branch_is_named_behind_its_parent_and_the_next_sees_it(people: People, looks: Looks) -> None:
    parent = company("C01").name
    first = people.citizen("P01")
    first.presses("给企业起名、改名")
    first.look("names")
    first.presses("怎么办、要准备什么")
    first.sees("先准备好", "一步一步怎么办")
    first.look("guide")
    first.presses("给分支机构起名")
    first.types(q="上海没有这家有限公司")
    first.presses("查找企业")
    first.sees("没有找到这家企业")
    first.types(q=parent)
    first.presses("查找企业")
    first.look("parent")
    first.presses("给它的分支机构起名")
    first.selects("district", "徐汇区")
    first.sees("已经有相同的名称", f"{parent}徐汇分公司", "这样写没有人用")
    first.look("branch-taken")
    first.types(serial="衡山路")
    first.sees("可以用")
    first.look("branch")
    holds(first, f"{parent}徐汇衡山路分公司")
    first.sees("隶属企业")
    first.look("branch-held")
    first.heard_nothing_bad()

    second = people.citizen("P60", java_script_enabled=False)
    begins(second, "新设分支机构的名称")
    second.types(q=parent)
    second.presses("查找企业")
    second.presses("给它的分支机构起名")
    second.selects("district", "徐汇区")
    second.types(serial="衡山路")
    second.presses("查一查")
    second.sees("已经有相同的名称", "保留中")


def leads(system: System, firm: Company) -> str:
    """Who leads it now: another journey may have changed that."""
    name = system.ask(
        f"Entity.objects.get(uscc={firm.uscc!r}).facts.open().get(item_code='legal_representative').payload['name']"
    )
    return "P05" if name == person("P05").name else "P01"


@pytest.mark.row("R105", part="基于既有名称调整")
@pytest.mark.row("R106", part="与变更后母体名称一致")
@pytest.mark.row("R107", part="核验结果和风险提示")
def test_a_company_declares_its_new_name_and_its_branch_follows(people: People, system: System) -> None:
    firm, branch = company("C01"), company("C18")
    leader = people.citizen(leads(system, firm))
    begins(leader, "企业改名、分支机构改名")
    leader.look("change-find")
    leader.presses(firm.name)
    expect(leader.page.locator("[name=trade]")).to_have_value("星岚示例")
    leader.types(trade="汀屿")
    leader.sees("可以用", "改了什么", "家分支机构，名称都要跟着改", "改名以后")
    leader.look("change")
    leader.types(trade="星岚示例")
    leader.sees("和现在的名称一样")
    leader.look("change-unchanged")
    leader.types(trade="汀屿")
    leader.sees("可以用")
    holds(leader, "上海汀屿科技有限公司")
    leader.look("change-held")
    leader.heard_nothing_bad()

    stranger = people.citizen("P60")
    stranger.goes_to(f"{stranger.system.reg}/names/change?q={firm.uscc}")
    stranger.sees(firm.name, "由它的法定代表人（负责人）、联络员申报")
    stranger.look("change-not-his")
    stranger.goes_to(f"{stranger.system.reg}/names/change/{firm.uscc}")
    stranger.sees("没有找到")

    head = people.citizen("P04")
    begins(head, "企业改名、分支机构改名")
    head.types(q=branch.name)
    head.presses("查找企业")
    head.presses("在现在的名称上改")
    head.types(serial="第一")
    head.sees("上海汀屿科技有限公司徐汇第一分公司", "隶属企业办好变更登记以后")
    head.look("change-branch")
    holds(head, "上海汀屿科技有限公司徐汇第一分公司")


@pytest.mark.row("R108", part="外省市企业信息查询")
@pytest.mark.row("R108", part="申报初始化")
@pytest.mark.row("R109", part="与迁入后母体名称一致")
@pytest.mark.row("R110", part="迁入后的法律效力说明")
def test_a_company_moves_in_though_the_national_system_is_down_at_first(
    people: People, outside: Outside, looks: Looks
) -> None:
    mover = people.citizen("P60")
    outside.fault("national", "down")
    begins(mover, "企业迁入、分支机构迁入")
    mover.look("move-find")
    mover.types(uscc=ABROAD)
    mover.presses("查登记情况")
    mover.sees("全国系统现在没有回应", ABROAD)
    mover.look("move-down")
    outside.heal()
    mover.presses("再试一次")
    mover.sees("杭州外省样例科技有限公司", "浙江省杭州市西湖区")
    expect(mover.page.locator("[name=trade]")).to_have_value("外省样例")
    mover.look("move-begun")
    mover.selects("district", "浦东新区")
    mover.sees("可以用", "换成“上海”", "迁入以后，名称的效力")
    mover.look("move")
    holds(mover, "上海外省样例科技有限公司")
    mover.look("move-held")

    begins(mover, "企业迁入、分支机构迁入")
    mover.types(uscc=ITS_BRANCH)
    mover.presses("查登记情况")
    mover.sees("余杭分公司")
    mover.selects("district", "浦东新区")
    mover.sees("上海外省样例科技有限公司浦东分公司", "隶属企业办好迁入以后")
    mover.look("move-branch")
    holds(mover, "上海外省样例科技有限公司浦东分公司")
    mover.heard_nothing_bad()


@pytest.mark.row("R103", part="行业表述一致")
def test_a_branch_in_another_industry_goes_to_the_desk_with_its_reason(people: People, looks: Looks) -> None:
    parent = company("C06")
    applicant = people.citizen("P60")
    applicant.goes_to(f"{applicant.system.reg}/names/branch/{parent.uscc}")
    applicant.selects("district", "浦东新区")
    applicant.page.get_by_text("行业和隶属企业不一样").click()
    applicant.types(serial="第九", industry="图文设计")
    applicant.sees("限制使用", "请选择“分支机构另有行业”")
    applicant.look("branch-restricted")
    applicant.types(plea="总公司股东会同意分公司承接图文设计")
    applicant.presses("请登记机关审核")
    applicant.sees("审核中", parent.name)

    examiner = people.examiner("shen1")
    examiner.goes_to(f"{examiner.system.reg}/desk/declarations")
    examiner.presses(f"{parent.name}浦东第九图文设计分公司")
    examiner.sees("隶属企业", parent.name, "总公司股东会同意")
    examiner.look("desk-branch")
