"""What a log-in may see (票据的范围): what lies before its subjects; by the ticket of a client that does not vouch, only that client's.

Every list, count and page asks here, in ceremonies/scope.py or in seals/scope.py (tests/structure/test_scope.py). R140, R148.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from foundation.identity.actor import Actor
from signing.tasks.models import Reading, Subject, Task
from signing.tasks.states import DocumentState, TaskState
from signing.tasks.subjects import subjects_of


def tasks_of(actor: Actor) -> QuerySet[Task]:
    """The slots that the actor may see as his own."""
    return Task.objects.filter(_within(actor), subject__in=subjects_of(actor))


def readings_of(actor: Actor) -> QuerySet[Reading]:
    """The documents as they lie before the actor."""
    return Reading.objects.filter(_within(actor), subject__in=subjects_of(actor))


def _within(actor: Actor) -> Q:
    return Q(document__client__name=actor.scope) if actor.scope else Q()


def waits_beyond(actor: Actor) -> Subject.Kind | None:
    """For whom something of other clients waits that this log-in does not show: the person first, then the enterprise."""
    if not actor.scope:
        return None
    hidden = Task.objects.filter(
        subject__in=subjects_of(actor), state=TaskState.OPEN, document__state=DocumentState.OPEN
    ).exclude(document__client__name=actor.scope)
    kinds = set(hidden.values_list("subject__kind", flat=True).distinct())
    return next((kind for kind in (Subject.Kind.PERSON, Subject.Kind.ENTITY) if kind in kinds), None)
