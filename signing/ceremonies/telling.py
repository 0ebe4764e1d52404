"""Telling a signer that his ceremony is over (可以关掉这一页，签完发短信)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from foundation import clock
from foundation.notify.services import sms_send
from signing.ceremonies.events import CeremonyDone
from signing.ceremonies.models import Ceremony
from signing.ceremonies.states import CeremonyState, ItemState

STAYED = timedelta(seconds=20)
"""Whoever waited no longer than this has seen it on the page, unless he asked to be told and left."""


def signer_tell_done(event: CeremonyDone) -> None:
    """Text the signer when he asked for it, or when it took long enough for him to have left."""
    ceremony = Ceremony.objects.select_related("subject").get(pk=event.ceremony)
    if ceremony.tell_asked_at or _took_long(ceremony):
        _tell(ceremony)


@transaction.atomic
def signer_asks(ceremony: Ceremony) -> bool:
    """关掉，签完短信告诉我: he is texted in any case, at once when it was done before he pressed. False when nothing will be sent:
    no mobile is known, or the ceremony was given up."""
    locked = Ceremony.objects.select_for_update(of=("self",)).select_related("subject").get(pk=ceremony.pk)
    if locked.state not in {CeremonyState.SIGNING, CeremonyState.DONE} or not locked.subject.mobile:
        return False
    locked.tell_asked_at = clock.wall()
    locked.save(update_fields=["tell_asked_at"])
    if locked.state == CeremonyState.DONE:
        _tell(locked)
    return True


def _took_long(ceremony: Ceremony) -> bool:
    return bool(ceremony.proved_at and ceremony.done_at and ceremony.done_at - ceremony.proved_at >= STAYED)


def _tell(ceremony: Ceremony) -> None:
    """Once, whoever asks for it."""
    signed = ceremony.items.filter(state=ItemState.SIGNED).count()
    left = ceremony.items.exclude(state=ItemState.SIGNED).values("task__document").distinct().count()
    done = [f"您的 {signed} 处签名已经签好"] if signed else []
    undone = [f"{left} 份文书没有签上，请打开电子签名查看"] if left else []
    text = f"【电子签名】{'，'.join([*done, *undone])}。签署编号 {ceremony.no}。"
    sms_send(mobile=ceremony.subject.mobile, template="signing_done", text=text, ref=f"ceremony:{ceremony.no}")
