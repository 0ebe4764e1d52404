"""人员监控与总局限制名单: the lists of the stories, as of the legal day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation.clock.models import ClockOffset
from sandbox.testing import Caller
from sandbox.world.models import Company, Person


def lists_of(caller: Caller, code: str, **changed: str) -> list[str]:
    person = Person.objects.get(pk=code)
    sent = {"name": person.name, "id_type": person.id_type, "id_number": person.id_number}
    return [hit["list"] for hit in caller.post("/watchlist/person", {**sent, **changed}).json()["hits"]]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("P01", []),
        ("P19", ["judgment_defaulter"]),
        ("P20", ["licence_revoked_responsible"]),
        ("P61", ["false_registration_responsible"]),
        ("P62", ["unreliable_entity"]),
        ("P63", ["monitored"]),
    ],
)
def test_a_person_stands_on_the_lists_of_his_story(reg: Caller, code: str, found: list[str]) -> None:
    assert lists_of(reg, code) == found


def test_a_namesake_with_another_number_is_not_meant(reg: Caller) -> None:
    assert lists_of(reg, "P19", id_number="310101198501019190") == []


def test_a_company_in_the_list_of_serious_violations_is_named_with_its_reason(reg: Caller) -> None:
    company = Company.objects.get(pk="C39")
    (hit,) = reg.post("/watchlist/company", {"uscc": company.uscc, "name": company.name}).json()["hits"]
    assert hit["list"] == "serious_violation"
    assert hit["list_name"] == "严重违法失信"
    assert reg.post("/watchlist/company", {"uscc": Company.objects.get(pk="C01").uscc}).json()["hits"] == []


def test_only_an_unreliable_entity_is_told_with_what_its_announcement_limits(reg: Caller) -> None:
    told = {}
    for code in ("P62", "P20"):
        who = Person.objects.get(pk=code)
        sent = {"name": who.name, "id_type": who.id_type, "id_number": who.id_number}
        (told[code],) = reg.post("/watchlist/person", sent).json()["hits"]
    assert told["P62"]["limits"] == ["invest", "hold_office"]
    assert "limits" not in told["P20"]


def test_a_restriction_ends_with_its_last_day(reg: Caller) -> None:
    ClockOffset.move_to(timedelta(days=3 * 365))
    assert lists_of(reg, "P20") == []
    assert lists_of(reg, "P19") == ["judgment_defaulter"]
