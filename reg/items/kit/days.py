"""Days in checks: read from answers, said in sentences, counted as the law counts."""

from __future__ import annotations

from datetime import date

from foundation.ui.dates import LONG_TERM, LONG_TERM_WORD, as_date


def day_of(value: object) -> date | None:
    """The day an answer holds (ISO text); None for nothing, for 长期 and for what is no day."""
    return as_date(value) if isinstance(value, str | date) else None


def day_words(value: object) -> str:
    """2026年11月20日; 长期; what is no day as it was typed."""
    if value == LONG_TERM:
        return LONG_TERM_WORD
    day = day_of(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else str(value or "")


def years_after(day: date, years: int) -> date:
    """The same day `years` later; where the month has no such day, its last (民法典 201, 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
