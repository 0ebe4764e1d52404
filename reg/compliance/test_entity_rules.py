"""Rules about the company itself (R025): success and failure share their set-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.catalog.codes import enterprise_statuses
from reg.compliance import engine
from reg.compliance.report import Report
from reg.items.kit import Facts, LookupFact, Severity
from reg.items.kit.facts import subject_key
from reg.items.kit.testing import known, person, story_case

KEYS = ("name", "id_type", "id_number", "mobile", "email")


def liaison_case(code: str, *others: str) -> CaseView:
    return story_case(code, others, liaison={key: person("P66")[key] for key in KEYS})


def told(case: CaseView, *, leader_hits: Iterable[Mapping[str, Any]] = (), **answers: Mapping[str, Any]) -> Facts:
    """Honest people, and these answers about the company; `leader_hits`: lists on which its 法定代表人 stands."""
    facts = known(case.answers["liaison"])
    uscc, both = {"uscc": case.entity.uscc}, {"uscc": case.entity.uscc, "name": case.entity.name}
    subjects = {"abnormal": uscc, "pending_matters": uscc, "watchlist_company": both}
    present = known(case.was("legal_representative"), hits=leader_hits)
    plain: dict[str, Mapping[str, Any]] = {
        "abnormal": {"listed": []},
        "pending_matters": {"items": []},
        "watchlist_company": {"hits": []},
    }
    lookups = {
        subject_key(port, subject): LookupFact(port, "found", {**plain, **answers}[port])
        for port, subject in subjects.items()
    }
    return replace(facts, lookups={**present.lookups, **facts.lookups, **lookups})


def codes(report: Report) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.severity)) for finding in report.findings]


@pytest.mark.row("R025", part="CC02")
@pytest.mark.parametrize(
    ("company", "expected"),
    [("C02", []), ("C26", [("CC02", "block")]), ("C32", [("CC02", "warn")])],
)
def test_a_revoked_company_is_stopped_and_one_under_suspension_may_go_on(company: str, expected: list[Any]) -> None:
    case = liaison_case(company)
    assert codes(engine.check(case, told(case))) == expected


@pytest.mark.row("R025", part="CC02")
@pytest.mark.parametrize("status", [code for code, s in enterprise_statuses().items() if not s.established])
def test_no_status_that_is_not_established_may_change_anything(status: str) -> None:
    case = liaison_case("C02")
    gone = replace(case, entity=replace(case.entity, status=status))
    (stop,) = engine.check(gone, told(gone)).findings
    assert (stop.code, str(stop.severity)) == ("CC02", "block")
    assert enterprise_statuses()[status].name in stop.message


@pytest.mark.row("R025", part="CC02")
def test_a_company_in_liquidation_may_change_its_liaison_only() -> None:
    alone, more = liaison_case("C27"), liaison_case("C27", "domicile")
    assert ("CC02", "offline") not in codes(engine.check(alone, told(alone)))
    assert ("CC02", "offline") in codes(engine.check(more, told(more)))


@pytest.mark.row("R025", part="CC04")
def test_an_unreachable_company_is_asked_to_change_its_domicile_or_to_confirm() -> None:
    case = liaison_case("C33")
    listed = {"listed": [{"reason_code": "unreachable", "reason": "无法联系"}]}
    assert codes(engine.check(case, told(case))) == []
    report = engine.check(case, told(case, abnormal=listed))
    assert codes(report) == [("CC04", "confirm")]
    (finding,) = report.findings
    assert not report.is_clear
    confirmed = replace(case, confirmed=frozenset({finding.key}))
    assert engine.check(confirmed, told(confirmed, abnormal=listed)).is_clear
    moving = liaison_case("C33", "domicile")
    assert ("CC04", "confirm") not in codes(engine.check(moving, told(moving, abnormal=listed)))
    other = {"listed": [{"reason_code": "no_annual_report", "reason": "未年报"}]}
    assert codes(engine.check(case, told(case, abnormal=other))) == []


@pytest.mark.row("R025", part="CC29")
@pytest.mark.row("R033", part="全国严重违法失信服务")
@pytest.mark.row("R033", part="不可靠实体清单核验（企业）")
@pytest.mark.parametrize(("listed", "severity"), [("serious_violation", "confirm"), ("unreliable_entity", "block")])
def test_listed_companies_are_told_or_stopped(listed: str, severity: str) -> None:
    case = liaison_case("C39")
    assert codes(engine.check(case, told(case))) == []
    assert codes(engine.check(case, told(case, watchlist_company={"hits": [{"list": listed}]}))) == [("CC29", severity)]


@pytest.mark.row("R025", part="CC29")
@pytest.mark.parametrize(("limits", "severity"), [(["invest"], "block"), ([], "confirm")])
def test_an_announcement_that_limits_nothing_is_only_confirmed(limits: list[str], severity: str) -> None:
    case = liaison_case("C39")
    hit = {"list": "unreliable_entity", "limits": limits}
    assert codes(engine.check(case, told(case, watchlist_company={"hits": [hit]}))) == [("CC29", severity)]
    assert codes(engine.check(case, told(case, leader_hits=[hit]))) == (
        [("CC29", "block")] if limits else [("CC29", "confirm")]
    )


@pytest.mark.row("R025", part="CC29")
def test_the_registered_leader_who_would_sign_may_not_answer_for_a_false_registration() -> None:
    case = liaison_case("C39")
    hit = {"list": "false_registration_responsible", "from": "2025-03-01", "to": ""}
    (stop,) = engine.check(case, told(case, leader_hits=[hit])).findings
    assert (stop.code, str(stop.severity)) == ("CC29", "block")
    assert "2028年3月1日" in stop.message
    assert "勾选法定代表人" in stop.fix
    along = liaison_case("C39", "legal_representative")
    assert "CC29" not in {f.code for f in engine.check(along, told(along, leader_hits=[hit])).findings}


@pytest.mark.row("R025", part="CC06")
@pytest.mark.parametrize(
    ("company", "items", "named"),
    [
        ("C04", ["domicile"], "“进出口货物收发货人备案（报关单位备案）”"),
        ("C05", ["legal_representative"], "“进出口货物收发货人备案（报关单位备案）、第二类医疗器械经营备案”"),
        ("C04", [], ""),
        ("C02", ["domicile", "legal_representative"], ""),
    ],
)
def test_recordals_of_other_departments_that_repeat_what_changes_are_confirmed(
    company: str, items: list[str], named: str
) -> None:
    case = liaison_case(company, *items)
    found = [f for f in engine.check(case, told(case)).findings if f.code == "CC06"]
    assert [str(f.severity) for f in found] == (["confirm"] if named else [])
    assert all(named in f.message for f in found)


@pytest.mark.parametrize(("items", "said"), [(["legal_representative"], ["confirm"]), ([], [])])
def test_with_an_unfinished_matter_a_new_leader_is_confirmed_in_words(items: list[str], said: list[str]) -> None:
    case = liaison_case("C38", *items)
    penalty = {"items": [{"kind": "penalty", "title": "行政处罚案件（虚假宣传）尚未结案"}]}
    found = [f for f in engine.check(case, told(case, pending_matters=penalty)).findings if f.code == "CO17"]
    assert [str(f.severity) for f in found] == said
    assert all(f.needs_words and "虚假宣传" in f.message for f in found)
    assert "CO17" not in {f.code for f in engine.check(case, told(case)).findings}


@pytest.mark.row("R025", part="CC01")
def test_another_case_in_flight_is_named_with_its_number_and_state() -> None:
    case = liaison_case("C02")
    facts = replace(told(case), in_flight=("3101152026112400000218", "签名中", "张示例"))
    (finding,) = engine.check(case, facts).findings
    assert finding.code == "CC01"
    assert "3101152026112400000218" in finding.message
    assert "签名中" in finding.message


@pytest.mark.row("R033", part="反馈接收和处理")
def test_a_silent_system_is_said_and_must_be_confirmed_never_passed_over() -> None:
    case = liaison_case("C02")
    silent = replace(
        told(case), lookups={**told(case).lookups, **known(case.answers["liaison"], state="unavailable").lookups}
    )
    report = engine.check(case, silent)
    assert {f.code for f in report.findings} == {"lookup.mobile_owner", "lookup.population", "lookup.watchlist_person"}
    assert {f.severity for f in report.findings} == {Severity.CONFIRM}
    assert len(report.waiting) == 3


@pytest.mark.row("R033", part="反馈接收和处理")
def test_what_was_asked_about_the_company_is_not_told_as_passed_while_nobody_answers() -> None:
    case = liaison_case("C02")
    key = subject_key("abnormal", {"uscc": case.entity.uscc})
    answered = told(case)
    assert "CC04" in {rule.code for rule in engine.check(case, answered).passed}
    down = replace(answered, lookups={**answered.lookups, key: LookupFact("abnormal", "unavailable")})
    report = engine.check(case, down)
    assert codes(report) == [("lookup.abnormal", "confirm")]
    assert not report.is_clear
    waiting = replace(answered, lookups={**answered.lookups, key: LookupFact("abnormal", "waiting")})
    still = engine.check(case, waiting)
    assert [fact.port for fact in still.pending] == ["abnormal"]
    assert "CC04" not in {rule.code for rule in (*report.passed, *still.passed)}


def test_every_rule_names_a_text_of_the_catalogue_and_a_law() -> None:
    from reg.compliance.rules import RULES

    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.title
        assert rule.text.bases


def test_findings_come_in_the_order_of_their_severity() -> None:
    case = liaison_case("C26")
    listed = {"listed": [{"reason_code": "unreachable", "reason": "无法联系"}]}
    report = engine.check(case, told(case, abnormal=listed))
    assert [str(f.severity) for f in report.findings] == ["block", "confirm"]
    assert report.passed
