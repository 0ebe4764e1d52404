"""核对审计链 by the worker: daily, and when the auditor asks. The page shows up to where the chain was walked and what was found."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from foundation import clock
from foundation.audit import chain
from foundation.audit.models import AuditCheck, AuditEvent, AuditHead, AuditLink
from foundation.jobs import job

DAILY = timedelta(hours=24)
MOST_FAULTS = 50
KEPT = 60


@dataclass(frozen=True)
class ChainState:
    """How the chain stands now."""

    events: int
    linked: int
    """The last link."""
    unlinked: int
    """How many events wait for their link: those of the last second, as a rule."""
    oldest: datetime | None
    signed_at: datetime | None
    """When the head was last signed."""
    checked_at: datetime | None
    checked_upto: int
    checked_upto_at: datetime | None
    fault_count: int
    faults: tuple[str, ...]


def chain_state() -> ChainState:
    """What the auditor reads of the chain, from the last walk and from now."""
    link = AuditLink.objects.order_by("-seq").first()
    head = AuditHead.objects.order_by("-signed_at").first()
    check = AuditCheck.objects.order_by("-pk").first()
    oldest = AuditEvent.objects.order_by("pk").values_list("at", flat=True).first()
    unlinked = chain.fresh_count(link)
    linked = link.seq if link else 0
    return ChainState(
        events=linked + unlinked,
        linked=linked,
        unlinked=unlinked,
        oldest=oldest,
        signed_at=head.signed_at if head else None,
        checked_at=check.at if check else None,
        checked_upto=check.upto if check else 0,
        checked_upto_at=check.upto_at if check else None,
        fault_count=check.fault_count if check else 0,
        faults=tuple(check.faults) if check else (),
    )


def chain_check() -> AuditCheck:
    """Walk the whole chain and keep what was found."""
    began, upto = time.monotonic(), AuditLink.objects.order_by("-seq").first()
    faults = chain.verify()
    first = [fault.message for fault in islice(faults, MOST_FAULTS)]
    more = sum(1 for _ in faults)
    event = AuditEvent.objects.filter(pk=upto.event_id).first() if upto else None
    check = AuditCheck.objects.create(
        at=clock.wall(),
        upto=upto.seq if upto else 0,
        upto_at=event.at if event else None,
        seconds=round(time.monotonic() - began, 3),
        fault_count=len(first) + more,
        faults=first,
    )
    AuditCheck.objects.filter(pk__lte=check.pk - KEPT).delete()
    return check


@job(queue="default", attempts=3)
def audit_check() -> None:
    """The walk as a job (the auditor's button)."""
    chain_check()


def check_ask() -> None:
    """Have the worker walk the chain; asking again while it waits changes nothing."""
    audit_check.configure(queueing_lock="audit-check").defer_once()


def check_daily() -> None:
    """Ticker: walk the chain once a day."""
    last = AuditCheck.objects.order_by("-pk").values_list("at", flat=True).first()
    if last is None or clock.wall() - last > DAILY:
        chain_check()
