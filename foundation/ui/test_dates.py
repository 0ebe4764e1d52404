"""Dates and times are Shanghai's, also at the turn of the year and after midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.template import engines

from foundation.ui import dates

NEW_YEARS_EVE = date(2026, 12, 31)
NEW_YEAR = date(2027, 1, 1)


def test_a_day_of_this_year_goes_without_its_year() -> None:
    assert dates.cn_date(date(2026, 12, 11), today=NEW_YEARS_EVE) == "12月11日"
    assert dates.cn_date(date(2027, 1, 1), today=NEW_YEARS_EVE) == "2027年1月1日"


def test_the_year_appears_on_the_first_of_january() -> None:
    assert dates.cn_date(date(2026, 12, 11), today=NEW_YEAR) == "2026年12月11日"
    assert dates.cn_date(date(2027, 1, 1), today=NEW_YEAR) == "1月1日"
    assert dates.cn_date(date(2027, 1, 1), today=NEW_YEAR, year=True) == "2027年1月1日"


def test_a_moment_after_16_utc_belongs_to_the_next_day_in_shanghai() -> None:
    late = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert dates.cn_date(late, today=NEW_YEAR) == "1月1日"
    assert dates.hm(late) == "00:00"
    before = late - timedelta(seconds=1)
    assert dates.cn_date(before, today=NEW_YEAR) == "2026年12月31日"
    assert dates.cn_datetime(before, today=NEW_YEAR) == "昨天 23:59"


def test_a_moment_of_another_zone_is_put_on_shanghais_clock() -> None:
    new_york = datetime(2026, 11, 23, 20, 42, tzinfo=timezone(timedelta(hours=-5)))
    assert dates.cn_datetime(new_york, today=date(2026, 11, 26)) == "11月24日 09:42"
    assert dates.cn_datetime(new_york, today=date(2026, 11, 24)) == "今天 09:42"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("2026-12-11", "12月11日"),
        ("2026-12-11T00:30:00+08:00", "12月11日"),
        ("long_term", "长期"),
        ("不详", "不详"),
        ("", ""),
        (None, ""),
    ],
)
def test_answers_hold_dates_as_text_and_are_read_as_such(stored: str | None, shown: str) -> None:
    assert dates.cn_date(stored, today=NEW_YEARS_EVE) == shown


def test_a_range_says_each_year_once_it_differs() -> None:
    assert dates.cn_range(date(2026, 10, 27), date(2026, 12, 11), today=NEW_YEARS_EVE) == "10月27日至12月11日"
    assert dates.cn_range(date(2026, 12, 20), date(2027, 1, 9), today=NEW_YEARS_EVE) == "2026年12月20日至2027年1月9日"


def test_a_deadline_counts_days_and_names_the_day() -> None:
    today = date(2026, 11, 23)
    assert dates.relative_days(date(2026, 11, 27), today=today) == "还剩 4 天，11月27日截止"
    assert dates.relative_days(today, today=today) == "今天截止（11月23日）"
    assert dates.relative_days(date(2026, 11, 20), today=today) == "已过 3 天，11月20日截止"
    assert dates.relative_days(date(2027, 1, 2), today=NEW_YEARS_EVE) == "还剩 2 天，2027年1月2日截止"


def test_a_deadline_at_the_end_of_a_shanghai_day_is_that_day() -> None:
    end = datetime(2026, 11, 27, 15, 59, 59, tzinfo=UTC)
    assert dates.relative_days(end, today=date(2026, 11, 27)) == "今天截止（11月27日）"


def test_filters_are_there_in_templates() -> None:
    page = engines["django"].from_string('{% load q %}{{ day|cn_date:"year"|nw }} {{ at|hm }} {% cn_range day day %}')
    shown = page.render({"day": "2001-02-03", "at": "2026-11-23T09:42:00+08:00"})
    assert '<span class="nw">2001年2月3日</span> 09:42 2001年2月3日至2001年2月3日' in shown
