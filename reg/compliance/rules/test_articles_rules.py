"""CO01, CO03, CC23: dates in order, applied for in time, votes enough. R019, R025."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.compliance.rules import rules_for
from reg.compliance.rules.articles import enough_votes_agree, is_applied_for_in_time, last_day, the_dates_are_in_order
from reg.items.kit import Facts
from reg.items.kit.testing import codes, on, story_case


def case_of(
    code: str = "C01", *, adopted: str = "2024-05-20", amended: str = "", held: str = "2026-11-20", **voted: Any
) -> CaseView:
    resolution = {"kind": "meeting", "held_on": held, "threshold": "two_thirds", "votes_total": "300", **voted}
    answer = {"adopted_on": adopted, "amended_on": amended or held, "amended_with_decision": not amended}
    return story_case(code, articles={**answer, "resolution": resolution})


# ---- CO03 ----


@pytest.mark.row("R019", part="校验章程日期的合法性和合规性")
@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({}, []),
        ({"amended": "2026-11-23"}, []),
        ({"amended": "2026-11-24"}, [("CO03", "block")]),
        ({"amended": "2026-11-19"}, [("CO03", "confirm")]),
        ({"amended": "2024-05-20", "held": "2024-05-20"}, []),
        ({"amended": "2024-05-19", "held": "2024-05-19"}, [("CO03", "block")]),
        ({"adopted": "2024-02-29", "amended": "2024-02-28", "held": "2024-02-28"}, [("CO03", "block")]),
        ({"adopted": "2024-02-29", "amended": "2024-02-29", "held": "2024-02-29"}, []),
        ({"held": ""}, []),
        ({"held": "2026-13-40"}, []),
    ],
)
def test_the_dates_stand_in_their_order(dates: dict[str, str], said: list[tuple[str, str]]) -> None:
    assert codes(the_dates_are_in_order(case_of(**dates), Facts())) == said


def test_the_finding_jumps_to_the_date_that_was_typed() -> None:
    (own,) = the_dates_are_in_order(case_of(amended="2026-11-24"), Facts())
    (same,) = the_dates_are_in_order(case_of(held="2026-11-24"), Facts())
    assert (own.field, same.field) == ("amended_on", "held_on")
    assert "2026年11月24日" in own.message


# ---- CO01 ----


@pytest.mark.parametrize(
    ("held", "today", "late"),
    [
        ("2026-10-24", date(2026, 11, 23), False),  # the thirtieth day
        ("2026-10-23", date(2026, 11, 23), False),  # the thirtieth day is a Sunday
        ("2026-10-22", date(2026, 11, 23), False),  # a Saturday
        ("2026-10-21", date(2026, 11, 23), True),
        ("2028-01-30", date(2028, 2, 29), False),
        ("2028-01-30", date(2028, 3, 1), True),
    ],
)
def test_thirty_days_after_the_decision_it_is_late(held: str, today: date, late: bool) -> None:
    found = codes(is_applied_for_in_time(on(case_of(held=held), today), Facts()))
    assert found == ([("CO01", "warn")] if late else [])


def test_a_period_that_ends_on_a_weekend_ends_on_monday() -> None:
    assert last_day(date(2026, 10, 22), 30, Facts()) == date(2026, 11, 23)
    assert last_day(date(2026, 10, 24), 30, Facts()) == date(2026, 11, 23)


def test_a_period_that_ends_in_the_holidays_ends_on_the_first_day_after_them() -> None:
    national_day = {date(2026, 10, day): True for day in range(1, 8)}
    facts = Facts(rest_days={**national_day, date(2026, 10, 10): False})
    late = on(case_of(held="2026-09-03"), date(2026, 10, 9))
    assert last_day(date(2026, 9, 3), 30, facts) == date(2026, 10, 8)
    assert codes(is_applied_for_in_time(on(case_of(held="2026-09-03"), date(2026, 10, 8)), facts)) == []
    assert codes(is_applied_for_in_time(late, facts)) == [("CO01", "warn")]
    assert last_day(date(2026, 9, 10), 30, facts) == date(2026, 10, 10)  # a Saturday that is worked


# ---- CC23 ----


@pytest.mark.row("R025", part="CC23")
@pytest.mark.row("R019", part="验证章程修订程序的合法性")
@pytest.mark.parametrize(
    ("agreed", "total", "enough"),
    [
        ("200", "300", True),  # exactly two thirds
        ("199.999999", "300", False),
        ("66.66", "100", False),
        ("66.67", "100", True),
        ("0", "300", False),
        ("300", "300", True),
    ],
)
def test_two_thirds_are_counted_as_a_fraction(agreed: str, total: str, enough: bool) -> None:
    found = list(enough_votes_agree(case_of(votes_for=agreed, votes_total=total), Facts()))
    assert codes(found) == ([] if enough else [("CC23", "block")])


def test_the_sentence_says_what_was_reached_and_what_is_needed() -> None:
    (few,) = enough_votes_agree(case_of(votes_for="199.999999"), Facts())
    assert "赞成表决权占 66.66%，未达到全部表决权的三分之二以上" in few.message
    (stock,) = enough_votes_agree(case_of("C07", votes_for="100"), Facts())
    assert "出席会议股东所持表决权的三分之二以上" in stock.message


@pytest.mark.parametrize(("threshold", "word"), [("three_quarters", "四分之三以上"), ("all", "的全部")])
def test_articles_that_ask_for_more_are_followed(threshold: str, word: str) -> None:
    (few,) = enough_votes_agree(case_of(votes_for="200", threshold=threshold), Facts())
    assert word in few.message
    assert list(enough_votes_agree(case_of(votes_for="300", threshold=threshold), Facts())) == []


@pytest.mark.parametrize("kind", ["sole_shareholder", "state_capital_body"])
def test_who_decides_alone_needs_no_votes(kind: str) -> None:
    assert list(enough_votes_agree(case_of(kind=kind, votes_for="0"), Facts())) == []


def test_a_written_decision_of_all_is_only_told() -> None:
    assert codes(enough_votes_agree(case_of(kind="written_unanimous"), Facts())) == [("CC23", "warn")]


def test_nothing_is_said_before_everybody_has_voted() -> None:
    rows = [{"vote": "for"}, {"vote": ""}]
    assert list(enough_votes_agree(case_of(votes_for="1", voters=rows), Facts())) == []
    assert list(enough_votes_agree(case_of(votes_total=""), Facts())) == []


def test_the_rules_run_where_the_articles_change() -> None:
    assert {"CC23", "CO01", "CO03"} <= {rule.code for rule in rules_for(case_of())}
    assert not {"CC23", "CO03"} & {rule.code for rule in rules_for(story_case("C01", ["liaison"]))}
