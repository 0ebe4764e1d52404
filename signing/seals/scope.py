"""Seal orders that a log-in may see. One for several clients' papers is seen by who sees them all."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from foundation.identity.actor import Actor
from signing.seals.models import SealItem, SealItemState, SealOrder, SealState
from signing.tasks.models import Task
from signing.tasks.subjects import subjects_of

RUNNING = (SealState.PREPARED, SealState.ORDERED)


def orders_of(actor: Actor) -> QuerySet[SealOrder]:
    """The orders of the actor's subjects."""
    mine = SealOrder.objects.filter(subject__in=subjects_of(actor))
    if not actor.scope:
        return mine
    foreign = SealItem.objects.filter(order=OuterRef("pk")).exclude(task__document__client__name=actor.scope)
    return mine.exclude(Exists(foreign))


def seal_running(actor: Actor, tasks: Iterable[Task]) -> SealOrder | None:
    """The order that is being prepared or waits for the enterprise, for one of these slots."""
    under_way = orders_of(actor).filter(
        items__task__in=list(tasks), items__state=SealItemState.WAITING, state__in=RUNNING
    )
    return under_way.order_by("-pk").first()
