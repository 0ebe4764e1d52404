"""Events upwards (outbox): written in the transaction of what happened, delivered by the worker at least once.

An event is a frozen dataclass of codes and numbers. Handlers are idempotent; who hears what stands in one table,
the project's `subscriptions.py` (settings.QIDENG_SUBSCRIPTIONS).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction


@dataclasses.dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses add fields of str, int, bool, None or lists of them."""

    EVENTS: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Event.EVENTS[cls.__name__] = cls


Handler = Callable[[Any], None]
Subscriptions = Mapping[type[Event], Sequence[Handler]]


@cache
def subscriptions() -> Subscriptions:
    """The project's table of event → handlers."""
    table: Subscriptions = import_module(settings.QIDENG_SUBSCRIPTIONS).SUBSCRIPTIONS
    return table


def publish(event: Event) -> None:
    """Write the event down and ask the worker to deliver it; RuntimeError outside of a transaction."""
    publish_all([event])


def publish_all(events: Sequence[Event]) -> None:
    """`publish` for many at once."""
    from foundation.outbox.models import OutboxMessage
    from foundation.outbox.tasks import deliver

    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() belongs inside the transaction of what happened")
    messages = OutboxMessage.objects.bulk_create(
        OutboxMessage(event=type(event).__name__, payload=dataclasses.asdict(event)) for event in events
    )
    deliver.defer_each([{"message_id": each.pk} for each in messages], lock=lambda one: f"outbox:{one['message_id']}")
