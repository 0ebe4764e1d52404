"""Running a ceremony: proofs, certificate, then its documents a few at a time. Idempotent: a killed worker's job starts over.

The key lives, encrypted, from the certificate to the last signature of this one ceremony and is then destroyed.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.crypto import crypto
from foundation.crypto.x509 import parse
from foundation.identity.actor import Actor
from foundation.jobs import job
from foundation.outbox import publish
from foundation.outside.client import OutsideDown
from signing.ceremonies.applying import item_refuse, items_sign
from signing.ceremonies.events import CeremonyDone
from signing.ceremonies.models import Ceremony
from signing.ceremonies.proofs import proof_of, verification_no
from signing.ceremonies.starting import item_release, items_lock
from signing.ceremonies.states import CeremonyState, CeremonyVerb, ItemState
from signing.ceremonies.trust import NoTrust, Trust, trust
from signing.guard.models import Reason
from signing.integrations import ca
from signing.tasks.subjects import subject_masked

LEASE = timedelta(seconds=45)
"""A run that has not said anything for so long is taken for dead and repeated."""
WAITS = (5, 10, 20, 30, 60)
"""Seconds between tries while the authority is silent."""
ENOUGH = timedelta(minutes=2)
"""A certificate that ends sooner is not used any more."""
AT_ONCE = 20
"""Items signed in one transaction."""
AUTHORITY = "认证机构"
log = structlog.get_logger(__name__)


@job(queue="signing", attempts=8)
def ceremony_run(ceremony_id: int) -> None:
    """Bring a proved ceremony forward as far as it goes now."""
    ceremony = _leased(ceremony_id)
    if ceremony is None:
        return
    if not ceremony.items.filter(state=ItemState.QUEUED).exists():
        _finish(ceremony)
        return
    missing = proof_of(ceremony).missing_whole
    if missing:
        _fail_all(ceremony, missing.label, refused=missing)
        return
    try:
        believed = trust()
        certificate_ensure(ceremony)
    except OutsideDown as down:
        _wait(ceremony, f"{AUTHORITY}（{down.why}）")
        return
    except NoTrust:
        _wait(ceremony, "管理员录入根证书")
        return
    except ca.AuthorityRefuses as no:
        _fail_all(ceremony, subject_masked(ceremony.subject, no.message))
        return
    held = _sign_all(ceremony, believed)
    if held:
        _wait(ceremony, "企业盖章", at=min(held, clock.wall() + timedelta(seconds=15)))
    else:
        _finish(ceremony)


def _sign_all(ceremony: Ceremony, believed: Trust) -> datetime | None:
    """A few items at a time. When one breaks in a way that nobody foresaw, it alone is left, for the job to fail by in the end."""
    queued = list(ceremony.items.filter(state=ItemState.QUEUED).order_by("pk").values_list("pk", flat=True))
    waits: list[datetime] = []
    broken: list[Exception] = []

    def signed(items: Sequence[int]) -> bool:
        try:
            held = items_sign(items, believed)
        except (
            Exception
        ) as error:  # whatever it is: the others are signed, then the job fails with it and is tried again
            log.warning("ceremony.broken", ceremony=ceremony.no, items=len(items), error=type(error).__name__)
            if len(items) == 1:
                broken.append(error)
            return False
        waits.extend([held] if held else [])
        return True

    for start in range(0, len(queued), AT_ONCE):
        some = queued[start : start + AT_ONCE]
        if not signed(some) and len(some) > 1:
            for one in some:
                signed([one])
    if broken:
        raise broken[0]
    return max(waits, default=None)


def _leased(ceremony_id: int) -> Ceremony | None:
    with transaction.atomic():
        ceremony = (
            Ceremony.objects.select_for_update(of=("self",))
            .select_related("subject")
            .filter(pk=ceremony_id, state=CeremonyState.SIGNING)
            .first()
        )
        if ceremony:
            ceremony.next_try_at = clock.wall() + LEASE
            ceremony.save(update_fields=["next_try_at"])
    return ceremony


def certificate_ensure(ceremony: Ceremony) -> None:
    """Key and event certificate of this ceremony; asked for again only when the old one is about to end."""
    if ceremony.certificate and parse(bytes(ceremony.certificate)).not_after > clock.now() + ENOUGH:
        return
    key = crypto().sm2_keygen()
    issued = ca.event_certificate(
        public_key=key.public,
        subject_name=ceremony.subject.name,
        subject_ref=ceremony.subject.key[:32],
        verification_no=verification_no(ceremony),
        ref=f"{ceremony.no}-{ceremony.attempts}",
    )
    # a run that was overtaken by another must not leave a key on a ceremony that is over
    Ceremony.objects.filter(pk=ceremony.pk, state=CeremonyState.SIGNING).update(
        private_key=key.private.hex(),
        public_key=key.public,
        certificate=issued.certificate,
        chain=[base64.b64encode(der).decode() for der in issued.chain],
        waits_for="",
        attempts=0,
    )


def _wait(ceremony: Ceremony, for_whom: str, *, at: datetime | None = None) -> None:
    """Note for whom we wait and until when; the ticker takes it up again."""
    seconds = WAITS[min(ceremony.attempts, len(WAITS) - 1)]
    Ceremony.objects.filter(pk=ceremony.pk, state=CeremonyState.SIGNING).update(
        waits_for=for_whom[:40],
        next_try_at=at or clock.wall() + timedelta(seconds=seconds),
        attempts=ceremony.attempts + 1,
    )


def _fail_all(ceremony: Ceremony, why: str, *, refused: Reason | None = None) -> None:
    with transaction.atomic():
        for item in items_lock(ceremony.items.values_list("pk", flat=True)):
            if refused:
                item_refuse(item, refused, ItemState.FAILED)
            else:
                item_release(item, why, state=ItemState.FAILED)
    _finish(ceremony)


@transaction.atomic
def _finish(ceremony: Ceremony) -> None:
    """Close a ceremony of which nothing is left, and destroy its key."""
    locked = Ceremony.objects.select_for_update().get(pk=ceremony.pk)
    if locked.state != CeremonyState.SIGNING or locked.items.filter(state=ItemState.QUEUED).exists():
        return
    locked.move(CeremonyVerb.FINISH)
    locked.private_key, locked.waits_for, locked.next_try_at = None, "", None
    locked.key_destroyed_at = locked.done_at = clock.now()
    locked.save()
    signed = locked.items.filter(state=ItemState.SIGNED).count()
    record(Actor.system("signing"), "ceremony.finish", "ceremony", locked.no, signed=signed)
    publish(CeremonyDone(ceremony=locked.pk))


def ceremonies_due() -> None:
    """Ticker: take up ceremonies whose next try has come, or whose run was killed."""
    due = Ceremony.objects.filter(state=CeremonyState.SIGNING, next_try_at__lte=clock.wall())
    for pk in due.values_list("pk", flat=True)[:200]:
        ceremony_run.configure(lock=f"ceremony:{pk}", queueing_lock=f"ceremony:{pk}").defer_once(ceremony_id=pk)
