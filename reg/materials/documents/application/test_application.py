"""公司登记（备案）申请书: before and after, ticks, who signs. R016, R017, R019, R020, R035."""

from __future__ import annotations

import pytest

from reg.casefile.view import CaseView
from reg.catalog import edition
from reg.materials import typeset
from reg.materials.documents import samples
from reg.materials.documents.application.data import build, must_read


def text_of(view: CaseView) -> str:
    return typeset.compile("application", build(view), legal_day=view.legal_day).text


@pytest.mark.row("R035", part="公司登记（备案）申请书")
def test_every_changed_item_stands_with_what_was_and_what_will_be() -> None:
    text = text_of(samples.three_shareholders())
    assert "事项：法定代表人；原登记（备案）内容：张示例；申请变更登记（备案）内容：卫甲" in text
    assert "原登记（备案）内容：中国（上海）自由贸易试验区祖冲之路9901弄2号202室" in text
    assert "申请变更登记（备案）内容：中国（上海）自由贸易试验区祖冲之路9988弄6号1201室" in text
    assert "申请变更登记（备案）内容：2026年11月20日通过的章程修正案（修改第三条、第九条）" in text
    assert "事项：登记联络员；原登记（备案）内容：赵演示；申请变更登记（备案）内容：钱范例" in text


def test_it_shows_every_field_of_the_basic_section() -> None:
    text = text_of(samples.three_shareholders())
    for field in edition("2026-05-01").form("F_COMPANY_APP").section("basic").fields:
        if not field.optional:
            assert f"{field.label}：" in text


@pytest.mark.row("R017", part="记录变更前后的人员信息对比")
def test_the_officers_stand_before_and_after_with_their_organs() -> None:
    view = samples.three_shareholders()
    row = next(row for row in build(view)["changes"]["rows"] if row[0] == "董事、监事、高级管理人员")
    assert row[1].splitlines()[0] == "设董事会，董事3人；不设监事会，设监事一名"
    assert row[1].splitlines()[1].startswith("张示例（董事长）、卫甲（董事）")
    assert row[2].splitlines()[1].startswith("卫甲（董事长）")
    assert row[2].endswith("马限制（董事、副经理）")
    changes = {(line[0], line[1], line[5]) for line in build(view)["officers"]["rows"]}
    assert {("张示例", "董事长", "免去"), ("卫甲", "董事长", "变更"), ("马限制", "董事", "新任")} <= changes


def test_a_case_about_the_liaison_alone_is_a_recordal() -> None:
    view = samples.liaison_only()
    assert [choice["on"] for choice in build(view)["kinds"]["choices"]] == [False, False, True]
    text = text_of(view)
    assert "申请类型：备案" in text
    assert "已勾选：登记联络员" in text
    assert "未勾选：章程/章程修正案" in text
    assert "附表" not in text
    assert "代理人" not in text


def test_the_ticks_are_those_of_the_form() -> None:
    labels = [field.label for field in edition("2026-05-01").form("F_COMPANY_APP").section("filing").fields]
    assert [tick["label"] for tick in build(samples.liaison_only())["recordals"]] == labels


@pytest.mark.row("R016", part="法定代表人标记")
def test_the_new_legal_representative_signs_and_the_company_seals() -> None:
    view = samples.three_shareholders()
    (sign,), _, (seal,) = (group["slots"] for group in build(view)["signatures"])
    assert (sign["name"], sign["signer"]) == ("sig_legal_rep", "person:10:31010619820113931X")
    assert (seal["name"], seal["signer"]) == ("seal_entity", "entity:91310115MAXX00015T")
    assert "由变更后的法定代表人签署（《公司法》第三十五条第三款）" in text_of(view)


@pytest.mark.row("R003", part="建立代理人与申请主体的法律关系")
def test_an_agent_signs_the_column_that_names_him() -> None:
    groups = build(samples.three_shareholders())["signatures"]
    assert [(group["heading"], group["slots"][0]["signer_name"]) for group in groups] == [
        ("法定代表人签字", "卫甲"),
        ("委托代理人签字", "沈丙"),
        ("公司盖章", "上海星岚示例科技有限公司"),
    ]
    assert [group["heading"] for group in build(samples.liaison_only())["signatures"]] == ["法定代表人签字", "公司盖章"]


def test_the_sheets_that_belong_to_it_are_listed_with_their_people() -> None:
    assert build(samples.three_shareholders())["attachments"] == [
        ["人员信息表", "卫甲、马限制"],
        ["联络员信息表", "钱范例"],
        ["授权委托页", "沈丙"],
        ["实名登记确认表", "卫甲、马限制、钱范例、沈丙"],
    ]


def test_the_declaration_and_the_signatures_are_on_one_page() -> None:
    for view in (samples.liaison_only(), samples.three_shareholders(), samples.many_officers(50)):
        paper = typeset.compile("application", build(view), legal_day=view.legal_day)
        page = paper.pages[paper.slots[0].page]
        assert "申请人声明" in page
        assert {slot.page for slot in paper.slots} == {paper.page_count - 1}


def test_more_than_twenty_people_are_counted_in_the_table_and_named_in_the_list() -> None:
    view = samples.many_officers(50)
    data = build(view)
    assert "共61人，名单见申请书附表" in data["changes"]["rows"][0][2]
    assert len(data["officers"]["rows"]) == 61


def test_the_signer_reads_the_changes_in_four_sentences() -> None:
    assert must_read(samples.three_shareholders()) == [
        "法定代表人由张示例换成卫甲",
        "住所改到中国（上海）自由贸易试验区祖冲之路9988弄6号1201室",
        "董监高：新任、变更 3 人次，免去 1 人次",
        "另有2项备案，见第 1 页的表",
    ]
