"""Beginning and giving up a ceremony: the tasks are claimed, so that two phones cannot sign the same one."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from foundation import clock
from foundation.audit import record
from foundation.identity.actor import Actor
from signing.ceremonies.ink import Ink
from signing.ceremonies.models import Ceremony, CeremonyItem, Handwriting
from signing.ceremonies.proofs import authorisation_flaw, identity_current
from signing.ceremonies.states import CeremonyState, CeremonyVerb, ItemState
from signing.guard.models import Reason
from signing.tasks.models import Document, Reading, Subject, Task
from signing.tasks.numbering import attempts_number
from signing.tasks.states import DocumentState, TaskState, TaskVerb, WrongState

PROVE_WITHIN = timedelta(minutes=15)
"""How long tasks stay claimed while the person proves who he is."""


@dataclass(frozen=True)
class Place:
    """From where somebody acts; kept as evidence."""

    device: str = ""
    address: str = ""
    channel: str = ""
    """One of CHANNELS; what is not known is not counted under one."""


class SigningElsewhere(WrongState):
    """The tasks are in another ceremony of the same person."""

    def __init__(self, ceremony: Ceremony) -> None:
        at = clock.to_shanghai(ceremony.asked_at)
        super().__init__(f"这些文书 {at:%H:%M} 已经在另一台设备上开始签，请到那台设备上办完，或者在这里接着办。")
        self.ceremony = ceremony


def ceremony_start(
    *,
    actor: Actor,
    subject: Subject,
    documents: Iterable[Document],
    look: Ceremony.Look,
    ink: Ink | None,
    place: Place,
) -> Ceremony:
    """Claim all open slots that `subject` has in `documents`, but those under an authorisation that is not in force.

    Every document must have been read and agreed to.

    WrongState when nothing is open or something is unread; SigningElsewhere when another ceremony was first.
    """
    wanted = sorted({document.pk for document in documents})
    with transaction.atomic():
        tasks = _claimable(subject, wanted)
        ceremony = Ceremony.objects.create(
            no=_number(),
            subject=subject,
            look=look,
            ink=base64.b64encode(ink.png).decode() if ink else None,
            session=actor.session_ref,
            device=place.device[:120],
            address=place.address[:45],
            channel=place.channel,
            asked_at=clock.now(),
            identified_at=clock.wall() if identity_current(subject) else None,
            lapses_at=clock.wall() + PROVE_WITHIN,
        )
        attempts_number(tasks)
        for task in tasks:
            task.move(TaskVerb.BEGIN)
            task.save(update_fields=["state", "attempt", "sign_no"])
            CeremonyItem.objects.create(ceremony=ceremony, task=task, sign_no=task.sign_no or "")
        if ink and not actor.scope:  # what is drawn for one client's papers is not put before the person elsewhere
            Handwriting.objects.update_or_create(
                subject=subject, defaults={"ink": ceremony.ink, "drawn_at": clock.wall()}
            )
        record(
            actor, "ceremony.start", "ceremony", ceremony.no, tasks=[task.sign_no or "" for task in tasks], look=look
        )
    return ceremony


def _claimable(subject: Subject, documents: list[int]) -> list[Task]:
    """The open tasks, locked in order of their documents."""
    list(Document.objects.select_for_update().filter(pk__in=documents).order_by("pk"))
    tasks = list(
        Task.objects.select_for_update(of=("self",))
        .filter(document__in=documents, subject=subject, kind=Task.Kind.PERSON, document__state=DocumentState.OPEN)
        .select_related("document__batch__matter", "authorisation")
        .order_by("pk")
    )
    busy = [task for task in tasks if task.state == TaskState.SIGNING]
    if busy:
        item = CeremonyItem.objects.select_related("ceremony").get(task=busy[0], state=ItemState.QUEUED)
        raise SigningElsewhere(item.ceremony)
    moment = clock.now()
    found = [task for task in tasks if task.state == TaskState.OPEN and not authorisation_flaw(task, moment)]
    if not found:
        raise WrongState("这里没有等您签的文书了。")
    agreed = set(
        Reading.objects.filter(document__in=documents, subject=subject, agreed_at__isnull=False).values_list(
            "document_id", flat=True
        )
    )
    unread = [task.document.title for task in found if task.document_id not in agreed]
    if unread:
        raise WrongState(f"《{unread[0]}》还没有读完。读完每一页，勾选“我读过了，内容属实”，再签。")
    return found


def ceremony_drop(*, actor: Actor, ceremony: Ceremony, why: str) -> bool:
    """Give a ceremony up before it was proved: its tasks are open again. False when it is proved or over already."""
    with transaction.atomic():
        locked = Ceremony.objects.select_for_update().get(pk=ceremony.pk)
        if locked.state != CeremonyState.VERIFYING:
            return False
        locked.move(CeremonyVerb.DROP)
        locked.done_at = clock.now()
        locked.save(update_fields=["state", "done_at"])
        for item in items_lock(locked.items.values_list("pk", flat=True)):
            item_release(item, why)
        record(actor, "ceremony.drop", "ceremony", locked.no, why=why)
    return True


def items_lock(items: Iterable[int]) -> list[CeremonyItem]:
    """Those that are still to be signed, locked with their documents and tasks, which hang on them: in this order, by whoever
    settles items. Inside a transaction."""
    wanted = list(items)
    asked = CeremonyItem.objects.filter(pk__in=wanted)
    documents = {
        one.pk: one
        for one in Document.objects.select_for_update(of=("self",))
        .select_related("current", "batch__matter")
        .filter(pk__in=list(asked.values_list("task__document_id", flat=True)))
        .order_by("pk")
    }
    queued = list(
        CeremonyItem.objects.select_for_update(of=("self",))
        .select_related("ceremony__subject")
        .filter(pk__in=wanted, state=ItemState.QUEUED)
        .order_by("pk")
    )
    tasks = {
        one.pk: one
        for one in Task.objects.select_for_update(of=("self",))
        .select_related("subject", "authorisation__principal")
        .filter(pk__in=[item.task_id for item in queued])
        .order_by("pk")
    }
    for item in queued:
        item.task = tasks[item.task_id]
        item.task.document = documents[item.task.document_id]
    return queued


def item_release(item: CeremonyItem, why: str, *, state: ItemState = ItemState.DROPPED) -> None:
    """End one item without a signature; the task is open again unless it was closed meanwhile. The caller holds the
    locks of both (`items_lock`)."""
    task = item.task
    if task.state == TaskState.SIGNING and task.sign_no == item.sign_no:
        task.move(TaskVerb.RELEASE)
        task.save(update_fields=["state"])
    item.state, item.problem, item.settled_at = state, why[:200], clock.wall()
    item.save(update_fields=["state", "problem", "settled_at"])


def ran_out(ceremony: Ceremony) -> QuerySet[CeremonyItem]:
    """What was not signed since the identity check had run out by then."""
    return ceremony.items.filter(state=ItemState.FAILED, problem=Reason.EXPIRED.label)


def ceremony_renew(*, actor: Actor, ceremony: Ceremony, place: Place) -> Ceremony:
    """接着签: begin anew what an identity check that ran out has stopped, with the look and the ink that were chosen.

    WrongState and SigningElsewhere as from ceremony_start.
    """
    return ceremony_start(
        actor=actor,
        subject=ceremony.subject,
        documents=Document.objects.filter(tasks__items__in=ran_out(ceremony)).distinct(),
        look=Ceremony.Look(ceremony.look),
        ink=Ink(base64.b64decode(ceremony.ink)) if ceremony.ink else None,
        place=place,
    )


def ceremonies_lapse() -> None:
    """Ticker: free the tasks of ceremonies that nobody proved in time."""
    over = Ceremony.objects.filter(state=CeremonyState.VERIFYING, lapses_at__lte=clock.wall())
    for pk in over.order_by("pk").values_list("pk", flat=True)[:200]:
        with transaction.atomic():
            ceremony = over.select_for_update().filter(pk=pk).first()
            if ceremony:  # it was not given longer meanwhile, by a check that was begun
                ceremony_drop(actor=Actor.system("signing"), ceremony=ceremony, why="没有在 15 分钟内完成核验")


def _number() -> str:
    moment = clock.to_shanghai(clock.now())
    return f"QS-{moment:%Y%m%d-%H%M%S}-{secrets.randbelow(10**6):06d}"
