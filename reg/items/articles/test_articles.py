"""章程修正案备案. R019."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reg.casefile.view import CaseView, Shareholder
from reg.items.articles import ITEM, decision
from reg.items.articles.form import ArticlesForm
from reg.items.kit import Facts, Known
from reg.items.kit.testing import codes, found, person, story_case, story_officers

NEW_HOME = {"district": "310115", "full": "中国（上海）自由贸易试验区祖冲之路9820号311室"}
MET = {
    "mode": "meeting",
    "held_on": "2026-11-20",
    "place": "公司会议室",
    "host": "张示例",
    "threshold": "two_thirds",
    "vote_0": "for",
    "vote_1": "for",
    "vote_2": "for",
    "amended_on": "",
}


def case_of(code: str = "C01", **answers: Mapping[str, Any]) -> CaseView:
    """A company that moves; other rooms as given."""
    return story_case(code, ["articles"], **{"domicile": NEW_HOME, **answers})


def first(case: CaseView) -> dict[str, Any]:
    return ITEM.prefill(case, Known()).payload


def answered(case: CaseView, **posted: Any) -> CaseView:
    """The case with the page filled in and saved as a browser would."""
    start = first(case)
    form = ArticlesForm.receive({**_clauses(start), **MET, **posted}, start)
    return replace(case, answers={**case.answers, "articles": form.payload()}, items=case.items | {"articles"})


def _clauses(payload: Mapping[str, Any]) -> dict[str, str]:
    return {f"clause_{clause['topic']}_after": clause["after"] for clause in payload["clauses"]}


# ---- what follows ----


@pytest.mark.row("R019", part="智慧辅助输入")
@pytest.mark.row("R019", part="查询辅助输入")
@pytest.mark.row("R019", part="采集章程制定日期、修改日期、修订条款")
def test_the_clause_of_the_domicile_is_written_with_the_new_address() -> None:
    (clause,) = first(case_of())["clauses"]
    assert clause["clause_no"] == "3"
    assert clause["before"] == "公司住所：中国（上海）自由贸易试验区祖冲之路9901弄2号202室。"
    assert clause["after"] == "公司住所：中国（上海）自由贸易试验区祖冲之路9820号311室。"


def test_a_named_legal_representative_changes_his_clause_an_unnamed_one_does_not() -> None:
    named = first(case_of(legal_representative=person("P13")))["clauses"][1]
    assert "现由卫甲担任" in named["after"]
    assert [clause["topic"] for clause in first(case_of("C02", legal_representative=person("P04")))["clauses"]] == [
        "domicile"
    ]


@pytest.mark.parametrize(
    ("structure", "text"),
    [
        (
            {"board": False, "directors_count": 1},
            "公司不设董事会，设董事一名，行使董事会职权。公司不设监事会，设监事一名。",
        ),
        ({"directors_count": 5}, "公司设董事会，成员 5 名，设董事长一名。公司不设监事会，设监事一名。"),
        ({"supervisory": "none"}, "公司设董事会，成员 3 名，设董事长一名。经全体股东一致同意，公司不设监事会和监事。"),
        ({"supervisory": "audit_committee"}, "行使监事会职权，不设监事会和监事。"),
    ],
)
def test_another_structure_rewrites_the_clause_on_the_bodies(structure: dict[str, Any], text: str) -> None:
    clauses = first(case_of(officers=story_officers("C01", **structure)))["clauses"]
    assert clauses[-1]["topic"] == "governance"
    assert text in clauses[-1]["after"]


def test_the_same_structure_changes_no_clause() -> None:
    assert len(first(case_of(officers=story_officers("C01")))["clauses"]) == 1


@pytest.mark.row("R019", part="免填免报")
def test_dates_and_votes_are_left_to_the_applicant_the_rest_is_there() -> None:
    payload = first(case_of())
    assert payload["adopted_on"] == "2024-05-20"
    assert payload["amended_on"] == ""
    resolution = payload["resolution"]
    assert resolution["host"] == "张示例"
    assert resolution.get("held_on", "") == ""
    assert [(row["ratio"], row["vote"]) for row in resolution["voters"]] == [("40", ""), ("25", ""), ("35", "")]


def test_another_address_later_rewrites_what_was_composed_and_keeps_what_was_written() -> None:
    case = answered(case_of())
    later = replace(case, answers={**case.answers, "domicile": {**NEW_HOME, "full": "上海市浦东新区三林路9850号888室"}})
    assert ITEM.settle is not None
    settled = ITEM.settle(case.answers["articles"], later, Facts())
    assert settled["clauses"][0]["after"] == "公司住所：上海市浦东新区三林路9850号888室。"
    assert settled["resolution"]["voters"][0]["vote"] == "for"
    own = answered(case_of(), clause_domicile_after="第三条　公司住所为祖冲之路9820号。")
    kept = ITEM.settle(own.answers["articles"], later, Facts())
    assert kept["clauses"][0]["after"] == "第三条 公司住所为祖冲之路9820号。"


# ---- who decides ----


@pytest.mark.row("R019", part="表单展示和输入")
@pytest.mark.parametrize(
    ("company", "kind", "fields", "absent"),
    [
        ("C01", "meeting", {"mode", "vote_0", "vote_2", "threshold", "host"}, {"votes_for", "adopted_on"}),
        ("C03", "sole_shareholder", {"held_on", "amended_on"}, {"mode", "vote_0", "host", "threshold"}),
        ("C08", "state_capital_body", {"held_on"}, {"mode", "vote_0", "host"}),
        ("C07", "meeting", {"votes_for", "votes_against", "host"}, {"mode", "vote_0"}),
    ],
)
def test_each_company_is_asked_what_its_own_body_decides(
    company: str, kind: str, fields: set[str], absent: set[str]
) -> None:
    payload = first(case_of(company))
    assert payload["resolution"]["kind"] == kind
    shown = set(ArticlesForm.show(payload).fields)
    assert fields <= shown
    assert not absent & shown


def test_everything_is_asked_and_a_complete_page_is_complete() -> None:
    start = first(case_of())
    missing = ArticlesForm.receive({**_clauses(start), **dict.fromkeys(MET, "")}, start).missing
    assert {"mode", "held_on", "vote_0", "vote_1", "vote_2", "threshold"} == set(missing)
    assert ArticlesForm.receive({**_clauses(start), **MET}, start).missing == {}


def test_a_written_decision_of_all_asks_for_no_votes() -> None:
    case = answered(case_of(), mode="written_unanimous", vote_0="", vote_1="", vote_2="", threshold="")
    assert ArticlesForm.read(case.answers["articles"]).missing == {}
    assert case.answers["articles"]["resolution"]["kind"] == "written_unanimous"
    assert case.answers["articles"]["resolution"]["votes_for"] == case.answers["articles"]["resolution"]["votes_total"]


def test_saving_and_reading_again_keeps_every_answer() -> None:
    saved = answered(case_of()).answers["articles"]
    assert ArticlesForm.read(saved).payload() == saved


def test_hostile_text_is_kept_as_text_and_cut_in_length() -> None:
    case = answered(case_of(), host="<b>张</b>\u202e", clause_domicile_after="长" * 1001)
    assert case.answers["articles"]["resolution"]["host"] == "<b>张</b>"
    assert "最多 1000 个字" in ArticlesForm.read(case.answers["articles"]).missing["clause_domicile_after"]


# ---- votes ----


def holders(*shares: tuple[str, str]) -> tuple[Shareholder, ...]:
    return tuple(
        Shareholder(f"股东{n}", True, "10", str(n), Decimal(ratio), Decimal(amount))
        for n, (ratio, amount) in enumerate(shares)
    )


def test_three_equal_shareholders_are_exact_thirds_although_the_ratios_are_rounded() -> None:
    votes = decision.weights(holders(("33.33", "100"), ("33.33", "100"), ("33.34", "100")))
    assert votes == [Decimal(100)] * 3


def test_agreed_votes_that_differ_from_the_capital_count_as_agreed() -> None:
    assert decision.weights(holders(("60", "100"), ("40", "100"))) == [Decimal(60), Decimal(40)]


def test_the_tally_counts_each_vote_once() -> None:
    voted = answered(case_of(), vote_1="against", vote_2="absent").answers["articles"]["resolution"]
    assert (voted["votes_total"], voted["votes_for"], voted["votes_against"], voted["votes_abstain"]) == (
        "1000",
        "400",
        "250",
        "0",
    )


# ---- checks ----


@pytest.mark.row("R019", part="数据质量源头治理")
def test_a_clause_has_to_hold_the_address_that_is_applied_for() -> None:
    assert codes(found(ITEM, answered(case_of()), Facts())) == []
    wrong = answered(case_of(), clause_domicile_after="公司住所：上海市浦东新区三林路1号。")
    (differs,) = found(ITEM, wrong, Facts())
    assert (differs.code, differs.field) == ("articles.differs", "clause_domicile_after")
    assert NEW_HOME["full"] in differs.fix


def test_a_clause_that_stays_the_same_is_no_amendment() -> None:
    case = case_of(officers=story_officers("C01", directors_count=5))
    before = first(case)["clauses"][1]["before"]
    assert ("articles.same", "block") in codes(found(ITEM, answered(case, clause_governance_after=before), Facts()))


def test_without_a_clause_there_is_nothing_to_record() -> None:
    case = story_case("C01", ["articles"])
    assert codes(found(ITEM, answered(case), Facts())) == [("articles.nothing", "block")]


def test_the_host_of_a_joint_stock_company_is_one_of_its_directors() -> None:
    votes = {"votes_for": "7200", "votes_against": "800", "votes_abstain": "0"}
    assert codes(found(ITEM, answered(case_of("C07"), **votes, host="路人甲"), Facts())) == [("articles.host", "block")]
    assert (
        codes(found(ITEM, answered(case_of("C07"), **votes, host=first(case_of("C07"))["resolution"]["host"]), Facts()))
        == []
    )


# ---- register and page ----


@pytest.mark.row("R019", part="记录修订的版本信息和生效日期")
def test_the_register_keeps_version_day_and_every_clause() -> None:
    (fact,) = ITEM.to_register(answered(case_of()))
    assert fact.payload is not None
    assert fact.payload["revision"] == 1
    assert fact.payload["amended_on"] == fact.payload["effective_on"] == "2026-11-20"
    texts = {clause["topic"]: clause["text"] for clause in fact.payload["clauses"]}
    assert texts["domicile"] == f"公司住所：{NEW_HOME['full']}。"
    assert "现由张示例担任" in texts["legal_representative"]
    again = story_case("C01", ["articles"], domicile=NEW_HOME)
    second = replace(again, before={**again.before, "articles": fact.payload})
    assert first(second)["revision"] == 2


def test_dropping_the_name_from_the_clause_takes_the_mark_from_the_register() -> None:
    case = case_of(legal_representative=person("P13"))
    assert answered(case).answers["articles"]["names_legal_representative"] is True
    assert ITEM.settle is not None
    own = answered(case, clause_legal_representative_after="法定代表人由董事长担任。")
    assert ITEM.settle(own.answers["articles"], own, Facts())["names_legal_representative"] is False


def test_before_and_after_stand_side_by_side() -> None:
    lines = {line.label: (line.before, line.after) for line in ITEM.diff(answered(case_of()))}
    assert lines["章程第 3 条（住所）"][1] == f"公司住所：{NEW_HOME['full']}。"
    assert lines["章程日期"] == ("2024年5月20日", "2026年11月20日")
    assert lines["决议、决定"][1] == "股东会决议，2026年11月20日，同意 100%"
    assert ITEM.summary(answered(case_of())) == "章程第 3 条"
