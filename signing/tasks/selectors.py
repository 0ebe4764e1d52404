"""What waits for whom (待办查询, R142), and how far a batch is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from foundation.identity.actor import Actor, NotVisible
from signing.tasks.models import Batch, Business, Document, Reading, Subject, Task
from signing.tasks.scope import readings_of, tasks_of
from signing.tasks.services import pages_unread
from signing.tasks.states import PENDING, DocumentState, TaskState
from signing.tasks.subjects import subjects_of


@dataclass(frozen=True)
class Paper:
    """One document as one signer sees it."""

    document: Document
    subject: Subject
    tasks: tuple[Task, ...]
    """This signer's slots, all states."""
    reading: Reading

    @property
    def url(self) -> str:
        return f"/papers/{self.reading.public_id}/"

    @property
    def own_roles(self) -> str:
        """In which capacities he signs for himself, or seals: 股东、董事."""
        return "、".join(dict.fromkeys(task.role for task in self.tasks if not task.authorisation))

    @property
    def behalf(self) -> tuple[Task, ...]:
        """授权签署: his slots for somebody else."""
        return tuple(task for task in self.tasks if task.authorisation)

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.state == TaskState.OPEN)

    @property
    def state(self) -> TaskState:
        """The signer's own state: what is still to do comes first."""
        have = {task.state for task in self.tasks}
        order = (TaskState.OPEN, TaskState.SIGNING, TaskState.REFUSED, TaskState.SIGNED, TaskState.CANCELLED)
        return next(state for state in order if state in have)

    @property
    def unread(self) -> list[int]:
        return pages_unread(self.document, self.reading)

    @property
    def agreed(self) -> bool:
        return self.reading.agreed_at is not None

    @property
    def chosen(self) -> bool:
        """Whether it is signed together with papers of other cases."""
        return self.reading.chosen_at is not None

    @property
    def others_waiting(self) -> int:
        """How many other signers this document still waits for."""
        return (
            self.document.tasks.filter(state__in=PENDING)
            .exclude(subject=self.subject)
            .values("subject")
            .distinct()
            .count()
        )


@dataclass(frozen=True)
class TodoCase:
    """The open papers of one batch for one signer: one card of the list."""

    batch: Batch
    subject: Subject
    papers: tuple[Paper, ...]

    @property
    def seal(self) -> bool:
        return not self.subject.is_person


def papers(
    actor: Actor,
    states: Iterable[TaskState],
    *,
    subject: Subject | None = None,
    batch: Batch | None = None,
    chosen: bool = False,
) -> list[Paper]:
    """The actor's papers that have a slot in one of `states`, in the order of cases and documents.

    `subject`: only as this one of his subjects; `chosen`: only those that are to be signed together.
    """
    wanted = [subject] if subject else list(subjects_of(actor))
    tasks, readings = tasks_of(actor).filter(subject__in=wanted), readings_of(actor).filter(subject__in=wanted)
    mine = tasks.select_related("authorisation__principal").order_by("position")
    documents = (
        Document.objects.filter(pk__in=tasks.filter(state__in=list(states)).values("document_id"))
        .exclude(state__in=[DocumentState.FETCHING, DocumentState.REJECTED])
        .select_related("batch__matter", "batch__client")
        .defer("text")
        .prefetch_related(
            Prefetch("tasks", mine, to_attr="mine"),
            Prefetch("readings", readings, to_attr="my_readings"),
        )
        .order_by("batch_id", "seq")
    )
    if batch is not None:
        documents = documents.filter(batch=batch)
    if chosen:
        documents = documents.filter(pk__in=readings.filter(chosen_at__isnull=False).values("document_id"))
    return [
        paper
        for document in documents
        for paper in _split(document, wanted)
        if {t.state for t in paper.tasks} & set(states)
    ]


def _split(document: Document, subjects: Sequence[Subject]) -> list[Paper]:
    mine: list[Task] = document.mine  # type: ignore[attr-defined]  # from the prefetch in papers()
    readings: dict[int, Reading] = {r.subject_id: r for r in document.my_readings}  # type: ignore[attr-defined]  # same
    found = []
    for subject in subjects:
        tasks = tuple(task for task in mine if task.subject_id == subject.pk)
        if tasks:
            found.append(Paper(document, subject, tasks, readings[subject.pk]))
    return found


def paper_for(actor: Actor, public_id: str) -> Paper:
    """One document as it lies before one of the actor's subjects; NotVisible for everybody else."""
    return paper_and_case(actor, public_id)[0]


def paper_and_case(actor: Actor, public_id: str) -> tuple[Paper, list[Paper]]:
    """One document as `paper_for`, and those that are signed with it, itself included: all of the batch that lie before the same
    subject, or those that he chose together from several cases."""
    mine = readings_of(actor).filter(public_id=public_id)
    reading = mine.select_related("document__batch", "subject").first()
    if reading is None:
        raise NotVisible
    same = papers_with(actor, reading)
    found = next((paper for paper in same if paper.document.pk == reading.document_id), None)
    if found is None:
        raise NotVisible
    return found, same


def papers_with(actor: Actor, reading: Reading) -> list[Paper]:
    """The papers among which this one is read and signed."""
    if reading.chosen_at is not None:
        return papers(actor, TaskState, subject=reading.subject, chosen=True)
    return papers(actor, TaskState, subject=reading.subject, batch=reading.document.batch)


def can_be_signed(paper: Paper) -> bool:
    """Whether this signer can sign this document now."""
    return bool(paper.open_tasks) and paper.document.state == DocumentState.OPEN


def paper_urls(subject: Subject, documents: Iterable[int]) -> dict[int, str]:
    """Address of each document as it lies before `subject`."""
    rows = Reading.objects.filter(subject=subject, document__in=list(documents)).values_list("document_id", "public_id")
    return {document: f"/papers/{name}/" for document, name in rows}


def todo(actor: Actor, *, business: str = "", text: str = "") -> list[TodoCase]:
    """The to-do list: open papers by case, newest case first; `text` looks in company, case number and titles."""
    cases: dict[tuple[int, int], list[Paper]] = {}
    for paper in papers(actor, [TaskState.OPEN]):
        if paper.document.state != DocumentState.OPEN or not _matches(paper, business, text):
            continue
        cases.setdefault((paper.document.batch_id, paper.subject.pk), []).append(paper)
    found = [TodoCase(ps[0].document.batch, ps[0].subject, tuple(ps)) for ps in cases.values()]
    return sorted(found, key=lambda case: case.batch.created_at, reverse=True)


def _matches(paper: Paper, business: str, text: str) -> bool:
    matter = paper.document.batch.matter
    if business and matter.business != business:
        return False
    haystack = (matter.company_name, matter.number, paper.document.title, paper.document.batch.title)
    return not text or any(text in hay for hay in haystack)


def todo_counts(actor: Actor) -> dict[str, int]:
    """Documents waiting for this actor by business; every business is there, with nought too."""
    rows = tasks_of(actor).filter(state=TaskState.OPEN, document__state=DocumentState.OPEN)
    triples = rows.values_list("document__batch__matter__business", "document_id", "subject_id").distinct()
    counted = Counter(business for business, _, _ in triples)
    return {str(business): counted.get(str(business), 0) for business in Business}


def batches_of(actor: Actor) -> QuerySet[Batch]:
    """Batches in which the actor has a slot."""
    return Batch.objects.filter(pk__in=tasks_of(actor).values("document__batch_id"))


def batch_for(actor: Actor, public_id: str) -> Batch:
    """One batch in which the actor has a slot; NotVisible for everybody else."""
    batch = batches_of(actor).filter(public_id=public_id).select_related("matter", "client").first()
    if batch is None:
        raise NotVisible
    return batch
