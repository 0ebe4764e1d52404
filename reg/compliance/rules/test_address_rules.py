"""CC10, CO10: the district, frozen and crowded addresses. R006, R025."""

from __future__ import annotations

from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.compliance.rules import rules_for
from reg.compliance.rules.address import the_address_is_free, the_registration_authority_stays
from reg.items.kit import Facts, LookupFact
from reg.items.kit import address as house
from reg.items.kit.facts import subject_key
from reg.items.kit.testing import codes, story_case

HOME = {"district": "310115", "town": "310115136", "road": "康桥路", "lane": "9840", "number": "6", "room": "102"}


def case_of(**changes: str) -> CaseView:
    return story_case("C01", domicile={**HOME, "full": "上海市浦东新区康桥路9840弄6号102室", **changes})


def facts(case: CaseView, *, same_address: int = 0, **answers: dict[str, Any]) -> Facts:
    home = case.answers["domicile"]
    subjects = {
        "frozen_address": house.house_subjects(home),
        "std_address": house.house_subjects(home),
        "address_density": house.crowd_subjects(home, case.entity.uscc),
    }
    lookups = {
        subject_key(port, subject): LookupFact(port, "found", answers[port])
        for port, asked in subjects.items()
        if port in answers
        for subject in asked
    }
    return Facts(lookups=lookups, same_address=same_address)


@pytest.mark.row("R025", part="CC10")
def test_another_district_is_another_authority_and_goes_to_its_window() -> None:
    assert list(the_registration_authority_stays(case_of(), Facts())) == []
    (moved,) = the_registration_authority_stays(case_of(district="310104"), Facts())
    assert (moved.code, str(moved.severity), moved.field) == ("CC10", "offline", "district")
    assert "上海市徐汇区市场监督管理局" in moved.message


def test_a_district_that_does_not_exist_says_nothing_here() -> None:
    assert list(the_registration_authority_stays(case_of(district="999999"), Facts())) == []


@pytest.mark.row("R006", part="冻结地址校验和拦截")
def test_a_frozen_address_stops_the_case_and_says_why() -> None:
    case = case_of()
    assert list(the_address_is_free(case, facts(case, frozen_address={"frozen": False, "reason": ""}))) == []
    (frozen,) = the_address_is_free(case, facts(case, frozen_address={"frozen": True, "reason": "违法搭建未整改"}))
    assert (frozen.code, str(frozen.severity), frozen.field) == ("CO10", "block", "road")
    assert "违法搭建未整改" in frozen.fix


@pytest.mark.row("R006", part="重复地址校验")
@pytest.mark.parametrize(("count", "said"), [(50, []), (51, [("CO10", "confirm")]), (73, [("CO10", "confirm")])])
def test_more_than_fifty_at_one_address_are_asked_about(count: int, said: list[tuple[str, str]]) -> None:
    case = case_of()
    outside = facts(case, address_density={"count": count, "centralized": False})
    assert codes(the_address_is_free(case, outside)) == said
    assert codes(the_address_is_free(case, facts(case, same_address=count))) == said


def test_where_addresses_are_meant_to_be_shared_nobody_counts() -> None:
    case = case_of()
    park = {"std_code": "1", "full": "", "kind": "centralized", "town": ""}
    crowd = {"count": 260, "centralized": False}
    assert codes(the_address_is_free(case, facts(case, address_density=crowd))) == [("CO10", "confirm")]
    assert codes(the_address_is_free(case, facts(case, address_density=crowd, std_address=park))) == []
    assert codes(the_address_is_free(case, facts(case, address_density={**crowd, "centralized": True}))) == []


def test_the_rules_run_for_a_new_domicile_only() -> None:
    assert {"CC10", "CO10"} <= {rule.code for rule in rules_for(case_of())}
    assert not {"CC10", "CO10"} & {rule.code for rule in rules_for(story_case("C01", ["liaison"]))}
