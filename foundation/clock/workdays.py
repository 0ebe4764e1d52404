"""Working days (工作日) for the deadlines of 条例 19 and the notices. 民法典 201–203: the first day does not count."""

from __future__ import annotations

from datetime import date, timedelta

import structlog

from foundation.clock.models import Holiday, HolidayYear

log = structlog.get_logger(__name__)
WEEKEND = 5


def is_working_day(day: date) -> bool:
    """True when offices work on `day`: the holiday table first, Monday to Friday where it is silent."""
    rest = Holiday.objects.filter(day=day).values_list("is_rest", flat=True).first()
    return day.weekday() < WEEKEND if rest is None else not rest


def add_working_days(start: date, days: int) -> date:
    """The last day of a period of `days` working days after `start`; `start` itself does not count. A period that
    touches a year without a holiday table counts weekdays only there, and says so in the log."""
    if days < 0:
        raise ValueError("days must not be negative")
    exceptions = dict(
        Holiday.objects.filter(day__gt=start, day__lte=start + timedelta(days=days * 2 + 40)).values_list(
            "day", "is_rest"
        )
    )
    day, left = start, days
    while left:
        day += timedelta(days=1)
        rest = exceptions.get(day, day.weekday() >= WEEKEND)
        left -= not rest
    if unknown := missing_years(*range(start.year, day.year + 1)):
        log.warning("clock.deadline_without_holidays", start=start.isoformat(), end=day.isoformat(), years=unknown)
    return day


def exceptions_between(first: date, last: date) -> dict[date, bool]:
    """The holiday table from `first` to `last`: True rests, False works although it is a weekend."""
    return dict(Holiday.objects.filter(day__range=(first, last)).values_list("day", "is_rest"))


def next_working_day(day: date) -> date:
    """`day` itself, or the next working day when it is a rest day (期间末日顺延, 民法典 203)."""
    return day if is_working_day(day) else add_working_days(day, 1)


def missing_years(*years: int) -> list[int]:
    """Those of `years` for which no holiday table was entered: their deadlines count weekdays only."""
    known = set(HolidayYear.objects.filter(year__in=years).values_list("year", flat=True))
    return [year for year in years if year not in known]
