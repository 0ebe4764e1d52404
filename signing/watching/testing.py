"""For tests: attempts to sign as they lie in the tables after the fact, at any time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from signing.ceremonies.models import Ceremony, CeremonyItem
from signing.ceremonies.states import CeremonyState, ItemState
from signing.tasks.models import Batch, ClientSystem, Document, Matter, Reading, Subject, Task
from signing.tasks.states import DocumentState, TaskState

_numbers = count(1)
ID_TYPES = {"person": "10", "abroad": "40", "entity": ""}


@dataclass(frozen=True)
class Told:
    """One attempt as somebody else would write it down: what a direct count goes by."""

    at: datetime
    client: str = "reg"
    business: str = "change"
    signer: str = "person"
    channel: str = "wechat"
    end: str = "signed"
    """signed, failed, dropped, or queued."""
    seconds: int = 60
    problem: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def put(told: Told) -> CeremonyItem:
    """Write the rows that such an attempt leaves."""
    task = put_todo(told, state=TaskState.SIGNED if told.end == "signed" else TaskState.OPEN)
    settled = told.at + timedelta(seconds=told.seconds)
    over = told.end != ItemState.QUEUED
    proved = told.end in {"signed", "failed"}
    ceremony = Ceremony.objects.create(
        no=f"QS-{next(_numbers)}",
        subject=task.subject,
        state=CeremonyState.DONE if proved else CeremonyState.DROPPED if over else CeremonyState.VERIFYING,
        look=Ceremony.Look.PRINTED,
        session="s",
        channel=told.channel,
        asked_at=told.at,
        began_at=told.at,
        identified_at=told.at,
        faced_at=settled if proved else None,
        lapses_at=told.at + timedelta(minutes=15),
    )
    return CeremonyItem.objects.create(
        ceremony=ceremony,
        task=task,
        sign_no=f"N-{next(_numbers)}",
        state=told.end,
        problem=told.problem,
        settled_at=settled if over else None,
    )


def put_todo(told: Told, *, state: TaskState = TaskState.OPEN, opened: bool = True) -> Task:
    """A to-do that arrived half a minute before, and was opened at once."""
    number, arrived = next(_numbers), told.at - timedelta(seconds=30)
    client, _ = ClientSystem.objects.get_or_create(name=told.client, defaults={"title": told.client, "base_url": "x"})
    matter = Matter.objects.create(client=client, number=f"M{number}", business=told.business, company_name="示例")
    batch = Batch.objects.create(
        client=client, matter=matter, ref=f"B{number}", title="变更", idempotency_key=f"k{number}",
        body_digest="0", created_at=arrived,
    )  # fmt: skip
    document = Document.objects.create(
        batch=batch, client=client, ref=f"D{number}", seq=1, title="决议", sha256="0", download_url="x",
        state=DocumentState.OPEN, created_at=arrived,
    )  # fmt: skip
    entity = told.signer == "entity"
    subject = Subject.objects.create(
        kind=Subject.Kind.ENTITY if entity else Subject.Kind.PERSON,
        key=f"{number:064d}"[:64],
        name="某某",
        id_type=ID_TYPES[told.signer],
    )
    Reading.objects.create(
        document=document, subject=subject, opened_at=arrived if opened else None,
        channel=told.channel if opened else "",
    )  # fmt: skip
    return Task.objects.create(
        document=document, position=1, subject=subject, kind=Task.Kind.PERSON, role="股东", slot="s", place={},
        state=state, created_at=arrived,
    )  # fmt: skip


def settle(item: CeremonyItem, at: datetime) -> None:
    """A queued attempt comes to be signed."""
    Ceremony.objects.filter(pk=item.ceremony_id).update(faced_at=at)
    CeremonyItem.objects.filter(pk=item.pk).update(state=ItemState.SIGNED, settled_at=at)
    Task.objects.filter(pk=item.task_id).update(state=TaskState.SIGNING)
    Task.objects.filter(pk=item.task_id).update(state=TaskState.SIGNED)
