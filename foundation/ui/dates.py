"""Dates and times as Chinese pages say them, always on Shanghai's clock: 12月11日, 2026年12月11日, 09:42, 还剩 4 天."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from foundation import clock

LONG_TERM = "long_term"
"""What a date field holds when the paper says 长期."""
LONG_TERM_WORD = "长期"

Dateish = date | datetime | str | None


def as_date(value: Dateish) -> date | None:
    """The day in Shanghai. Text is ISO 8601, as answers hold it. None for nothing and for what is no date."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        return clock.shanghai_day(value) if value.tzinfo else value.date()
    return value


def as_moment(value: Dateish) -> datetime | None:
    """The moment on Shanghai's clock; None for what carries no time. A time without a zone is Shanghai's."""
    if isinstance(value, str):
        value = _parsed(value)
    if not isinstance(value, datetime):
        return None
    return clock.to_shanghai(value) if value.tzinfo else value.replace(tzinfo=clock.SHANGHAI)


def _parsed(text: str) -> date | datetime | None:
    text = text.strip()
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def cn_date(value: Dateish, *, today: date, year: bool = False) -> str:
    """12月11日 this year, 2026年12月11日 otherwise or when `year` is asked for. What is no date comes back as it is."""
    if value == LONG_TERM:
        return LONG_TERM_WORD
    day = as_date(value)
    if day is None:
        return "" if value is None else str(value)
    short = f"{day.month}月{day.day}日"
    return short if day.year == today.year and not year else f"{day.year}年{short}"


def hm(value: Dateish) -> str:
    """09:42"""
    moment = as_moment(value)
    return f"{moment:%H:%M}" if moment else ""


def cn_datetime(value: Dateish, *, today: date) -> str:
    """今天 09:42, 昨天 16:48, 11月23日 09:42"""
    moment = as_moment(value)
    if moment is None:
        return cn_date(value, today=today)
    day = moment.date()
    near = {today: "今天", today - timedelta(days=1): "昨天"}
    return f"{near.get(day) or cn_date(day, today=today)} {moment:%H:%M}"


def cn_range(first: Dateish, last: Dateish, *, today: date) -> str:
    """10月27日至12月11日; both ends are inside. The second year is said when it differs from the first."""
    start, end = as_date(first), as_date(last)
    if start is None or end is None:
        return f"{cn_date(first, today=today)}至{cn_date(last, today=today)}"
    both = start.year != end.year
    return f"{cn_date(start, today=today, year=both)}至{cn_date(end, today=today, year=both)}"


def relative_days(value: Dateish, *, today: date) -> str:
    """还剩 4 天，11月27日截止. The last day itself still counts: 今天截止."""
    day = as_date(value)
    if day is None:
        return cn_date(value, today=today)
    left, absolute = (day - today).days, cn_date(day, today=today)
    if left > 0:
        return f"还剩 {left} 天，{absolute}截止"
    if left == 0:
        return f"今天截止（{absolute}）"
    return f"已过 {-left} 天，{absolute}截止"
