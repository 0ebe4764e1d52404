"""保留期: how long a name is held, and how long a name that was given up still counts. 名称规定17、18; R101, R104."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from reg.catalog.names import retention_months

RENEWALS = 1
"""How often the holder may have the term run anew."""


def held_until(day: date, *, prior_approval: bool) -> date:
    """The last day of a reservation made on `day`: two months, one year where an approval comes before registration."""
    ordinary, approved = retention_months()
    return months_after(day, approved if prior_approval else ordinary)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month: from 31 December two months end on 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def counts_until(ended: date) -> date:
    """The last day on which a name that was changed, deregistered or revoked on `ended` still counts: less than a year."""
    return months_after(ended, 12) - timedelta(days=1)
