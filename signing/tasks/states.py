"""States of a document and of a signing task (签名状态控制, R149), each machine in one table.

The database holds the same tables (`guard()`), so no bulk write can skip a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.db import models

State = TypeVar("State", bound=str)
Verb = TypeVar("Verb", bound=str)


class WrongState(Exception):
    """The thing is not in a state from which this can be done; the message tells the reader why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DocumentState(models.TextChoices):
    FETCHING = "fetching", "正在取文件"
    REJECTED = "rejected", "文件不能签"
    OPEN = "open", "待签"
    COMPLETE = "complete", "已签齐"
    REFUSED = "refused", "有人不同意"
    CANCELLED = "cancelled", "已取消"


class DocumentVerb(StrEnum):
    ADMIT = "admit"
    REJECT = "reject"
    COMPLETE = "complete"
    REFUSE = "refuse"
    CANCEL = "cancel"


class TaskState(models.TextChoices):
    OPEN = "open", "待签"
    SIGNING = "signing", "正在签"
    SIGNED = "signed", "已签"
    REFUSED = "refused", "不同意"
    CANCELLED = "cancelled", "已取消"


class TaskVerb(StrEnum):
    BEGIN = "begin"
    RELEASE = "release"
    SIGN = "sign"
    REFUSE = "refuse"
    CANCEL = "cancel"


DOCUMENT_MOVES: Mapping[tuple[DocumentState, DocumentVerb], DocumentState] = {
    (DocumentState.FETCHING, DocumentVerb.ADMIT): DocumentState.OPEN,
    (DocumentState.FETCHING, DocumentVerb.REJECT): DocumentState.REJECTED,
    (DocumentState.FETCHING, DocumentVerb.CANCEL): DocumentState.CANCELLED,
    (DocumentState.OPEN, DocumentVerb.COMPLETE): DocumentState.COMPLETE,
    (DocumentState.OPEN, DocumentVerb.REFUSE): DocumentState.REFUSED,
    (DocumentState.OPEN, DocumentVerb.CANCEL): DocumentState.CANCELLED,
}

TASK_MOVES: Mapping[tuple[TaskState, TaskVerb], TaskState] = {
    (TaskState.OPEN, TaskVerb.BEGIN): TaskState.SIGNING,
    (TaskState.OPEN, TaskVerb.REFUSE): TaskState.REFUSED,
    (TaskState.OPEN, TaskVerb.CANCEL): TaskState.CANCELLED,
    (TaskState.SIGNING, TaskVerb.RELEASE): TaskState.OPEN,
    (TaskState.SIGNING, TaskVerb.SIGN): TaskState.SIGNED,
    (TaskState.SIGNING, TaskVerb.CANCEL): TaskState.CANCELLED,
}

LOCKED = frozenset({DocumentState.FETCHING, DocumentState.OPEN})
"""While a document is in one of these it belongs to 电子签名: its bytes do not change and no other order may hold it."""

PENDING = frozenset({TaskState.OPEN, TaskState.SIGNING})


def document_next(state: DocumentState, verb: DocumentVerb) -> DocumentState:
    """Where `verb` leads from `state`; WrongState when the table has no such line."""
    try:
        return DOCUMENT_MOVES[state, verb]
    except KeyError:
        raise WrongState(f"这份文书{state.label}，不能再办这一步。") from None


def task_next(state: TaskState, verb: TaskVerb) -> TaskState:
    """Where `verb` leads from `state`; WrongState when the table has no such line."""
    try:
        return TASK_MOVES[state, verb]
    except KeyError:
        raise WrongState(f"这处签名{state.label}，不能再办这一步。") from None


def transitions(moves: Mapping[tuple[State, Verb], State]) -> list[tuple[str, str]]:
    """The pairs (from, to) of a table, for the database guard."""
    return sorted({(str(state), str(target)) for (state, _), target in moves.items()})


def drawing(moves: Mapping[tuple[State, Verb], State]) -> str:
    """The table as lines `state --verb--> state`, for the documentation and its test."""
    return "\n".join(f"{state} --{verb}--> {target}" for (state, verb), target in moves.items())
