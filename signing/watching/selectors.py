"""Questions to the counters (R140). Finished hours come from the counters, the last ones from the live tables, in one statement.

Which hours come from where is decided once per question, so that no hour is counted twice or left out while it is rolled up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Min

from foundation import clock
from foundation.operations.watching import (
    LONGEST,
    Alarm,
    Busy,
    Cause,
    Counts,
    Grain,
    History,
    Live,
    Pair,
    Point,
    Question,
    Share,
    Step,
)
from signing.ceremonies.models import CeremonyItem
from signing.ceremonies.states import ItemState
from signing.evidence.selectors import stamps_waiting
from signing.seals.models import SealItem, SealItemState
from signing.tasks.models import CHANNELS, Business, ClientSystem, Document, Task
from signing.tasks.states import DocumentState, TaskState
from signing.watching.counting import DETAIL_COLUMNS, DETAILS, FACT_COLUMNS, FACTS, SQL, hour_of, parameters
from signing.watching.models import HourCount, HourDetail, Incident, Mark
from signing.watching.rules import SIGNERS, causes, median
from signing.watching.words import incident_said, incident_title

FRESH = timedelta(hours=2)
"""Hours that ended less than so long ago are still read live: most of what began in them is settled by then."""
RECENT_ALARMS = timedelta(days=1)
MEASURES = ("begun", "signed", "failed", "dropped")
STEPS: Mapping[str, str] = {
    "todo": "收到待办",
    "opened": "打开文书",
    "tried": "开始签署",
    "identified": "实名核验通过",
    "faced": "刷脸或企业确认",
    "done": "签好",
}
UNKNOWN = "unknown"


def _union(model: type[HourCount] | type[HourDetail], columns: str, live: str) -> str:
    """Counters and live rows of [start, end) under the same columns; `split` parts them."""
    kept = (
        f"SELECT {columns}, made_up FROM {model._meta.db_table} "  # noqa: S608  our own
        "WHERE hour >= %(first)s AND hour < %(end)s AND (made_up OR hour < %(start)s)"
    )
    return f"{kept} UNION ALL SELECT {columns}, false FROM ({live}) counted"  # noqa: S608  our own


_NARROW = " AND ".join(
    f"(%({name})s = '' OR f.{name} = %({name})s)" for name in ("client", "business", "signer", "channel")
)
_TOTALS = (SQL / "totals.sql").read_text("utf-8").replace("{facts}", _union(HourCount, FACT_COLUMNS, FACTS))
TOTALS = _TOTALS.replace("{narrow}", _NARROW)
_PARTS = (SQL / "parts.sql").read_text("utf-8").replace("{details}", _union(HourDetail, DETAIL_COLUMNS, DETAILS))
PARTS = _PARTS.replace("{narrow}", _NARROW)


class Row(NamedTuple):
    """A line of totals.sql: what it is told apart by (None: it is not), and the sums."""

    bucket: datetime | None
    weekday: int | None
    clock_hour: int | None
    client: str | None
    business: str | None
    signer: str | None
    channel: str | None
    begun: int
    signed: int
    failed: int
    dropped: int
    todo: int
    opened: int
    tried: int
    identified: int
    faced: int
    done: int
    made_up: bool

    @property
    def counts(self) -> Counts:
        return Counts(self.begun, self.signed, self.failed, self.dropped)

    @property
    def by(self) -> frozenset[str]:
        """The dimensions by which this line is told apart."""
        return frozenset(name for name in Row._fields[:7] if getattr(self, name) is not None)


@dataclass(frozen=True)
class Span:
    """A stretch of time and from where on it is read live."""

    start: datetime
    end: datetime

    def parameters(self, question: Question) -> dict[str, Any]:
        mark = Mark.objects.first()
        counted = min(mark.through, hour_of(clock.wall() - FRESH), hour_of(self.end)) if mark else self.start
        narrow = {name: getattr(question, name) for name in ("client", "business", "signer", "channel")}
        split = max(self.start, counted)
        return {**parameters(split, self.end), **narrow, "first": self.start, "grain": question.grain.value}


def midnight(day: date) -> datetime:
    """When a day begins in Shanghai."""
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI).astimezone(UTC)


def history(question: Question) -> History:
    """What was counted from the first day to the last; ValueError when that is no stretch of time or too long."""
    days = (question.last - question.first).days + 1
    if not 1 <= days <= LONGEST:
        raise ValueError("no such stretch of time")
    return counted(Span(midnight(question.first), midnight(question.last + timedelta(days=1))), question)


def counted(span: Span, question: Question) -> History:
    """Everything that is drawn of a stretch of time."""
    asked = span.parameters(question)
    rows = [Row(*row) for row in _fetch(TOTALS, asked)]
    grouped: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.by].append(row)
    whole = grouped[frozenset()][0]
    titles = _titles()
    stretches, why = _parts(asked)
    return History(
        total=whole.counts,
        seconds=median(stretches["", ""]),
        points=tuple(
            Point(row.bucket.replace(tzinfo=clock.SHANGHAI), row.counts)
            for row in sorted(grouped[frozenset({"bucket"})], key=lambda one: str(one.bucket))
            if row.bucket
        ),
        shares={name: tuple(_shares(name, grouped[frozenset({name})], titles[name], stretches)) for name in titles},
        pairs=tuple(
            Pair(row.signer or "", row.business or "", row.begun)
            for row in grouped[frozenset({"signer", "business"})]
            if row.begun
        ),
        busy=tuple(
            Busy(int(row.weekday or 0), int(row.clock_hour or 0), row.begun)
            for row in grouped[frozenset({"weekday", "clock_hour"})]
        ),
        funnel=tuple(Step(code, title, getattr(whole, code)) for code, title in STEPS.items()),
        causes=tuple(
            Cause(code, causes().titles.get(code, code), count)
            for code, count in sorted(why.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        made_up=whole.made_up,
    )


def _shares(
    name: str, rows: Iterable[Row], titles: Mapping[str, str], stretches: Mapping[tuple[str, str], Mapping[int, int]]
) -> Iterable[Share]:
    """The known values in their order, then what else was counted."""
    found = {str(getattr(row, name)): row.counts for row in rows if row.begun}
    for code in [*titles, *sorted(set(found) - set(titles))]:
        if code in found:
            yield Share(code, titles.get(code, code), found[code], median(stretches[name, code]))


def _titles() -> Mapping[str, Mapping[str, str]]:
    return {
        "signer": SIGNERS,
        "business": dict(Business.choices),
        "client": dict(ClientSystem.objects.order_by("pk").values_list("name", "title")),
        "channel": {**CHANNELS, UNKNOWN: "没有记下"},
    }


def _parts(asked: Mapping[str, Any]) -> tuple[Mapping[tuple[str, str], Mapping[int, int]], Mapping[str, int]]:
    """Durations by (dimension, value) ("" is all) and stretch; causes with their number."""
    stretches: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    why: dict[str, int] = {}
    for kind, value, dimension, code, count in _fetch(PARTS, asked):
        if kind == HourDetail.Kind.SECONDS:
            stretches[dimension, code][int(value)] = count
        elif not dimension:
            why[value] = count
    return stretches, why


def _fetch(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


# ---- now ----


def live() -> Live:
    """How signing goes now."""
    now = clock.wall()
    today = clock.to_shanghai(now).date()
    week_ago = today - timedelta(days=7)
    hourly = Question(first=today, last=today, grain=Grain.HOUR)
    whole_day = counted(Span(midnight(week_ago), midnight(week_ago + timedelta(days=1))), hourly)
    unsettled = CeremonyItem.objects.filter(state=ItemState.QUEUED)
    unsealed = SealItem.objects.filter(state=SealItemState.WAITING)
    begun = (
        unsettled.aggregate(at=Min("ceremony__began_at"))["at"],
        unsealed.aggregate(at=Min("order__began_at"))["at"],
    )
    return Live(
        at=now,
        today=counted(Span(midnight(today), now), hourly),
        before=counted(Span(midnight(week_ago), now - timedelta(days=7)), hourly).total,
        points_before=whole_day.points,
        seconds=_median_since(now - timedelta(hours=1)),
        under_way=unsettled.count() + unsealed.count(),
        oldest=min((at for at in begun if at), default=None),
        open_todos=Task.objects.filter(
            document__in=Document.objects.filter(state=DocumentState.OPEN), state=TaskState.OPEN
        ).count(),
        alarms=tuple(alarms_now(now)),
        stamps=stamps_waiting(),
    )


def _median_since(start: datetime) -> float | None:
    """Median from 开始签署 to 签好 of what was signed since then; exact."""
    ((seconds,),) = _fetch((SQL / "median.sql").read_text("utf-8"), {"start": start})
    return None if seconds is None else round(float(seconds), 1)


def alarms_now(now: datetime) -> Iterable[Alarm]:
    """What is open, and what was over within a day; the open first, the newest first."""
    recent = Incident.objects.filter(opened_at__gte=now - RECENT_ALARMS) | Incident.objects.filter(closed_at=None)
    found = sorted(recent, key=lambda one: (one.closed_at is not None, -one.opened_at.timestamp()))
    for one in found[:20]:
        yield Alarm(one.pk, incident_title(one), incident_said(one), one.opened_at, one.closed_at)
