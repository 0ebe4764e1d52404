"""The audit trail (审计日志, 等保三级; R157 业务日志完整性). Rows are inserted in the transaction of what they record;
each bears a keyed digest (HMAC-SM3), a linker chains committed rows by SM3 and signs the head by SM2. `chain.verify`
finds a changed, removed or inserted row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from foundation import clock

if TYPE_CHECKING:
    from foundation.audit.models import AuditEvent
    from foundation.identity.actor import Actor

Detail = str | int | bool | None | list[str] | dict[str, str]


def record(
    actor: Actor,
    verb: str,
    obj_kind: str,
    obj_ref: str,
    /,
    *,
    at_most_every: timedelta | None = None,
    **details: Detail,
) -> None:
    """Write down that `actor` did `verb` (`noun.verb`) to one object. Details hold codes and numbers, never personal data.

    With `at_most_every`, an equal act of the same actor within that time is not written again (autosaves of a draft).
    """
    from foundation.audit.models import AuditEvent

    if (
        at_most_every is not None
        and AuditEvent.objects.filter(
            actor=actor.ref, verb=verb, obj_kind=obj_kind, obj_ref=obj_ref, at__gt=clock.wall() - at_most_every
        ).exists()
    ):
        return
    acted(actor, verb, obj_kind, obj_ref, **details).save(force_insert=True)


def acted(actor: Actor, verb: str, obj_kind: str, obj_ref: str, /, **details: Detail) -> AuditEvent:
    """An act as `record` writes it down, for `record_all`."""
    from foundation.audit.models import AuditEvent

    event = AuditEvent(
        at=clock.wall(),
        legal_at=clock.now(),
        actor_kind=actor.kind,
        actor=actor.ref,
        session=actor.session_ref,
        verb=verb,
        obj_kind=obj_kind,
        obj_ref=obj_ref,
        details=details,
    )
    event.mac = event.own_mac()
    return event


def record_all(events: Iterable[AuditEvent]) -> None:
    """`record` for many at once: what `acted` has made, in this order."""
    from foundation.audit.models import AuditEvent

    AuditEvent.objects.bulk_create(events)
