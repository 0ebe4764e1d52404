"""拒绝并记录 (R148): attempts to skip, replay or borrow a verification, a ticket, a callback or a task are refused and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation import clock
from foundation.audit import record
from foundation.identity.actor import Actor

if TYPE_CHECKING:
    from signing.guard.models import Reason

__all__ = ["attempt_refuse"]


def attempt_refuse(
    reason: Reason,
    /,
    *,
    actor: Actor | None = None,
    subject_key: str = "",
    obj_kind: str,
    obj_ref: str,
    address: str = "",
    device: str = "",
    **details: str,
) -> None:
    """Write down a refused attempt, in the table that the operator searches and in the audit trail.

    `details` hold codes and numbers, never personal data. Call it outside of the transaction that the refusal rolls back.
    """
    from signing.guard.models import RefusedAttempt

    RefusedAttempt.objects.create(
        reason=reason,
        subject_key=subject_key or (actor.person_index if actor else ""),
        session=actor.session_ref if actor else "",
        obj_kind=obj_kind,
        obj_ref=obj_ref[:80],
        address=address[:45],
        device=device[:120],
        details=details,
        at=clock.wall(),
        legal_at=clock.now(),
    )
    record(
        actor or Actor.system("signing"), "attempt.refuse", obj_kind, obj_ref[:80], reason=str(reason), details=details
    )
