"""没有送到的消息, for the operator: events that wait, and which receiver could not take them. Their content is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foundation.outbox.models import OutboxMessage

MOST = 50


@dataclass(frozen=True)
class Pending:
    """A receiver that has not had a message yet."""

    handler: str
    attempts: int
    why: str


@dataclass(frozen=True)
class MessageLine:
    """An event that is not delivered to everybody."""

    number: int
    event: str
    published_at: datetime
    pending: tuple[Pending, ...]
    """Those that tried in vain; empty while nobody tried."""


@dataclass(frozen=True)
class Outbox:
    """How many wait, and the oldest of them."""

    waiting: int
    messages: tuple[MessageLine, ...]


def outbox_overview() -> Outbox:
    """Undelivered messages, oldest first, at most 50 of them one by one."""
    waiting = OutboxMessage.objects.filter(delivered_at=None)
    rows = waiting.order_by("published_at").prefetch_related("deliveries")[:MOST]
    return Outbox(waiting.count(), tuple(_line(row) for row in rows))


def _line(row: OutboxMessage) -> MessageLine:
    late = [one for one in row.deliveries.all() if one.done_at is None]
    return MessageLine(
        number=row.pk,
        event=row.event,
        published_at=row.published_at,
        pending=tuple(Pending(one.handler, one.attempts, one.last_error) for one in sorted(late, key=lambda o: o.pk)),
    )
