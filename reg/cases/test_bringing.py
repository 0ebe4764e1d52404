"""What one choice brings along by law as the answers stand (R001): it comes, it stays while it is needed, it goes."""

from __future__ import annotations

from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.cases.offers import brought_along
from reg.items.kit.testing import officer, person, story_case, story_officers

LEADER = "legal_representative"


def leader(who: str, **changes: Any) -> dict[str, Any]:
    return {**person(who), "position": "director", "appointed_by": "board", "appointment_mode": "elected", **changes}


def brought(case: CaseView, *chosen: str) -> dict[str, str]:
    """Room → code of the link that brought it."""
    return {row["item"]: row["code"] for row in brought_along(case, chosen)}


@pytest.mark.row("R001", part="控制可变更修改的内容")
def test_a_leader_without_office_brings_the_officers_with_the_reason() -> None:
    assert brought(story_case("C02", (LEADER,)), LEADER) == {}
    assert brought(story_case("C02", legal_representative=leader("P02")), LEADER) == {}
    (along,) = brought_along(story_case("C02", legal_representative=leader("P05")), [LEADER])
    assert (along["item"], along["code"]) == ("officers", "new_leader_needs_an_office")
    assert along["reason"].startswith("法定代表人要由代表公司执行公司事务的董事或者经理担任。新任的还没有备案这个职务")
    assert "《公司法》第十条" in along["basis"]


def test_the_officers_stay_once_the_new_leader_is_added_to_them() -> None:
    """What this case adds is the reason why 董监高 is part of it: answering must not send the page away again."""
    added = officer("P05", "manager", "engaged", "shareholders")
    case = story_case("C02", legal_representative=leader("P05"), officers=story_officers("C02", added))
    assert brought(case, LEADER) == {"officers": "new_leader_needs_an_office"}


def test_a_registered_director_who_leaves_in_this_case_needs_an_office_again() -> None:
    stays = story_case("C36", legal_representative=leader("P71"), officers=story_officers("C36"))
    leaves = story_case("C36", legal_representative=leader("P71"), officers=story_officers("C36", removed=["薛例文"]))
    assert brought(stays, LEADER) == {}
    assert brought(leaves, LEADER) == {"officers": "new_leader_needs_an_office"}


@pytest.mark.parametrize("number", ["3101", "310107199605059590", ""])
def test_half_a_number_brings_nothing_along(number: str) -> None:
    assert brought(story_case("C02", legal_representative=leader("P05", id_number=number)), LEADER) == {}


def test_articles_that_name_the_leader_come_along() -> None:
    named = story_case("C01", legal_representative=leader("P13"))
    assert brought(named, LEADER) == {"articles": "articles_name_the_leader"}
    assert brought(story_case("C36", legal_representative=leader("P71")), LEADER) == {}


def test_a_present_leader_who_leaves_his_office_brings_a_new_leader_and_the_articles() -> None:
    gone = story_case("C01", officers=story_officers("C01", removed=["张示例"]))
    assert brought(gone, "officers") == {
        LEADER: "leaving_office_ends_the_representation",
        "articles": "articles_name_the_leader",
    }
    assert brought(story_case("C01", officers=story_officers("C01", removed=["卫甲"])), "officers") == {}


def test_another_structure_brings_the_articles() -> None:
    changed = story_case("C02", officers=story_officers("C02", removed=["孔参考"], supervisory="none"))
    assert brought(changed, "officers") == {"articles": "structure_stands_in_the_articles"}
    staff = story_case("C02", officers=story_officers("C02", staff_count=99))
    assert brought(staff, "officers") == {}
