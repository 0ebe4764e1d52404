"""Asking the outside through ports: `lookup_ask` writes the question down, the worker asks, pages and checks read.

A project lists its ports in the module named by settings.QIDENG_PORTS as `PORTS: dict[str, Port]`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from foundation import clock
from foundation.crypto.index import blind_index
from foundation.jobs import job
from foundation.outside.models import Lookup
from foundation.outside.result import Found, NotFound, Result, Unavailable

Subject = Mapping[str, str]
AFTER_FAULT = timedelta(minutes=5)
"""How long to wait after an adapter failed in a way it should not."""
LOST_AFTER = timedelta(minutes=2)
"""A question without an answer for so long has lost its job."""


@dataclass(frozen=True)
class Port:
    """One question that can be asked. `ask` speaks our words; `valid` is how long an answer is trusted."""

    name: str
    title: str
    """Chinese name for pages: 手机实名核验."""
    ask: Callable[[Subject], Result[dict[str, Any]]]
    valid: timedelta = timedelta(hours=24)
    system: str = ""
    """Code of the outside system that is asked, where it differs from the port's name."""

    @property
    def asked_system(self) -> str:
        return self.system or self.name


@cache
def ports() -> Mapping[str, Port]:
    """The project's ports by name."""
    table: Mapping[str, Port] = import_module(settings.QIDENG_PORTS).PORTS
    return table


def subject_index(port: str, subject: Subject) -> str:
    """Under which index the lookup of this subject lies."""
    return blind_index(f"lookup:{port}", json.dumps(dict(sorted(subject.items())), ensure_ascii=False))


def lookup_ask(port: str, subject: Subject) -> Lookup:
    """The lookup of `subject`: the one that is there when it is fresh, else asked anew by the worker."""
    index, moment = subject_index(port, subject), clock.wall()
    with transaction.atomic():
        lookup, created = Lookup.objects.get_or_create(
            port=port, subject_index=index, defaults={"subject": dict(subject), "asked_at": moment}
        )
        if created or is_stale(lookup):
            if not created:
                Lookup.objects.filter(pk=lookup.pk).update(
                    state=Lookup.State.WAITING, asked_at=moment, valid_until=None
                )
                lookup.refresh_from_db()
            ask.configure(queueing_lock=f"lookup:{lookup.pk}").defer_once(lookup_id=lookup.pk)
    return lookup


def lookup_peek(port: str, subject: Subject) -> Lookup | None:
    """The lookup of `subject` as it stands, without asking."""
    return Lookup.objects.filter(port=port, subject_index=subject_index(port, subject)).first()


def lookup_renew(lookup: Lookup) -> None:
    """Ask again now, whatever is known (the 重查 button, the check before approval)."""
    with transaction.atomic():
        Lookup.objects.filter(pk=lookup.pk).update(state=Lookup.State.WAITING, asked_at=clock.wall(), retry_at=None)
        ask.configure(queueing_lock=f"lookup:{lookup.pk}").defer_once(lookup_id=lookup.pk)


def is_stale(lookup: Lookup) -> bool:
    """Whether an answer is too old to be trusted."""
    return lookup.settled and lookup.valid_until is not None and lookup.valid_until < clock.wall()


@job(queue="lookups", attempts=3)
def ask(lookup_id: int) -> None:
    """Ask the port and keep what it says."""
    lookup = Lookup.objects.get(pk=lookup_id)
    if lookup.state != Lookup.State.WAITING and lookup.state != Lookup.State.UNAVAILABLE:
        return
    try:
        result = ports()[lookup.port].ask(lookup.subject)
    except Exception as error:  # whatever is wrong, the question gets an owner and a next try, and the job its retry
        keep(lookup, Unavailable(clock.wall() + AFTER_FAULT, f"内部错误（{type(error).__name__}）"))
        raise
    keep(lookup, result)


def keep(lookup: Lookup, result: Result[dict[str, Any]]) -> None:
    """Write an answer down."""
    moment = clock.wall()
    changes: dict[str, Any] = {"attempts": F("attempts") + 1}
    match result:
        case Found(value):
            changes |= {
                "state": Lookup.State.FOUND,
                "answer": value,
                "answered_at": moment,
                "retry_at": None,
                "why": "",
            }
        case NotFound():
            changes |= {
                "state": Lookup.State.NOT_FOUND,
                "answer": None,
                "answered_at": moment,
                "retry_at": None,
                "why": "",
            }
        case Unavailable(retry_at, why):
            changes |= {"state": Lookup.State.UNAVAILABLE, "retry_at": retry_at, "why": why[:200]}
    if not isinstance(result, Unavailable):
        changes["valid_until"] = moment + ports()[lookup.port].valid
    Lookup.objects.filter(pk=lookup.pk).update(**changes)


def retry_due() -> None:
    """Ticker: ask again where a system was down and the time for another try has come."""
    due = Lookup.objects.filter(
        Q(state=Lookup.State.UNAVAILABLE, retry_at__lte=clock.wall())
        | Q(state=Lookup.State.WAITING, asked_at__lt=clock.wall() - LOST_AFTER)
    )
    for pk in due.order_by("asked_at").values_list("pk", flat=True)[:200]:
        ask.configure(queueing_lock=f"lookup:{pk}").defer_once(lookup_id=pk)
