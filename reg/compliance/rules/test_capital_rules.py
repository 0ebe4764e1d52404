"""CC11, CC13, CC17: capital above the limit, shareholders without a code, the transition of existing companies. R025."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reg.casefile.models import Case
from reg.casefile.selectors import case_view, shareholders_linked
from reg.casefile.view import CaseView
from reg.cases.services import case_open
from reg.compliance.rules import rules_for
from reg.compliance.rules.capital import (
    foreign_capital_is_not_above_the_limit,
    shareholders_have_their_codes,
    the_transition_is_used,
)
from reg.entities.models import EntityFact
from reg.items.kit import Facts
from reg.items.kit.testing import codes, on, person, story_case
from reg.testing import company
from reg.testing import person as somebody


def with_register(case: CaseView, **facts: Any) -> CaseView:
    return replace(case, before={**case.before, **facts})


# ---- CC11 ----


@pytest.mark.row("R025", part="CC11")
def test_the_foreign_company_with_nine_hundred_million_dollars_goes_to_the_window() -> None:
    case = story_case("C09", liaison=person("P05"))
    (found,) = foreign_capital_is_not_above_the_limit(case, Facts())
    assert (found.code, str(found.severity)) == ("CC11", "offline")
    assert "超过 50 亿元，不能走无纸化" in found.message
    assert case.entity.authority_name in found.fix


@pytest.mark.row("R025", part="CC11")
@pytest.mark.parametrize(
    ("capital", "said"),
    [
        ({"amount_wan": "500000", "currency": "CNY"}, []),
        ({"amount_wan": "500000.000001", "currency": "CNY"}, [("CC11", "offline")]),
        ({"amount_wan": "90000", "currency": "USD", "amount_cny_wan": "500000"}, []),
        ({"amount_wan": "90000", "currency": "USD", "amount_cny_wan": "500001"}, [("CC11", "offline")]),
        ({"amount_wan": "90000", "currency": "USD"}, [("CC11", "confirm")]),
        ({"amount_wan": "20000", "currency": "USD"}, []),
        ({}, []),
    ],
)
def test_the_limit_is_in_renminbi_and_what_cannot_be_told_is_asked(
    capital: dict[str, str], said: list[tuple[str, str]]
) -> None:
    case = with_register(story_case("C09", liaison=person("P05")), capital=capital)
    assert codes(foreign_capital_is_not_above_the_limit(case, Facts())) == said


@pytest.mark.row("R025", part="CC11")
def test_a_domestic_company_may_be_as_large_as_it_is() -> None:
    case = with_register(story_case("C08", liaison=person("P05")), capital={"amount_wan": "900000", "currency": "CNY"})
    assert list(foreign_capital_is_not_above_the_limit(case, Facts())) == []
    assert list(foreign_capital_is_not_above_the_limit(story_case("C10", liaison=person("P05")), Facts())) == []


# ---- CC13 ----


def holders(*rows: dict[str, Any]) -> dict[str, Any]:
    plain = {"natural": False, "investor_type": "ent_domestic", "id_type": "org_business_licence", "ratio": "50"}
    return {"rows": [{**plain, **row} for row in rows]}


@pytest.mark.row("R025", part="CC13")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"name": "上海查无示例贸易有限公司", "id_number": ""}, [("CC13", "offline")]),
        ({"name": "上海查无示例贸易有限公司", "id_number": "91310115MAXX00015T"}, []),
        ({"name": "DEMO HOLDINGS LTD", "id_number": "", "investor_type": "ent_foreign"}, []),
        ({"name": "示例村民委员会", "id_number": "", "investor_type": "other"}, []),
        ({"name": "张示例", "id_number": "", "natural": True, "investor_type": "natural_domestic"}, []),
    ],
)
def test_a_shareholding_enterprise_without_its_code_goes_to_the_window(
    row: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    case = with_register(story_case("C01", legal_representative=person("P13")), shareholders=holders(row))
    assert codes(shareholders_have_their_codes(case, Facts())) == said
    assert {"CC13"} <= {rule.code for rule in rules_for(case)}


def test_nobody_is_sent_to_the_window_for_a_paper_that_no_shareholder_signs() -> None:
    assert "CC13" not in {rule.code for rule in rules_for(story_case("C01", liaison=person("P05")))}


@pytest.mark.django_db
@pytest.mark.row("R025", part="CC13")
def test_a_shareholder_whom_the_register_knows_by_name_has_his_code() -> None:
    firm, owner = company("C01"), company("C06")
    fact = EntityFact.objects.get(entity=firm, item_code="shareholders")
    for row in fact.payload["rows"]:
        if row["name"] == owner.name:
            row["id_number"] = ""
    fact.payload["rows"].append(holders({"name": "上海查无示例贸易有限公司", "id_number": ""})["rows"][0])
    fact.save()
    view = case_view(Case.objects.get(pk=case_open(actor=somebody("P01"), entity=firm, chosen=["officers"]).pk))
    found = list(shareholders_have_their_codes(view, Facts()))
    assert ["上海查无示例贸易有限公司" in one.message for one in found] == [True]
    assert owner.uscc in {holder.id_number for holder in view.entity.shareholders}


@pytest.mark.django_db
def test_a_name_that_two_enterprises_have_links_nobody() -> None:
    first, second = company("C01"), company("C06")
    second.name = first.name
    second.save()
    (row,) = shareholders_linked(holders({"name": first.name, "id_number": ""}))["rows"]
    assert row["id_number"] == ""


# ---- CC17 ----


ARTICLES: dict[str, Any] = {"clauses": [], "resolution": {}}


@pytest.mark.row("R025", part="CC17")
@pytest.mark.parametrize(
    ("day", "severity", "words"),
    [
        (date(2026, 11, 23), "confirm", "请于 2027 年 6 月 30 日前"),
        (date(2027, 6, 30), "confirm", "请于 2027 年 6 月 30 日前"),
        (date(2027, 7, 1), "block", "过渡期已过"),
    ],
)
def test_an_existing_company_that_amends_its_articles_is_held_to_the_transition(
    day: date, severity: str, words: str
) -> None:
    (found,) = the_transition_is_used(on(story_case("C01", articles=ARTICLES), day), Facts())
    assert (found.code, str(found.severity)) == ("CC17", severity)
    assert words in found.message
    assert "公司法266第2款" in found.basis
    assert "窗口" in found.fix


@pytest.mark.row("R025", part="CC17")
def test_a_case_that_leaves_the_articles_alone_is_told_and_never_held_up() -> None:
    for day in (date(2026, 11, 23), date(2027, 7, 1)):
        (found,) = the_transition_is_used(on(story_case("C01", liaison=person("P05")), day), Facts())
        assert str(found.severity) == "warn"
        assert "不影响这一件提交" in found.fix


@pytest.mark.row("R025", part="CC17")
@pytest.mark.parametrize("code", ["C02", "C04", "C07", "C03"])
def test_paid_up_in_time_or_founded_under_the_new_law_nothing_is_said(code: str) -> None:
    assert list(the_transition_is_used(story_case(code, articles=ARTICLES), Facts())) == []


@pytest.mark.row("R025", part="CC17")
@pytest.mark.parametrize(
    ("code", "row", "behind"),
    [
        ("C02", {"due": "2032-06-30", "subscribed_wan": "300", "paid_wan": "0"}, False),
        ("C02", {"due": "2032-07-01", "subscribed_wan": "300", "paid_wan": "0"}, True),
        ("C02", {"due": "2045-12-31", "subscribed_wan": "300", "paid_wan": "300"}, False),
        ("C07", {"due": "2016-12-31", "subscribed_wan": "8000", "paid_wan": "7999"}, True),
    ],
)
def test_who_is_behind_is_told_by_the_last_unpaid_day(code: str, row: dict[str, str], behind: bool) -> None:
    case = with_register(story_case(code, articles=ARTICLES), shareholders=holders(row))
    assert bool(list(the_transition_is_used(case, Facts()))) is behind
