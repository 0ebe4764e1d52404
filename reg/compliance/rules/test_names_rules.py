"""Rules about the new name: CC08, CC09. R005, R025."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.compliance import engine
from reg.items.kit import Facts
from reg.items.kit.names import HeldName, NameFacts, context_of, parts_of_answer
from reg.items.kit.testing import story_case
from reg.naming.checking import NameReport
from reg.naming.checks import check_name
from reg.naming.index import Found
from reg.naming.parsing import parse

NEW = "上海星屿示例科技有限公司"
NUMBER = "MB202611200000000175"
HELD = HeldName(NUMBER, NEW, parse(NEW, "6513").parts, date(2027, 1, 19), "llc")
TAKEN_UP = {"source": "predeclared", "number": NUMBER, "full": NEW, "kind": "llc", "district": "310115"}
DECLARED = {
    "source": "with_registration", "region": "上海", "order": "front", "trade": "星屿示例", "industry": "科技",
    "small_class": "6513", "form": "有限公司", "kind": "llc", "district": "310115", "full": NEW,
}  # fmt: skip


def said(case: CaseView, facts: NameFacts) -> dict[str, tuple[str, str, str]]:
    """What the rules about names say in the report: severity, field, sentence."""
    report = engine.check(case, Facts(name=facts))
    return {f.code: (str(f.severity), f.field, f.message) for f in report.findings if f.code in {"CC08", "CC09"}}


def passed(case: CaseView, facts: NameFacts) -> set[str]:
    return {rule.code for rule in engine.check(case, Facts(name=facts)).passed}


def declared(**changes: Any) -> tuple[CaseView, NameFacts]:
    case = story_case("C01", name={**DECLARED, **changes})
    parts = parts_of_answer(case.answers["name"])
    report = NameReport(parts, check_name(parts, context_of(case)), Found((), ()), date(2026, 11, 23))
    return case, NameFacts(report=report)


@pytest.mark.row("R025", part="CC08")
@pytest.mark.row("R005", part="数据逻辑关系一致性检查")
def test_what_was_reserved_is_what_is_applied_for() -> None:
    case = story_case("C01", name=TAKEN_UP)
    assert {"CC08", "CC09"} <= passed(case, NameFacts(taken=HELD))
    other_kind = said(case, NameFacts(taken=replace(HELD, kind="joint_stock")))
    assert other_kind["CC08"][:2] == ("block", "number")
    assert "保留时的企业类型是股份有限公司，本企业是有限责任公司" in other_kind["CC08"][2]
    other_name = said(case, NameFacts(taken=replace(HELD, written="上海砚汀示例科技有限公司")))
    assert "上海砚汀示例科技有限公司" in other_name["CC08"][2]
    assert said(case, NameFacts(refused="保留号到期。"))["CC08"] == ("block", "number", "保留号到期。")


@pytest.mark.row("R025", part="CC09")
def test_the_form_says_what_the_company_is() -> None:
    case, facts = declared(form="股份有限公司")
    severity, field, sentence = said(case, facts)["CC09"]
    assert (severity, field) == ("block", "form")
    assert sentence == (
        "名称组织形式“股份有限公司”与企业类型“有限责任公司”不符，请改为“有限公司”“有限责任公司”，或同时申请企业类型变更。"
    )
    assert {"CC08", "CC09"} <= passed(*declared())
