"""What happens to cases, for those who want to hear it."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.outbox import Event


@dataclass(frozen=True)
class CaseWithdrawn(Event):
    """撤回 or 超期: open signing tasks are void."""

    case_no: str


@dataclass(frozen=True)
class SignaturesRequested(Event):
    """The papers of a round go to their signers."""

    case_no: str
    round: int


@dataclass(frozen=True)
class CaseReopened(Event):
    """Back to filling in: open signing tasks are void."""

    case_no: str
    round: int


@dataclass(frozen=True)
class CaseSubmitted(Event):
    """提交: the authority has it."""

    case_no: str
    round: int


@dataclass(frozen=True)
class CaseReturned(Event):
    """补正."""

    case_no: str
    round: int


@dataclass(frozen=True)
class CaseRefused(Event):
    """不予登记."""

    case_no: str


@dataclass(frozen=True)
class CaseApproved(Event):
    """核准: the register holds the new facts."""

    case_no: str
