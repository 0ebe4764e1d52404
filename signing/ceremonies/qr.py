"""二维码刷脸 (R138, R145): the face is shown to another phone, which knows nothing of the signer's log-in and nothing of the case."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from foundation import clock
from foundation.audit import record
from foundation.identity.actor import Actor
from foundation.outside.result import Found, NotFound, Result, Unavailable
from signing.ceremonies.models import Verification
from signing.ceremonies.states import QrState, VerificationState
from signing.ceremonies.verifying import ASK_EVERY, verification_settle
from signing.integrations import verification as port
from signing.tasks.models import Subject

ENOUGH = timedelta(seconds=20)
"""A picture that ends sooner is not shown again."""


def qr_state(check: Verification) -> QrState:
    """What is to be shown of the other phone now."""
    if check.state != VerificationState.ASKED or check.qr_ends_at is None:
        return QrState.NONE
    if check.scanned_at:
        return QrState.SCANNED
    return QrState.WAITING if check.qr_ends_at > clock.wall() else QrState.ENDED


def face_asked(*, actor: Actor, subject: Subject) -> Verification | None:
    """The face check outside any ceremony that this log-in has begun and that waits for its phone."""
    return (
        Verification.objects.filter(
            subject=subject,
            purpose=Verification.Purpose.FACE,
            ceremony=None,
            session=actor.session_ref,
            state=VerificationState.ASKED,
            qr_ends_at__isnull=False,
            lapses_at__gt=clock.wall(),
        )
        .order_by("-pk")
        .first()
    )


def qr_ask(*, actor: Actor, check: Verification) -> Result[Verification]:
    """Show a picture for this face check. One that nobody has scanned yet stays; a new one takes the check from the phone before.

    Found also when 多源认证 says that the check is over: then it is settled.
    """
    if qr_state(check) == QrState.WAITING and check.qr_ends_at and check.qr_ends_at > clock.wall() + ENOUGH:
        return Found(check)
    match port.check_qr(check.provider_no):
        case Unavailable() as silent:
            return silent
        case NotFound():
            return Found(verification_settle(check.ref))
        case Found(code):
            _show(check, code)
            record(actor, "verification.qr", "verification", check.ref)
            check.refresh_from_db()
            return Found(check)


def _show(check: Verification, code: port.QrCode) -> None:
    """Of two that were asked for at once the later one counts, there as here."""
    earlier = Q(qr_ends_at=None) | Q(qr_ends_at__lte=code.ends_at)
    Verification.objects.filter(earlier, pk=check.pk, state=VerificationState.ASKED).update(
        qr_url=code.url, qr_ends_at=code.ends_at, scanned_at=None, ask_after=clock.wall() + ASK_EVERY
    )
