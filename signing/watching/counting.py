"""Rolling up (R140): what the live tables hold of an hour is written into its counters. Any hour can be counted again.

An hour's counters are always what a direct count of that hour gives: they are deleted and written in one transaction. A
later step (a signature after midnight of what began before) changes the hour in which the attempt began and the hour in
which the to-do arrived; `changed.sql` finds both. What commits so late that it is missed is found by the nightly recount.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from foundation import clock
from signing.tasks.models import Task
from signing.watching.models import HourCount, HourDetail, Mark
from signing.watching.rules import ABROAD, EDGES, causes

HOUR = timedelta(hours=1)
OVERLAP = timedelta(minutes=10)
"""Longer than any transaction of ours: what was written before the last look and committed after it is looked at again."""
LIVES = timedelta(days=1)
"""Longer than any ceremony waits for its proof."""
RECOUNTED = timedelta(days=8)
RECOUNT_FROM = 3
"""O'clock, Shanghai: the quietest hours."""
SQL = Path(__file__).parent / "sql"


def _sql(name: str) -> str:
    attempts = (SQL / "attempts.sql").read_text("utf-8")
    return (SQL / f"{name}.sql").read_text("utf-8").replace("{attempts}", attempts)


FACTS, DETAILS, CHANGED = _sql("facts"), _sql("details"), _sql("changed")
FACT_COLUMNS = (
    "hour, client, business, signer, channel, begun, signed, failed, dropped, "
    "todo, opened, tried, identified, faced, done"
)
DETAIL_COLUMNS = "hour, client, business, signer, channel, kind, value, count"
WRITES = tuple(
    (
        f"DELETE FROM {model._meta.db_table} WHERE hour >= %(start)s AND hour < %(end)s AND NOT made_up",  # noqa: S608  our own
        f"INSERT INTO {model._meta.db_table} ({columns}, made_up) SELECT {columns}, false FROM ({select}) counted",  # noqa: S608  our own
    )
    for model, columns, select in ((HourCount, FACT_COLUMNS, FACTS), (HourDetail, DETAIL_COLUMNS, DETAILS))
)


def hour_of(moment: datetime) -> datetime:
    """The start of the hour, UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def parameters(start: datetime, end: datetime) -> dict[str, Any]:
    """What facts.sql and details.sql are asked with."""
    rules = causes()
    pairs = [(one.code, begin) for one in rules.causes for begin in one.starts]
    return {
        "start": start,
        "end": end,
        "abroad": list(ABROAD),
        "edges": list(EDGES),
        "face": rules.failed_check["face"].code,
        "identity": rules.failed_check["identity"].code,
        "codes": [code for code, _ in pairs],
        "starts": [begin for _, begin in pairs],
        "other": rules.other.code,
    }


def roll_up() -> int:
    """Ticker: count what changed since the last look, then every hour that has ended since. How many hours were counted.

    The look is noted last: a worker killed in the middle leaves true counters, and the next look covers the same again.
    """
    seen_at, seen_legal = clock.wall(), clock.now()
    mark = mark_now()
    changed = [hour for hour in hours_changed(mark) if hour < mark.through]
    counted = hours_count(changed)
    while (hour := mark_now().through) < hour_of(seen_at):
        _advance(hour)
        counted += 1
    Mark.objects.update(seen_at=seen_at, seen_legal=seen_legal)
    return counted


def mark_now() -> Mark:
    """How far the counters are; at first before the very first to-do."""
    found = Mark.objects.first()
    if found:
        return found
    first = Task.objects.order_by("created_at").values_list("created_at", flat=True).first()
    start = hour_of(first or clock.wall())
    return Mark.objects.get_or_create(pk=1, defaults={"through": start, "seen_at": start, "seen_legal": start})[0]


def hours_changed(mark: Mark) -> list[datetime]:
    """Hours that something touched since the last look, earliest first."""
    since = mark.seen_at - OVERLAP
    asked = {"since": since, "legal": mark.seen_legal - OVERLAP, "ceremonies": since - LIVES}
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, asked)
        return sorted(hour for (hour,) in cursor.fetchall())


def hours_count(hours: Iterable[datetime]) -> int:
    """Count each of these hours anew; how many."""
    counted = 0
    for hour in hours:
        with transaction.atomic():
            Mark.objects.select_for_update().first()
            _write(hour)
        counted += 1
    return counted


@transaction.atomic
def _advance(hour: datetime) -> None:
    """Count the next hour, unless somebody else has just done it."""
    mark = Mark.objects.select_for_update().get()
    if mark.through == hour:
        _write(hour)
        mark.through = hour + HOUR
        mark.save(update_fields=["through"])


def _write(hour: datetime) -> None:
    asked = parameters(hour, hour + HOUR)
    with connection.cursor() as cursor:
        for delete, insert in WRITES:
            cursor.execute(delete, asked)
            cursor.execute(insert, asked)


def recount(days: timedelta = RECOUNTED) -> int:
    """Count the past days anew, whatever was seen to change; how many hours."""
    through = mark_now().through
    hours, hour = [], hour_of(clock.wall() - days)
    while hour < through:
        hours.append(hour)
        hour += HOUR
    return hours_count(hours)


def recount_nightly() -> None:
    """Ticker: once in the night, the last days."""
    now, mark = clock.to_shanghai(clock.wall()), mark_now()
    if now.hour < RECOUNT_FROM or mark.recounted_on == now.date():
        return
    recount()
    Mark.objects.update(recounted_on=now.date())
