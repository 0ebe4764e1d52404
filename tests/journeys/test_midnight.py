"""Midnight in Shanghai, and a new year whose holidays nobody has announced. In an installation of its own: time does not go back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from foundation.clock import SHANGHAI
from tests.journeys.cases import Case
from tests.journeys.filling import with_papers
from tests.journeys.looks import Looks
from tests.journeys.outside import Outside
from tests.journeys.people import People
from tests.journeys.stories import company
from tests.journeys.system import System

pytestmark = pytest.mark.journey
SIGN_WITHIN = 7
"""Working days."""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """An installation whose clock may be moved."""
    one = System(tmp_path_factory.mktemp("企登") / "data", "midnight")
    try:
        one.start()
        yield one
    finally:
        one.end()


def test_the_last_minutes_of_a_year_and_the_first_of_one_without_holidays(
    passers: People, outside: Outside, system: System, looks: Looks
) -> None:
    year = datetime.fromisoformat(outside.now).astimezone(SHANGHAI).year
    last, first = date(year, 12, 31), date(year + 1, 1, 1)
    outside.clock_to(f"{last}T23:40:00")
    leader, other = passers.citizen("P03"), passers.citizen("P58")
    signed_before = with_papers(leader, company("C03"), "P33")
    signed_after = with_papers(other, company("C31"), "P33")
    leader.requests_signatures(signed_before)

    # in Greenwich it is still the old year
    outside.clock_to(f"{first}T00:00:01")
    assert datetime.fromisoformat(outside.now).astimezone(SHANGHAI).date() == first
    other.requests_signatures(signed_after)
    opened_after = leader.opens_change(company("C03"), "liaison")

    assert [number_parts(case) for case in (signed_before, signed_after, opened_after)] == [
        (f"{last:%Y%m%d}", 1),
        (f"{last:%Y%m%d}", 2),
        (f"{first:%Y%m%d}", 1),
    ]
    assert due(signed_before) == weekdays_after(last, SIGN_WITHIN)
    assert due(signed_after) == weekdays_after(first, SIGN_WITHIN), "new year's day is not known to be one of rest"
    other.goes_to(f"{signed_after.url}/sign")
    day = due(signed_after)
    other.sees(f"{day.month}月{day.day}日")

    operator = passers.examiner("yun1")
    operator.goes_to(f"{system.reg}/desk/jobs")
    operator.sees(f"没有 {year + 1}、{year + 2} 年的节假日安排", "期限暂时只按周一至周五算")
    looks.see(operator.page, "holidays-missing")


def number_parts(case: Case) -> tuple[str, int]:
    """Day and serial in an 申请号."""
    return case.number[6:14], int(case.number[14:20])


def due(case: Case) -> date:
    """Until when the signers have time."""
    return date.fromisoformat(case.ask("case.applicant_due"))


def weekdays_after(day: date, count: int) -> date:
    """The last of so many days that are neither Saturday nor Sunday."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
