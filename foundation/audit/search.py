"""审计日志查询和导出 (等保三级: kept at least six months, searched, exported). Personal data is masked once more on the way out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.logs import mask

PAGE = 50
MOST_EXPORTED = 50_000
"""Rows of one file; more are exported in parts, by narrowing the dates."""


@dataclass(frozen=True)
class Query:
    """What the auditor looks for; an empty field asks for nothing. Both days are inclusive, in Shanghai."""

    object_ref: str = ""
    """Number of a case or of another object, or how it begins: number/room and number-batch belong to the case."""
    actor: str = ""
    verb: str = ""
    first: date | None = None
    last: date | None = None

    def as_details(self) -> dict[str, str]:
        """For the audit record of the export: what was asked for."""
        days = {
            "first": self.first.isoformat() if self.first else "",
            "last": self.last.isoformat() if self.last else "",
        }
        asked = {"object": self.object_ref, "actor": self.actor, "verb": self.verb, **days}
        return {key: value for key, value in asked.items() if value}


@dataclass(frozen=True)
class EventLine:
    """One act as the auditor reads it."""

    number: int
    at: datetime
    legal_at: datetime
    actor_kind: str
    actor: str
    verb: str
    obj_kind: str
    obj_ref: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Found:
    """One page of a search: the newest first."""

    lines: tuple[EventLine, ...]
    older: int
    """Where the next page begins: the number of the last line, 0 when there is no older one."""


def events_search(query: Query, *, before: int = 0) -> Found:
    """The page of events below the number `before` (0: the newest). Pages go by number, so they do not shift while acts go on."""
    events = _matching(query)
    if before:
        events = events.filter(pk__lt=before)
    rows = list(events.order_by("-pk")[: PAGE + 1])
    lines = tuple(_line(row) for row in rows[:PAGE])
    return Found(lines, lines[-1].number if len(rows) > PAGE else 0)


def events_export(query: Query) -> Iterator[EventLine]:
    """All that match, the newest first, at most 50,000."""
    for row in _matching(query).order_by("-pk")[:MOST_EXPORTED].iterator(chunk_size=2000):
        yield _line(row)


def _matching(query: Query) -> QuerySet[AuditEvent]:
    wanted = Q()
    if query.object_ref:
        wanted &= Q(obj_ref__startswith=query.object_ref)
    if query.actor:
        wanted &= Q(actor=query.actor)
    if query.verb:
        wanted &= Q(verb=query.verb)
    if query.first:
        wanted &= Q(at__gte=_midnight(query.first))
    if query.last:
        wanted &= Q(at__lt=_midnight(query.last + timedelta(days=1)))
    return AuditEvent.objects.filter(wanted)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI)


def _line(row: AuditEvent) -> EventLine:
    return EventLine(
        row.pk, row.at, row.legal_at, row.actor_kind, row.actor, row.verb, row.obj_kind, row.obj_ref, mask(row.details)
    )
