"""The second factor of staff: time-based one-time codes (TOTP, RFC 6238), each usable once."""

from __future__ import annotations

import base64
import secrets
import time

from django.db import transaction
from django_otp.oath import TOTP

from foundation.identity.models import StaffUser

STEP_SECONDS = 30
TOLERANCE = 1


def otp_secret_make() -> str:
    """A fresh secret, base32 as authenticator apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def _totp(secret: str) -> TOTP:
    totp = TOTP(base64.b32decode(secret), step=STEP_SECONDS)
    totp.time = time.time()
    return totp


def otp_now(secret: str) -> str:
    """The code that is valid now (demo-otp prints it)."""
    return f"{_totp(secret).token():06d}"


def otp_check(user: StaffUser, code: str) -> bool:
    """Whether `code` is right and was not used before; remembers its time step."""
    if not (user.otp_secret and code.isdigit() and len(code) == 6):
        return False
    with transaction.atomic():
        row = StaffUser.objects.select_for_update().get(pk=user.pk)
        totp = _totp(row.otp_secret)
        if not totp.verify(int(code), tolerance=TOLERANCE, min_t=row.otp_last_step + 1):
            return False
        row.otp_last_step = totp.t()
        row.save(update_fields=["otp_last_step"])
    return True
