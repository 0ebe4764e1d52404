"""Pictures to be scanned (二维码): each opens a session on one phone, the first that scans it in time."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum

from django.db import transaction

from foundation import clock
from sandbox.callbacks.services import callback_queue
from sandbox.verification.models import QrCode, Session
from sandbox.verification.services import session_result

LIVES = timedelta(minutes=3)
"""How long a picture may be scanned."""


class Found(StrEnum):
    """What a phone finds behind a picture."""

    MINE = "mine"
    """The session is open, and on this phone."""
    TAKEN = "taken"
    OLD = "old"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"


@transaction.atomic
def code_issue(session: Session) -> QrCode | None:
    """A new picture in place of all earlier ones; None when the session is over."""
    row = Session.objects.select_for_update().get(pk=session.pk)
    if not row.open:
        return None
    return QrCode.objects.create(
        session=row, secret=secrets.token_urlsafe(24), expires_at=min(clock.wall() + LIVES, row.expires_at)
    )


@transaction.atomic
def code_scan(code: QrCode, phone: str) -> Found:
    """A phone opens the address of a picture: the first one has it from now on. Tells the application that it was scanned."""
    session = Session.objects.select_for_update().get(pk=code.session_id)
    row = QrCode.objects.select_related("session").get(pk=code.pk)
    if not session.open:
        return Found(session.state)
    if session.codes.filter(pk__gt=row.pk).exists():
        return Found.OLD
    if row.phone:
        return Found.MINE if row.phone == phone else Found.TAKEN
    if row.expires_at <= clock.wall():
        return Found.OLD
    row.phone, row.scanned_at = phone, clock.wall()
    row.save(update_fields=["phone", "scanned_at"])
    callback_queue("verification", session.callback_url, session_result(session), ref=session.session_no)
    return Found.MINE
