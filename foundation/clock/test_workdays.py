"""Working days: the year's arrangement of rest days and shifted working days, and a year that has none yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from django.core.management import CommandError, call_command
from structlog.testing import capture_logs

from foundation import clock
from foundation.clock import holidays
from foundation.clock.models import Holiday, HolidayYear
from foundation.clock.workdays import add_working_days, is_working_day, missing_years, next_working_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def table() -> None:
    holidays.holidays_load()


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    return lambda day: monkeypatch.setattr(clock, "today", lambda: day)


def test_the_file_says_of_every_day_what_chinesecalendar_says(table: None) -> None:
    years = HolidayYear.objects.order_by("year").values_list("year", flat=True)
    assert list(years) == list(range(2020, 2027))
    special = dict(Holiday.objects.values_list("day", "is_rest"))
    day = date(2020, 1, 1)
    while day.year < 2027:
        rests = special.get(day, day.weekday() >= 5)
        assert rests == (not chinese_calendar.is_workday(day)), day
        day += timedelta(days=1)


def test_every_day_of_the_table_names_its_source(table: None) -> None:
    assert not Holiday.objects.exclude(source__contains="国务院办公厅").exists()
    assert not Holiday.objects.filter(name="").exists()
    assert all("2026-11-24" in source for source in HolidayYear.objects.values_list("source", flat=True))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2026, 11, 24), True),
    ],
    ids=["国庆节", "Thursday after it", "Saturday that works", "Sunday", "any Tuesday"],
)
def test_a_day_works_as_arranged(table: None, day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
        (date(2026, 11, 24), 3, date(2026, 11, 27)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
    ],
    ids=["none", "within a week", "over a weekend", "over 国庆 to a Saturday", "over 春节", "to the leap day"],
)
def test_a_period_ends_on_its_last_working_day(table: None, start: date, days: int, end: date) -> None:
    assert add_working_days(start, days) == end


def test_a_long_period_counts_every_day_one_by_one(table: None) -> None:
    for start in (date(2026, 1, 1), date(2025, 9, 28), date(2024, 2, 1)):
        day, left = start, 60
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        assert add_working_days(start, 60) == day


def test_a_period_is_not_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_working_days(date(2026, 11, 24), -1)


def test_a_last_day_of_rest_moves_to_the_next_working_day(table: None) -> None:
    assert next_working_day(date(2026, 10, 3)) == date(2026, 10, 8)
    assert next_working_day(date(2026, 10, 10)) == date(2026, 10, 10)


def test_a_year_without_a_table_counts_weekdays_only_and_says_so(table: None) -> None:
    with capture_logs() as said:
        assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 1)
    assert [(line["event"], line["years"]) for line in said] == [("clock.deadline_without_holidays", [2027])]
    with capture_logs() as said:
        add_working_days(date(2026, 11, 24), 5)
    assert said == []
    assert is_working_day(date(2027, 10, 1))
    assert missing_years(2026, 2027, 2028) == [2027, 2028]


def test_the_operator_is_warned_of_this_and_the_next_year(table: None, on: Callable[[date], None]) -> None:
    on(date(2026, 11, 24))
    with capture_logs() as said:
        holidays.holidays_watch()
    assert [(line["event"], line["years"], line["log_level"]) for line in said] == [
        ("clock.holidays_missing", [2027], "warning")
    ]
    on(date(2025, 11, 24))
    assert holidays.holidays_missing() == []


def test_a_new_year_is_loaded_from_its_file_and_the_others_stay(table: None, tmp_path: Path) -> None:
    file = tmp_path / "2027.yaml"
    file.write_text(
        "source: 国务院办公厅通知\nedition: 2026-11-30\nyears:\n  2027:\n    rest:\n      2027-01-01: 元旦\n    work:\n"
        "      2027-01-03: 元旦调休\n"
    )
    before = Holiday.objects.count()
    call_command("load_holidays", str(file))
    call_command("load_holidays", str(file))
    assert Holiday.objects.count() == before + 2
    assert missing_years(2026, 2027) == []
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 3)


@pytest.mark.parametrize(
    "line", ["rest: {2027-01-02: 元旦}", "work: {2027-01-04: 调休}", "rest: {2026-01-01: 元旦}", "rest: {1月1日: 元旦}"]
)
def test_a_slip_of_the_pen_in_the_file_is_named_and_nothing_is_written(table: None, tmp_path: Path, line: str) -> None:
    file = tmp_path / "2027.yaml"
    file.write_text(f"source: 手写\nedition: 2026-11-30\nyears:\n  2027:\n    {line}\n")
    with pytest.raises(CommandError, match=r"1月1日|2027-01-0[24]|2026-01-01"):
        call_command("load_holidays", str(file))
    assert missing_years(2027) == [2027]
