"""Sending and checking the one-time code of the log-in page. Wall clock."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction

from foundation import clock
from sandbox.sms.services import message_send
from sandbox.sso.models import LoginCode
from sandbox.world.models import Person

LIVES = timedelta(minutes=5)
MOST_TRIES = 5


def code_send(mobile: str) -> bool:
    """Send a fresh code; False when nobody of the stories has this mobile."""
    if not Person.objects.filter(mobile=mobile).exists():
        return False
    code = f"{secrets.randbelow(1_000_000):06d}"
    LoginCode.objects.update_or_create(
        mobile=mobile, defaults={"code": code, "until": clock.wall() + LIVES, "wrong_tries": 0}
    )
    message_send(sender="sso", mobile=mobile, text=f"【随申办挡板】验证码 {code}，5 分钟内有效，不要告诉别人。")
    return True


@transaction.atomic
def code_check(mobile: str, code: str) -> Person | None:
    """The person behind mobile and code, once; None when they do not fit."""
    row = LoginCode.objects.select_for_update().filter(pk=mobile).first()
    if row is None or row.until < clock.wall() or row.wrong_tries >= MOST_TRIES:
        return None
    if not secrets.compare_digest(row.code.encode(), code.strip().encode()):
        row.wrong_tries += 1
        row.save(update_fields=["wrong_tries"])
        return None
    row.delete()
    return Person.objects.filter(mobile=mobile).first()
