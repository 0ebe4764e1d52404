"""Delivering the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from foundation import clock
from foundation.jobs import job
from foundation.jobs.troubles import reason_of
from foundation.outbox import Event, Handler, subscriptions
from foundation.outbox.models import Delivery, OutboxMessage

log = structlog.get_logger(__name__)
FORGOTTEN = timedelta(minutes=1)


class DeliveryFailed(RuntimeError):
    """At least one handler failed; the job is tried again, the handlers that were done are not."""

    for_operator = "有接收方没有办成，见“没有送到的消息”"


@job(queue="outbox", attempts=20)
def deliver(message_id: int) -> None:
    """Give a message to every handler that has not had it yet."""
    message = OutboxMessage.objects.filter(pk=message_id, delivered_at=None).first()
    if message is None:
        return
    event = Event.EVENTS[message.event](**_hashable(message.payload))
    failed = [handler for handler in subscriptions().get(type(event), ()) if not _hand_over(message, handler, event)]
    if failed:
        raise DeliveryFailed(", ".join(_name(handler) for handler in failed))
    OutboxMessage.objects.filter(pk=message.pk).update(delivered_at=clock.wall())


def _hand_over(message: OutboxMessage, handler: Handler, event: Event) -> bool:
    name = _name(handler)
    Delivery.objects.get_or_create(message=message, handler=name)
    try:
        with transaction.atomic():
            row = Delivery.objects.select_for_update().get(message=message, handler=name)
            if row.done_at is None:
                handler(event)
                row.done_at, row.attempts, row.last_error = clock.wall(), row.attempts + 1, ""
                row.save(update_fields=["done_at", "attempts", "last_error"])
    except Exception as error:  # a handler may fail in any way; the failure is kept and tried again
        log.warning("outbox.handler_failed", handler=name, event_name=message.event, error=type(error).__name__)
        Delivery.objects.filter(message=message, handler=name).update(
            attempts=F("attempts") + 1, last_error=reason_of(error)
        )
        return False
    return True


def _hashable(payload: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in payload.items()}


def _name(handler: Handler) -> str:
    return f"{handler.__module__}.{getattr(handler, '__qualname__', type(handler).__name__)}"


def sweep() -> None:
    """Ask again for messages that no job remembers (a lost job must not lose an event)."""
    old = clock.wall() - FORGOTTEN
    for pk in OutboxMessage.objects.filter(delivered_at=None, published_at__lt=old).values_list("pk", flat=True)[:200]:
        deliver.configure(queueing_lock=f"outbox-sweep:{pk}", lock=f"outbox:{pk}").defer_once(message_id=pk)
