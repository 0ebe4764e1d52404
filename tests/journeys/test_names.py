"""名称自主申报: a name composed, checked as one types, held; the next who wants it is told, with a script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from foundation.pdf.testing import small_pdf
from tests.journeys.looks import Looks
from tests.journeys.people import Citizen, People

pytestmark = pytest.mark.journey
WISH = "上海屿栩科技有限公司"


def composes(someone: Citizen, trade: str) -> None:
    """企业类型 stays 有限责任公司; the other parts are filled in."""
    someone.goes_to(f"{someone.system.reg}/names/new")
    someone.selects("district", "浦东新区")
    someone.types(industry="科技")
    someone.types(trade=trade)


@pytest.mark.row("R101", part="申报入口")
@pytest.mark.row("R102", part="名称四段式录入")
@pytest.mark.row("R102", part="登记机关")
@pytest.mark.row("R104", part="相同名称列出并拦截")
@pytest.mark.row("R104", part="相近名称列出并提示风险")
@pytest.mark.row("R104", part="保留期信息")
def test_a_name_is_found_free_held_and_seen_by_the_next(people: People, looks: Looks) -> None:
    first = people.citizen("P01")
    first.presses("给企业起名、改名")
    first.sees("名称自主申报")
    first.look("names")
    first.presses("新设企业的名称")
    composes(first, "雷锋")
    first.sees("英雄烈士姓名", "《企业名称登记管理规定》")
    first.look("forbidden")
    first.types(trade="屿栩")
    first.sees("可以用", "yǔ xǔ")
    first.look("free")
    first.presses("用这个名称")
    first.sees(WISH, "保留中")
    first.look("held")

    second = people.citizen("P04", java_script_enabled=False)
    composes(second, "屿栩")
    second.presses("查一查")
    second.sees("已经有相同的名称", WISH, "名称完全相同", "这样写没有人用")
    composes(second, "禹许")
    second.presses("查一查")
    second.sees("可以申报，但有风险", "字号读音相同")
    second.presses("看过了，仍用这个名称")
    second.sees("上海禹许科技有限公司", "保留中")

    composes(first, "屿栩")
    first.sees("已经有相同的名称")
    first.look("taken")
    composes(first, "雨旭")
    first.sees("可以申报，但有风险")
    first.look("similar")
    first.goes_to(f"{first.system.reg}/names")
    first.sees(WISH, "保留中")
    first.presses(WISH)
    first.presses("放弃这个名称")
    first.sees("别人可以用了", "已放弃")
    expect(first.page.get_by_role("button", name="放弃这个名称")).to_have_count(0)
    first.heard_nothing_bad()


@pytest.mark.row("R104", part="禁用词校验")
def test_two_of_the_desk_keep_the_words_and_the_next_name_knows(people: People) -> None:
    maker, checker = people.examiner("shen1"), people.examiner("shen2")
    maker.goes_to(f"{maker.system.reg}/desk/words")
    maker.look("desk-words")
    maker.presses("误导性用语")
    maker.types(words="至尊\n无双", reason="通知第 1 号")
    maker.presses("提交，请同事复核")
    maker.sees("等复核：加入 2 个词", "要由另一位同事复核")
    maker.look("desk-words-list")
    applicant = people.citizen("P06")
    composes(applicant, "至尊屿")
    applicant.sees("可以用")
    checker.goes_to(f"{checker.system.reg}/desk/words/superlative")
    checker.presses("批准，马上生效")
    checker.sees("已生效")
    composes(applicant, "至尊屿")
    applicant.sees("误导性用语（至尊）")
    applicant.look("told-by-a-new-word")


@pytest.mark.row("R104", part="禁止控制与限制提示")
@pytest.mark.row("R104", part="未通过的具体原因")
@pytest.mark.row("R111", part="按申请号查询")
@pytest.mark.row("R111", part="按办件编号查询")
@pytest.mark.row("R111", part="受理、审核、核准各环节")
def test_a_restricted_name_is_kept_while_the_desk_looks_at_its_reason(people: People) -> None:
    applicant, examiner = people.citizen("P10"), people.examiner("shen2")
    applicant.goes_to(f"{applicant.system.reg}/names/new")
    applicant.selects("district", "浦东新区")
    applicant.types(trade="砚屿")
    applicant.sees("限制使用", "有依据的，请登记机关审核")
    applicant.presses("请登记机关审核")
    applicant.sees("要写明依据")
    applicant.look("plea")
    applicant.types(plea="投资人跨五个门类经营，证明见材料")
    applicant.presses("请登记机关审核")
    applicant.sees("登记机关正在审核", "依据", "还没有文件")
    here = applicant.page.url
    applicant.returns_until(here, "办件编号")
    applicant.look("waiting")

    examiner.goes_to(f"{examiner.system.reg}/desk/declarations")
    examiner.look("desk-declarations")
    examiner.presses("上海砚屿有限公司")
    examiner.presses("领取，开始审核")
    examiner.types(reason="请上传跨门类经营的证明")
    examiner.presses("请补充")
    examiner.look("desk-declaration")

    applicant.goes_to(here)
    applicant.sees("登记机关请您补充", "请上传跨门类经营的证明")
    proof: FilePayload = {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": small_pdf(2)}
    applicant.page.set_input_files("#files", proof)
    applicant.types(words="投资人的三家公司都已经营三年")
    applicant.presses("补充依据")
    applicant.sees("“证明.pdf”已收到", "1 个文件", "三家公司", "您补充了")
    applicant.look("asked")

    examiner.goes_to(examiner.page.url)
    examiner.sees("证明.pdf")
    examiner.look("desk-declaration-proof")
    examiner.presses("核准")
    examiner.sees("已核准“上海砚屿有限公司”")
    applicant.goes_to(here)
    applicant.sees("名称已为您保留", "审核、核准")
    applicant.look("granted")
    number = applicant.page.locator("dt:text-is('申请号') + dd").inner_text()
    applicant.goes_to(f"{applicant.system.reg}/names?q={number}")
    applicant.sees("上海砚屿有限公司")
    applicant.heard_nothing_bad("422")
    examiner.heard_nothing_bad()
