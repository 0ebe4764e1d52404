"""A change of name on paper: what is planned, what the papers say. R004, R005, R035; 名称规定15、17、18, 细则34, 公司法46(一)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.items.kit import Facts
from reg.items.kit.names import NameFacts, context_of, parts_of_answer
from reg.items.kit.testing import story_case
from reg.materials import typeset
from reg.materials.documents import document
from reg.materials.documents.kit import NOTHING, Data
from reg.materials.plan import Line, plan
from reg.naming.checking import NameReport
from reg.naming.checks import check_name
from reg.naming.index import Found

OLD, NEW, NUMBER = "上海星岚示例科技有限公司", "上海星屿示例科技有限公司", "MB202611200000000175"
DECLARED = {
    "source": "with_registration", "region": "上海", "order": "front", "trade": "星屿示例", "industry": "科技",
    "small_class": "6513", "group": "", "form": "有限公司", "related": "", "number": "", "full": NEW,
}  # fmt: skip
RESOLUTION = {"kind": "meeting", "mode": "meeting", "held_on": "2026-11-20", "place": "公司会议室", "host": "张示例"}
CLAUSE = {"topic": "name", "clause_no": "2", "before": f"公司名称：{OLD}。", "after": f"公司名称：{NEW}。"}


def case_of(**changes: Any) -> CaseView:
    articles = {"amended_on": "2026-11-20", "clauses": [CLAUSE], "resolution": {**RESOLUTION, "voters": []}}
    return story_case("C01", name={**DECLARED, **changes}, articles=articles)


def lines(case: CaseView) -> dict[str, Line]:
    """The lines of the list, by key, as the rules see the name and the index is empty."""
    parts = parts_of_answer(case.answers["name"])
    report = NameReport(parts, check_name(parts, context_of(case)), Found((), ()), date(2026, 11, 23))
    facts = NameFacts(report=report if case.answers["name"]["source"] == "with_registration" else None)
    return {line.key: line for line in plan(case, Facts(name=facts)).lines}


def data(doc: str, case: CaseView) -> Data:
    return document(doc).build(case, None, NOTHING)


@pytest.mark.row("R035", part="按事项提供材料文书清单")
def test_a_name_declared_with_the_change_asks_for_the_papers_of_the_change_alone() -> None:
    assert {key: line.provide for key, line in lines(case_of()).items()} == {
        "application": "generated", "realname": "generated", "resolution": "generated", "articles": "generated",
    }  # fmt: skip


@pytest.mark.row("R005", part="名称归属验证确认")
def test_a_held_name_is_fetched_by_its_number() -> None:
    found = lines(case_of(source="predeclared", number=NUMBER))["company_change_name_01"]
    assert (found.provide, found.why) == ("fetched", f"保留号 {NUMBER}，系统已核对，不用交。")
    assert "《企业名称登记管理规定》第十八条" in found.laws


@pytest.mark.parametrize("changes", [{"related": "91310115MAXX00066K"}, {"group": "集团"}, {"region": ""}])
def test_what_a_proof_lifts_asks_for_the_proof(changes: dict[str, str]) -> None:
    found = lines(case_of(**changes))["company_change_name_02"]
    assert found.provide == "upload"
    assert "权利人盖章的授权书" in found.why
    assert "company_change_name_02" not in lines(case_of(trade="动力")), "an explanation is no paper"


def test_a_paper_licence_is_handed_back() -> None:
    case = case_of()
    with_paper = replace(case, before={**case.before, "licence": {"paper": True}})
    assert lines(with_paper)["paper_licence"].provide == "offline"
    assert "paper_licence" not in lines(case)


def test_the_application_shows_both_names_and_on_what_the_new_one_rests() -> None:
    declared = data("application", case_of())["changes"]["rows"]
    assert declared[:2] == [["名称", OLD, NEW], ["名称申报", "", "与本次变更登记一并申报"]]
    held = data("application", case_of(source="predeclared", number=NUMBER))["changes"]["rows"]
    assert held[1] == ["名称申报", "", f"名称保留号 {NUMBER}"]


def test_the_head_keeps_the_old_name_and_the_change_says_the_new_one() -> None:
    """The applicant is the company as it is registered today; its seal bears that name too."""
    case = case_of()
    for doc in ("application", "resolution", "articles"):
        built = data(doc, case)
        assert NEW not in built["head"]["left"]
        assert OLD in str(built)
        text = typeset.compile(doc, built, legal_day=case.legal_day).text
        assert NEW in text
    assert f"一、公司名称由“{OLD}”变更为“{NEW}”。" in str(data("resolution", case)["points"])
    assert document("application").must_read(case, None)[0] == f"公司名称改成{NEW}"
    assert any("名称使用承诺" in words for words in data("application", case)["declaration"])


@pytest.mark.parametrize("trade", ["屿𬭚示例", "屿㛃示例"])
def test_rare_characters_of_a_name_are_set_in_every_paper(trade: str) -> None:
    new = f"上海{trade}科技有限公司"
    case = case_of(trade=trade, full=new)
    for doc in ("application", "resolution"):
        assert new in typeset.compile(doc, data(doc, case), legal_day=case.legal_day).text
