"""Putting a message on a phone."""

from __future__ import annotations

from foundation import clock
from sandbox.kit.serials import serial_next
from sandbox.sms.models import Message


def message_send(*, sender: str, mobile: str, text: str, template: str = "", ref: str = "") -> Message:
    """Deliver at once."""
    return Message.objects.create(
        message_id=serial_next("sms", "DX"),
        sender=sender,
        mobile=mobile,
        template=template,
        text=text,
        ref=ref,
        sent_at=clock.now(),
    )
