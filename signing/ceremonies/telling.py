"""Telling a signer that his ceremony is over (可以关掉这一页，签完发短信)."""

from __future__ import annotations

from datetime import timedelta

from foundation.notify.services import sms_send
from signing.ceremonies.events import CeremonyDone
from signing.ceremonies.models import Ceremony
from signing.ceremonies.states import ItemState

STAYED = timedelta(seconds=20)
"""Whoever waited no longer than this has seen it on the page."""


def signer_tell_done(event: CeremonyDone) -> None:
    """Text the signer when it took long enough for him to have left."""
    ceremony = Ceremony.objects.select_related("subject").get(pk=event.ceremony)
    if ceremony.proved_at is None or ceremony.done_at is None or ceremony.done_at - ceremony.proved_at < STAYED:
        return
    states = list(ceremony.items.values_list("state", flat=True))
    signed = states.count(ItemState.SIGNED)
    failed = len(states) - signed
    rest = f"，{failed} 份没有签上，请打开电子签名查看" if failed else ""
    text = f"【电子签名】您的 {signed} 处签名已经签好{rest}。签署编号 {ceremony.no}。"
    sms_send(mobile=ceremony.subject.mobile, template="signing_done", text=text, ref=f"ceremony:{ceremony.no}")
