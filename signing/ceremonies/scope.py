"""Ceremonies and checks that a log-in may see. One in which several clients' papers are signed is seen by who sees them all."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left

from foundation.identity.actor import Actor
from foundation.identity.sessions import sessions_of
from foundation.prepared import Prepared
from signing.ceremonies.ink import Ink
from signing.ceremonies.models import Ceremony, CeremonyItem, Handwriting, Verification
from signing.ceremonies.states import ItemState, VerificationState
from signing.tasks.models import Subject, Task
from signing.tasks.subjects import subjects_of

_QUEUED = CeremonyItem.objects.filter(ceremony=OuterRef("pk"), state=ItemState.QUEUED).order_by("pk")
_CEREMONY = Prepared(
    lambda no, person: (
        Ceremony.objects.filter(no=no, subject__kind=Subject.Kind.PERSON, subject__key=person)
        .only("state", "waits_for", "next_try_at", "faced_at", "began_at")
        .annotate(
            letters=StringAgg(Left("items__state", 1), delimiter="", order_by="items__pk"),
            moved_at=Max("items__settled_at"),
            asked=Exists(Verification.objects.filter(ceremony=OuterRef("pk"), state=VerificationState.ASKED)),
            current=Subquery(_QUEUED.values("task__document__title")[:1]),
        )
    ),
    no="?no",
    person="?person",
)
"""All that a poll reads: nothing of it has to be decrypted, and it is one question however many documents there are."""
_CHECK = Prepared(
    lambda ref, person: (
        Verification.objects.filter(ref=ref, subject__kind=Subject.Kind.PERSON, subject__key=person)
        .select_related("ceremony")
        .only("ref", "state", "qr_ends_at", "scanned_at", "ceremony__no", "ceremony__state")
    ),
    ref="?ref",
    person="?person",
)
"""The same for a check."""


def ceremonies_of(actor: Actor) -> QuerySet[Ceremony]:
    """The ceremonies of the actor's subjects."""
    mine = Ceremony.objects.filter(subject__in=subjects_of(actor))
    if not actor.scope:
        return mine
    foreign = CeremonyItem.objects.filter(ceremony=OuterRef("pk")).exclude(task__document__client__name=actor.scope)
    return mine.exclude(Exists(foreign))


def checks_of(actor: Actor) -> QuerySet[Verification]:
    """The checks of the actor's subjects; to a log-in with a scope those of what it sees, and what was asked from such a log-in."""
    mine = Verification.objects.filter(subject__in=subjects_of(actor))
    if not actor.scope:
        return mine
    here = sessions_of(actor).values("ref")
    return mine.filter(Q(ceremony__in=ceremonies_of(actor)) | Q(ceremony=None, session__in=here))


def ceremony_polled(actor: Actor, no: str) -> Any:
    """The numbers of a ceremony for a page that polls; None when it is not the actor's."""
    if actor.scope and not ceremonies_of(actor).filter(no=no).exists():
        return None
    return _CEREMONY.first(no=no, person=actor.person_index)


def check_polled(actor: Actor, ref: str) -> Verification | None:
    """A check for a page that polls; None when it is not the actor's."""
    if actor.scope and not checks_of(actor).filter(ref=ref).exists():
        return None
    return _CHECK.first(ref=ref, person=actor.person_index)


def live_ceremony(actor: Actor, tasks: Iterable[Task]) -> Ceremony | None:
    """The ceremony in which one of these tasks is being signed."""
    return ceremonies_of(actor).filter(items__task__in=list(tasks), items__state=ItemState.QUEUED).first()


def ink_of(actor: Actor, subject: Subject) -> Ink | None:
    """The signature this person drew last (用上次的签名); to a log-in with a scope the last one that stands under papers it sees."""
    if actor.scope:
        drawn = ceremonies_of(actor).filter(subject=subject, ink__isnull=False, proved_at__isnull=False)
        kept = drawn.order_by("-pk").values_list("ink", flat=True).first()
    else:
        kept = Handwriting.objects.filter(subject=subject).values_list("ink", flat=True).first()
    return Ink(base64.b64decode(kept)) if kept else None
