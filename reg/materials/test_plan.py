"""材料清单: every line under exactly its condition, with reason, law and signers. R001, R035."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.catalog.editions import editions
from reg.items.kit import Facts, LookupFact
from reg.items.kit import address as house
from reg.items.kit.facts import subject_key
from reg.items.kit.testing import known, officer, person, story_case, story_officers
from reg.materials.plan import Plan, plan

ALWAYS = {"application": "generated", "realname": "generated"}
HOME = {
    "district": "310115", "town": "310115125", "road": "祖冲之路", "number_kind": "号", "number": "9820", "room": "311",
    "kind": "leased", "full": "中国（上海）自由贸易试验区祖冲之路9820号311室",
}  # fmt: skip
CLAUSES = {"clauses": [], "resolution": {"kind": "meeting"}}


def leader(who: str, **changes: Any) -> dict[str, Any]:
    office = {"position": "chairman", "appointed_by": "board", "appointment_mode": "elected", "reason": "term_ended"}
    return {**person(who), **office, "resigned_on": "", **changes}


def listed(case: CaseView, facts: Facts) -> dict[str, str]:
    """Key and how it is provided, of every line."""
    return {line.key: line.provide for line in plan(case, facts).lines}


def why(found: Plan, key: str) -> str:
    line = found.line(key)
    assert line is not None
    return line.why


@pytest.mark.row("R035", part="按事项提供材料文书清单")
@pytest.mark.row("R001", part="按事项设定文书材料")
def test_a_new_liaison_asks_for_his_sheet_and_nothing_else() -> None:
    case = story_case("C01", liaison=person("P05"))
    found = plan(case, known(person("P05")))
    assert listed(case, known(person("P05"))) == {
        **ALWAYS, "contact": "generated", "company_change_contact_02": "exempt"
    }  # fmt: skip
    assert all(line.laws for line in found.lines)
    assert {line.key: line.part_of for line in found.lines}["contact"] == "application"


@pytest.mark.row("R035", part="按事项提供材料文书清单")
@pytest.mark.row("R001", part="按事项设定文书材料")
def test_leader_officers_and_domicile_together_ask_for_each_paper_once() -> None:
    officers = story_officers("C01", officer("P12", "director", "elected", "shareholders"))
    case = story_case("C01", legal_representative=leader("P13"), officers=officers, domicile=HOME, articles=CLAUSES)
    assert listed(case, known(person("P13"), person("P12"))) == {
        **ALWAYS,
        "person": "generated",
        "resolution": "generated",
        "articles": "generated",
        "appoint": "generated",
        "address_proof": "upload",
        "company_change_leader_02": "exempt",
        "company_change_officers_02": "exempt",
    }
    found = plan(case, Facts())
    appoint = found.line("appoint")
    assert appoint is not None
    assert appoint.codes == ("company.change.leader.01", "company.change.officers.01")
    assert {line.key for line in found.lines if line.may_be_own} == {"appoint", "resolution", "articles"}


@pytest.mark.row("R035", part="新任法定代表人的身份证明")
@pytest.mark.row("R035", part="免填免报")
def test_whose_identity_is_verified_hands_in_no_card_and_who_is_not_is_named() -> None:
    case = story_case("C01", liaison=person("P05"), legal_representative=leader("P16"))
    found = plan(case, known(person("P05")))
    assert listed(case, known(person("P05")))["company_change_leader_02"] == "upload"
    assert "DEMO SMITH ALEX" in why(found, "company_change_leader_02")
    assert listed(case, known(person("P05")))["company_change_contact_02"] == "exempt"
    both = story_case("C01", liaison=person("P05"), legal_representative=leader("P13"))
    proved = plan(both, known(person("P13")))
    assert {line.key: line.provide for line in proved.lines}["company_change_leader_02"] == "exempt"
    assert "钱范例" in why(proved, "company_change_contact_02")


@pytest.mark.row("R035", part="新任法定代表人的身份证明")
@pytest.mark.parametrize("state", ["unavailable", "waiting", "unasked"])
def test_while_nobody_has_answered_the_card_is_asked_for(state: str) -> None:
    case = story_case("C01", legal_representative=leader("P13"))
    assert listed(case, known(person("P13"), state=state))["company_change_leader_02"] == "upload"


@pytest.mark.row("R035", part="按事项提供材料文书清单")
@pytest.mark.parametrize(("who", "provide"), [("P25", "exempt"), ("P16", "upload")])
def test_an_agent_brings_his_mandate_and_his_card(who: str, provide: str) -> None:
    case = story_case("C01", liaison=person("P05"), agent=person(who))
    facts = known(person("P05"), person("P25"))
    assert listed(case, facts) == {
        **ALWAYS, "agent": "generated", "agent_id": provide, "contact": "generated",
        "company_change_contact_02": "exempt",
    }  # fmt: skip


@pytest.mark.row("R035", part="按事项提供材料文书清单")
def test_the_consent_of_all_shareholders_stands_there_only_without_supervisors() -> None:
    for way, asked in (("none", True), ("one", False), ("audit_committee", False)):
        officers = story_officers("C02", officer("P12", "manager", "engaged", "board"), supervisory=way)
        assert ("unanimous_consent" in listed(story_case("C02", officers=officers), Facts())) is asked


@pytest.mark.row("R035", part="按事项提供材料文书清单")
def test_what_the_employees_elected_is_uploaded_and_no_paper_of_another_body_is_made() -> None:
    officers = story_officers("C08", officer("P12", "employee_director", "elected", "employee_congress"))
    found = listed(story_case("C08", officers=officers), Facts())
    assert found["appoint:employee_congress"] == "upload"
    assert "appoint" not in found


@pytest.mark.row("R035", part="按事项提供材料文书清单")
def test_a_paper_licence_comes_back_when_what_stands_on_it_changes() -> None:
    moving = story_case("C04", domicile={**HOME, "district": "310112"}, articles=CLAUSES)
    assert listed(moving, Facts())["paper_licence"] == "offline"
    assert "交回" in why(plan(moving, Facts()), "paper_licence")
    assert "paper_licence" not in listed(story_case("C04", liaison=person("P05")), Facts())
    electronic = story_case("C01", domicile=HOME, articles=CLAUSES)
    assert "paper_licence" not in listed(electronic, Facts())


@pytest.mark.row("R035", part="按事项提供材料文书清单")
def test_another_district_asks_for_the_form_of_migration_but_the_city_keeps_its_own() -> None:
    case = story_case("C01", domicile={**HOME, "district": "310104"}, articles=CLAUSES)
    assert "migrate" in listed(case, Facts())
    assert "migrate" not in listed(story_case("C01", domicile=HOME, articles=CLAUSES), Facts())
    of_the_city = replace(case, entity=replace(case.entity, authority="310000"))
    assert "migrate" not in listed(of_the_city, Facts())


def collective(case: CaseView, *rows: dict[str, str]) -> Facts:
    (subject,) = house.district_subjects(case.answers["domicile"])
    return Facts(
        {subject_key("centralized_address", subject): LookupFact("centralized_address", "found", {"items": list(rows)})}
    )


@pytest.mark.row("R035", part="免填免报")
@pytest.mark.parametrize(
    ("row", "provide"),
    [
        ({"valid_to": "2027-12-31"}, "exempt"),
        ({"valid_to": "2026-11-23"}, "exempt"),
        ({"valid_to": "2026-11-22"}, "upload"),
        ({"valid_to": "2027-12-31", "number": "9821"}, "upload"),
    ],
)
def test_an_address_on_the_list_of_collective_places_needs_no_proof(row: dict[str, str], provide: str) -> None:
    case = story_case("C01", domicile={**HOME, "kind": "centralized"}, articles=CLAUSES)
    place = {"district": "310115", "road": "祖冲之路", "number": "9820", **row}
    assert listed(case, collective(case, place))["address_proof"] == provide
    if provide == "exempt":
        assert "集中登记地名录" in why(plan(case, collective(case, place)), "address_proof")


@pytest.mark.row("R035", part="登记确认制的清单")
def test_under_confirmation_the_company_keeps_the_papers_that_the_authority_waived() -> None:
    current = editions()[-1]
    case = story_case("C01", domicile=HOME, articles=CLAUSES)
    waived = replace(current, confirmation_omitted=frozenset({"company.change.*.02", "company.change.*.03"}))
    resolution = plan(case, Facts(), current=waived).line("resolution")
    assert resolution is not None
    assert (resolution.provide, "登记确认制" in resolution.why) == ("exempt", True)
    articles = plan(case, Facts(), current=waived).line("articles")
    assert articles is not None
    assert articles.provide == "generated"  # 章程 is no internal decision: nobody may waive it
    elsewhere = story_case("C02", domicile={**HOME, "district": "310101"}, articles=CLAUSES)
    assert {line.key: line.provide for line in plan(elsewhere, Facts(), current=waived).lines}[
        "resolution"
    ] == "generated"
    assert listed(case, Facts())["resolution"] == "generated"
    assert plan(case, Facts()).facts["registration.confirmation_mode"] is True
