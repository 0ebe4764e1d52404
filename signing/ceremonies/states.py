"""States of a verification, a ceremony and its items, one table each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models

from signing.tasks.states import WrongState


class VerificationState(models.TextChoices):
    ASKED = "asked", "等核验"
    PASSED = "passed", "通过"
    FAILED = "failed", "没有通过"
    EXPIRED = "expired", "超时"
    REFUSED = "refused", "拒绝采信"


class VerificationVerb(StrEnum):
    CONFIRM = "confirm"
    FAIL = "fail"
    EXPIRE = "expire"
    REFUSE = "refuse"


class QrState(StrEnum):
    """How far the other phone is. Computed, since the picture ends by itself."""

    NONE = "none"
    """Nothing is shown to be scanned."""
    WAITING = "waiting"
    SCANNED = "scanned"
    ENDED = "ended"


class CeremonyState(models.TextChoices):
    VERIFYING = "verifying", "等本人核验"
    SIGNING = "signing", "正在落签"
    DONE = "done", "办完"
    DROPPED = "dropped", "没有办"


class CeremonyVerb(StrEnum):
    PROVE = "prove"
    FINISH = "finish"
    DROP = "drop"


class ItemState(models.TextChoices):
    QUEUED = "queued", "排队"
    SIGNED = "signed", "签好了"
    FAILED = "failed", "没签上"
    DROPPED = "dropped", "没有签"


VERIFICATION_MOVES: Mapping[tuple[VerificationState, VerificationVerb], VerificationState] = {
    (VerificationState.ASKED, VerificationVerb.CONFIRM): VerificationState.PASSED,
    (VerificationState.ASKED, VerificationVerb.FAIL): VerificationState.FAILED,
    (VerificationState.ASKED, VerificationVerb.EXPIRE): VerificationState.EXPIRED,
    (VerificationState.ASKED, VerificationVerb.REFUSE): VerificationState.REFUSED,
}

CEREMONY_MOVES: Mapping[tuple[CeremonyState, CeremonyVerb], CeremonyState] = {
    (CeremonyState.VERIFYING, CeremonyVerb.PROVE): CeremonyState.SIGNING,
    (CeremonyState.VERIFYING, CeremonyVerb.DROP): CeremonyState.DROPPED,
    (CeremonyState.SIGNING, CeremonyVerb.FINISH): CeremonyState.DONE,
}


def verification_next(state: VerificationState, verb: VerificationVerb) -> VerificationState:
    """Where `verb` leads; WrongState when the table has no such line."""
    try:
        return VERIFICATION_MOVES[state, verb]
    except KeyError:
        raise WrongState(f"这次核验{state.label}，不能再变。") from None


def ceremony_next(state: CeremonyState, verb: CeremonyVerb) -> CeremonyState:
    """Where `verb` leads; WrongState when the table has no such line."""
    try:
        return CEREMONY_MOVES[state, verb]
    except KeyError:
        raise WrongState(f"这次签署{state.label}，不能再变。") from None
