"""Rules about people: CC05, CC24-CC28, CO13 are run, and passed rules are told."""

from __future__ import annotations

from typing import Any

import pytest

from foundation import clock
from foundation.config import config
from reg.casefile.view import CaseView
from reg.compliance import engine
from reg.compliance.rules import RULES, people, rules_for
from reg.items.kit import Facts
from reg.items.kit.testing import known, officer, person, story_case, story_officers


@pytest.fixture(autouse=True)
def _without_sandbox(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SANDBOX", "0")
    config.cache_clear()
    clock.forget()
    yield
    monkeypatch.undo()
    config.cache_clear()
    clock.forget()


def leader(who: str = "P13") -> dict[str, Any]:
    office = {"position": "chairman", "appointed_by": "board", "appointment_mode": "elected", "reason": "term_ended"}
    return {**person(who), **office, "resigned_on": ""}


def exchanged() -> CaseView:
    """卫甲 becomes chairman and leads; 褚示范 takes his seat."""
    officers = story_officers("C01", officer("P12", "director", "elected", "shareholders"), removed=["张示例"])
    officers["rows"][1] = {**officers["rows"][1], "position": "chairman", "appointed_by": "board", "change": "changed"}
    return story_case("C01", legal_representative=leader(), officers=officers)


@pytest.mark.row("R025", part="CC05")
@pytest.mark.parametrize("listed", ["licence_revoked_responsible", "judgment_defaulter"])
def test_a_restricted_leader_must_be_changed_along(listed: str) -> None:
    liaison_only = story_case("C34", liaison=person("P05"))
    present = person("P20")
    assert list(people.the_present_leader_may_stay(liaison_only, known(present))) == []
    barred = list(people.the_present_leader_may_stay(liaison_only, known(present, hits=[{"list": listed}])))
    assert len(barred) == 1
    assert (barred[0].code, str(barred[0].severity)) == ("CC05", "block")
    assert barred[0].message.startswith("现任法定代表人马限制受任职资格限制（")
    assert "请在本次申请中勾选“法定代表人变更”" in barred[0].message


@pytest.mark.row("R025", part="CC05")
@pytest.mark.row("R033", part="适用性判断")
def test_once_the_leader_is_changed_along_nobody_asks_about_the_present_one() -> None:
    along = story_case("C34", liaison=person("P05"), legal_representative=leader("P12"))
    assert list(people.present_leader({}, along)) == []
    hit = known(person("P20"), hits=[{"list": "judgment_defaulter"}])
    assert list(people.the_present_leader_may_stay(along, hit)) == []
    assert len(list(people.present_leader({}, story_case("C34", liaison=person("P05"))))) == 1


def test_being_monitored_is_no_reason_to_change_the_leader() -> None:
    case = story_case("C34", liaison=person("P05"))
    assert list(people.the_present_leader_may_stay(case, known(person("P20"), hits=[{"list": "monitored"}]))) == []


@pytest.mark.row("R025", part="前端反馈")
def test_rules_that_the_rooms_checked_are_told_as_passed_only_while_nothing_was_found() -> None:
    case = exchanged()
    told = {rule.code for rule in engine.check(case, known(*case.answers["officers"]["rows"])).passed}
    assert {"CC24", "CC25", "CC26", "CC27", "CC28", "CO13"} <= told
    restricted = engine.check(case, known(leader(), hits=[{"list": "judgment_defaulter"}]))
    assert "CC28" not in {rule.code for rule in restricted.passed}
    assert "CC28" in {finding.code for finding in restricted.findings}


def test_rules_run_only_where_the_case_changes_what_they_are_about() -> None:
    codes = {rule.code for rule in rules_for(story_case("C01", liaison=person("P05")))}
    assert {"CC05", "CC27"} <= codes
    assert codes.isdisjoint({"CC24", "CC25", "CC26", "CC28", "CO13"})


def test_a_finding_to_be_mended_in_another_room_does_not_count_here() -> None:
    case = story_case("C01", ("officers",), legal_representative=leader("P04"))
    report = engine.check(case, Facts())
    (room,) = [r for r in report.rooms if r.item == "legal_representative"]
    assert [f.item for f in room.findings if f.severity == "block"] == ["officers"]
    assert room.blocking == 0
    assert not report.is_clear


def test_no_rule_has_code_twice_for_one_condition() -> None:
    pairs = [(rule.code, rule.check) for rule in RULES]
    assert len(pairs) == len(set(pairs))
