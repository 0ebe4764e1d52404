"""授权签署 while it is being signed: an authorisation that is over takes its items out of every ceremony; the others go on. R135."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from foundation import clock
from foundation.identity.actor import Actor
from signing.ceremonies.models import Ceremony, CeremonyItem
from signing.ceremonies.proofs import authorisation_flaw
from signing.ceremonies.starting import ceremony_drop, item_release
from signing.ceremonies.states import CeremonyState, ItemState
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.tasks.authorisations import Stopped, authorisation_lapse, authorisation_stop, lapsed_with_tasks
from signing.tasks.models import Authorisation, ClientSystem, Reading, Task
from signing.tasks.states import TaskState


def authorisation_end(*, actor: Actor, client: ClientSystem, number: str) -> Authorisation:
    """终止授权: what is open under it ends at once; a document that is being signed counts if it was signed before."""
    with transaction.atomic():
        stopped = authorisation_stop(actor=actor, client=client, number=number)
        emptied = _items_drop(stopped, Reason.AUTHORISATION_ENDED)
    _drop_empty(emptied, Reason.AUTHORISATION_ENDED)
    return stopped.authorisation


def authorisation_over(authorisation: Authorisation) -> None:
    """授权到期: the same for an authorisation whose last day has passed; harmless before."""
    with transaction.atomic():
        emptied = _items_drop(authorisation_lapse(authorisation), Reason.AUTHORISATION_LAPSED)
    _drop_empty(emptied, Reason.AUTHORISATION_LAPSED)


def authorisations_lapse() -> None:
    """Ticker: end what is open under authorisations whose last day is over."""
    for authorisation in lapsed_with_tasks():
        authorisation_over(authorisation)


def _items_drop(stopped: Stopped, why: Reason) -> set[int]:
    """Take the cancelled tasks out of the ceremonies that hold them; a signature that was already confirmed is a refused
    attempt. Returns the ceremonies concerned."""
    items = CeremonyItem.objects.filter(task__in=stopped.tasks, state=ItemState.QUEUED)
    found = list(items.select_related("ceremony__subject", "task").order_by("task_id"))
    for item in found:
        item_release(item, why.label)
        if item.ceremony.state == CeremonyState.SIGNING and item.task.authorisation_id == stopped.authorisation.pk:
            attempt_refuse(why, subject_key=item.ceremony.subject.key, obj_kind="task", obj_ref=item.sign_no)
    return {item.ceremony_id for item in found}


def _drop_empty(ceremonies: Iterable[int], why: Reason) -> None:
    """Give up those that nobody has proved yet and that hold nothing any more. Apart, since a ceremony is locked before its tasks."""
    for ceremony in Ceremony.objects.filter(pk__in=list(ceremonies), state=CeremonyState.VERIFYING).order_by("pk"):
        if not ceremony.items.filter(state=ItemState.QUEUED).exists():
            ceremony_drop(actor=Actor.system("signing"), ceremony=ceremony, why=why.label)


def unauthorised_refuse(*, actor: Actor, tasks: Iterable[Task]) -> None:
    """Write down that somebody wants to sign under an authorisation that is not in force. Outside of any transaction."""
    over: dict[int, Authorisation] = {}
    for task in tasks:
        flaw = authorisation_flaw(task, clock.now())
        if flaw is None or task.authorisation is None or not _wanted(task, flaw):
            continue
        seen = Reading.objects.get(document=task.document_id, subject=task.subject_id).public_id
        attempt_refuse(flaw, actor=actor, obj_kind="document", obj_ref=seen, authorisation=task.authorisation.number)
        if flaw is Reason.AUTHORISATION_LAPSED:
            over[task.authorisation.pk] = task.authorisation
    for authorisation in over.values():
        authorisation_over(authorisation)


def _wanted(task: Task, flaw: Reason) -> bool:
    """Whether the flaw is what keeps this task from being signed."""
    stopped = task.state == TaskState.CANCELLED and task.document.problem_code == flaw
    return task.state == TaskState.OPEN or stopped
