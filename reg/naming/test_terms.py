"""保留期 by the calendar. 名称规定17、18."""

from __future__ import annotations

from datetime import date

import pytest

from reg.naming.terms import counts_until, held_until


@pytest.mark.row("R104", part="保留期信息")
@pytest.mark.parametrize(
    ("day", "prior", "until"),
    [
        (date(2026, 11, 27), False, date(2027, 1, 27)),
        (date(2026, 12, 31), False, date(2027, 2, 28)),
        (date(2027, 12, 31), False, date(2028, 2, 29)),
        (date(2026, 11, 27), True, date(2027, 11, 27)),
        (date(2028, 2, 29), True, date(2029, 2, 28)),
    ],
)
def test_a_name_is_held_to_the_same_day_of_the_month(day: date, prior: bool, until: date) -> None:
    assert held_until(day, prior_approval=prior) == until


def test_a_name_that_was_given_up_counts_for_less_than_a_year() -> None:
    assert counts_until(date(2026, 11, 27)) == date(2027, 11, 26)
    assert counts_until(date(2028, 2, 29)) == date(2029, 2, 27)
