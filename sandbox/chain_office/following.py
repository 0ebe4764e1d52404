"""How far the papers are: a callback only says that something moved, so the state is asked for; what is complete is fetched.

Pages ask for what was heard of; 刷新 asks for everything, so that lost callbacks change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from foundation import clock
from sandbox.chain_office.models import ChainCase, ChainPaper, stale
from sandbox.chain_office.service import signing
from signing_client import BatchState, DocumentState, Missing, SigningFailed, TaskState, Unreachable

FETCHED_AT_ONCE = 20
"""Signed files that one page view brings home; the next one brings more."""


def case_heard(number: str) -> None:
    """A callback came. An unknown case is none of ours any more."""
    ChainCase.objects.filter(number=number).update(heard_at=clock.wall())


def cases_follow(cases: QuerySet[ChainCase]) -> None:
    """Ask for those of which something was heard, and bring home what is complete."""
    if cases_ask(stale(cases)):
        files_fetch(cases)


def cases_ask(cases: Iterable[ChainCase]) -> bool:
    """Ask how each of them stands. False: 电子签名 did not answer, and the rest was not asked."""
    for case in cases:
        began = clock.wall()
        try:
            answer_store(case, signing().batch_show(case.number), began)
        except SigningFailed as failed:
            case_trouble(case, failed)
            if isinstance(failed, Unreachable):
                return False
    return True


def files_fetch(cases: QuerySet[ChainCase]) -> None:
    """Bring signed files home, their digests checked, with the count of their signatures; some at a time."""
    waiting = ChainPaper.objects.filter(case__in=cases, state="complete", signed_pdf=None)
    for paper in waiting.select_related("case").defer("pdf", "text")[:FETCHED_AT_ONCE]:
        try:
            signed = signing().document_signed(paper.ref, sha256=paper.stated_sha256)
            signatures = signing().document_signatures(paper.ref)
        except SigningFailed as failed:
            case_trouble(paper.case, failed)
            if isinstance(failed, Unreachable):
                return
            continue
        ChainPaper.objects.filter(pk=paper.pk, signed_pdf=None).update(
            signed_pdf=signed.content, signatures=len(signatures)
        )


def case_cancel(case: ChainCase) -> bool:
    """Nothing more of it is to be signed; what never came there is over here. False: 电子签名 did not answer."""
    began = clock.wall()
    try:
        answer_store(case, signing().batch_cancel(case.number), began)
    except Missing:
        ChainCase.objects.filter(pk=case.pk).update(state="cancelled", over=True, problem="", unanswered=False)
    except SigningFailed as failed:
        case_trouble(case, failed)
        return False
    return True


def case_trouble(case: ChainCase, failed: SigningFailed) -> None:
    """Keep why a call did not do what it should."""
    ChainCase.objects.filter(pk=case.pk).update(problem=str(failed)[:300], unanswered=isinstance(failed, Unreachable))


@transaction.atomic
def answer_store(case: ChainCase, said: BatchState, began: datetime) -> None:
    """Keep an answer, unless one to a later question is here already. `began`: when it was asked for."""
    row = ChainCase.objects.select_for_update().get(pk=case.pk)
    if row.asked_at is not None and row.asked_at >= began:
        return
    row.state, row.over, row.asked_at = said.state, said.over, began
    row.problem, row.unanswered = "", False
    row.save(update_fields=["state", "over", "asked_at", "problem", "unanswered"])
    papers = {paper.ref: paper for paper in row.papers.defer("pdf", "signed_pdf", "text")}
    for document in said.documents:
        if document.ref in papers:
            _paper_store(papers[document.ref], document)


def _paper_store(paper: ChainPaper, said: DocumentState) -> None:
    paper.state, paper.problem, paper.stated_sha256 = said.state, said.problem[:300], said.signed_sha256 or ""
    paper.tasks = [_task(task) for task in said.tasks]
    paper.save(update_fields=["state", "problem", "stated_sha256", "tasks"])


def _task(task: TaskState) -> dict[str, str]:
    principal = task.on_behalf_of.name if task.on_behalf_of else ""
    said = {"name": task.signer_name, "role": task.role, "kind": task.kind, "state": task.state, "reason": task.reason}
    return {**said, "principal": principal}
