"""授权签署: under which authorisation somebody signs for another, and what becomes of its tasks when it is over. R132, R135.

Locks are taken in the order case, authorisation, documents, tasks. Whoever signs holds the document, so a signature is
either made before `ended_at` and counts, or is not made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.identity.actor import Actor
from foundation.ui.dates import cn_date
from signing.guard.models import Reason
from signing.tasks.fetching import batch_ready_if_fetched
from signing.tasks.models import Authorisation, Batch, ClientSystem, Document, Task
from signing.tasks.orders import AuthorisationOrder, BatchOrder, OrderRefused, Signer, same_person
from signing.tasks.services import batch_close_if_done, document_stop
from signing.tasks.states import LOCKED, PENDING
from signing.tasks.subjects import subject_know


@dataclass(frozen=True)
class _Wanted:
    """An authorisation as an order describes it."""

    order: AuthorisationOrder
    delegate: Signer
    principal: Signer

    def same(self, other: _Wanted) -> bool:
        people = same_person(self.delegate, other.delegate) and same_person(self.principal, other.principal)
        return self.order == other.order and people


def authorisations_take(client: ClientSystem, order: BatchOrder) -> dict[str, Authorisation]:
    """The authorisations that an order names, by number; locked until its tasks stand. Inside the order's transaction.

    OrderRefused when one is not in force today, has ended, or is known with other facts.
    """
    wanted: dict[str, _Wanted] = {}
    for slot in (slot for document in order.documents for slot in document.slots):
        if slot.authorisation and slot.on_behalf_of:
            asked = _Wanted(slot.authorisation, slot.signer, slot.on_behalf_of)
            if not wanted.setdefault(asked.order.number, asked).same(asked):
                raise _differs(asked.order.number)
    return {number: _take(client, wanted[number]) for number in sorted(wanted)}


def _take(client: ClientSystem, wanted: _Wanted) -> Authorisation:
    order = wanted.order
    facts = {
        "delegate": subject_know(wanted.delegate),
        "principal": subject_know(wanted.principal),
        "granted_on": order.granted_on,
        "valid_until": order.valid_until,
        "covers": order.covers,
    }
    Authorisation.objects.get_or_create(client=client, number=order.number, defaults=facts)
    held = Authorisation.objects.select_for_update(of=("self",)).get(client=client, number=order.number)
    if held.ended_at is None and any(getattr(held, name) != value for name, value in facts.items()):
        raise _differs(order.number)
    flaw = held.flaw(clock.today())
    if flaw:
        raise _not_in_force(order, flaw)
    return held


def _differs(number: str) -> OrderRefused:
    return OrderRefused(
        "authorisation_differs",
        f"授权 {number} 已经登记过，这次的被授权人、授权人、日期或者授权事项不一样。换了内容的授权要用新的编号。",
        status=409,
    )


def _not_in_force(order: AuthorisationOrder, flaw: Reason) -> OrderRefused:
    today = clock.today()
    first, last = (cn_date(day, today=today, year=True) for day in (order.granted_on, order.valid_until))
    match flaw:
        case Reason.AUTHORISATION_EARLY:
            return OrderRefused(flaw, f"授权 {order.number} 从 {first}起才有效，现在不能据此签署。")
        case Reason.AUTHORISATION_LAPSED:
            return OrderRefused(flaw, f"授权 {order.number} 的有效期到 {last}，已经过了，不能据此签署。")
        case _:
            return OrderRefused(flaw, f"授权 {order.number} 已经终止，不能据此签署。", status=409)


@dataclass(frozen=True)
class Stopped:
    """What an authorisation that is over has stopped."""

    authorisation: Authorisation
    tasks: tuple[int, ...] = ()
    """Every task that was cancelled with its document, other signers' included."""


@transaction.atomic
def authorisation_stop(*, actor: Actor, client: ClientSystem, number: str) -> Stopped:
    """终止授权 by its client: from now on nothing is signed under it. Repeating it changes nothing.

    A document of which one slot can never be signed cannot be completed, so it is closed for all its signers.
    """
    Authorisation.objects.get_or_create(client=client, number=number, defaults={"ended_at": clock.now()})
    held = _locked(client, number)
    if held.ended_at is not None:
        return Stopped(held)
    documents = _waiting(held)
    held.ended_at = clock.now()
    held.save(update_fields=["ended_at"])
    tasks = _close(documents, Reason.AUTHORISATION_ENDED)
    record(actor, "authorisation.end", "authorisation", number, documents=len(documents))
    return Stopped(held, tasks)


@transaction.atomic
def authorisation_lapse(authorisation: Authorisation) -> Stopped:
    """End what is still open under an authorisation whose last day is over; harmless while it is in force."""
    held = _locked(authorisation.client, authorisation.number)
    if held.flaw(clock.today()) is not Reason.AUTHORISATION_LAPSED:
        return Stopped(held)
    documents = _waiting(held)
    tasks = _close(documents, Reason.AUTHORISATION_LAPSED)
    if documents:
        actor = Actor.system("signing")
        record(actor, "authorisation.lapse", "authorisation", held.number, documents=len(documents))
    return Stopped(held, tasks)


def _locked(client: ClientSystem, number: str) -> Authorisation:
    return Authorisation.objects.select_for_update(of=("self",)).get(client=client, number=number)


def _waiting(held: Authorisation) -> list[Document]:
    """The documents that wait for a signature under it, locked; what was signed while we waited for the lock is not among them."""
    under = Task.objects.filter(authorisation=held, state__in=PENDING)
    seen = under.values("document_id")
    documents = list(Document.objects.select_for_update().filter(pk__in=seen, state__in=LOCKED).order_by("pk"))
    still = set(under.filter(document__in=documents).values_list("document_id", flat=True))
    return [document for document in documents if document.pk in still]


def _close(documents: Iterable[Document], why: Reason) -> tuple[int, ...]:
    closed = list(documents)
    waiting = Task.objects.select_for_update().filter(document__in=closed, state__in=PENDING).order_by("pk")
    tasks = tuple(task.pk for task in waiting)
    for document in closed:
        document_stop(document, why)
    for batch in Batch.objects.filter(documents__in=closed).distinct().order_by("pk"):
        batch_ready_if_fetched(batch)
        batch_close_if_done(batch)
    return tasks


def lapsed_with_tasks() -> list[Authorisation]:
    """Authorisations whose last day is over and under which something is still open."""
    over = Authorisation.objects.filter(valid_until__lt=clock.today(), ended_at=None, tasks__state__in=PENDING)
    return list(over.select_related("client").distinct().order_by("pk")[:200])
