"""Telling a person something, once."""

from __future__ import annotations

from django.db.models import QuerySet

from foundation import clock
from foundation.jobs import job
from foundation.notify.models import InboxMessage, TextMessage
from foundation.outside.client import OutsideClient, OutsideDown


def inbox_put(*, person_index: str, kind: str, title: str, text: str, ref: str, link: str = "") -> bool:
    """Put a message into the inbox; False when this person was told under this `ref` already."""
    _, created = InboxMessage.objects.get_or_create(
        person_index=person_index,
        ref=ref,
        defaults={"kind": kind, "title": title, "text": text, "link": link, "sent_at": clock.now()},
    )
    return created


def inbox_of(person_index: str) -> QuerySet[InboxMessage]:
    """A person's messages, newest first."""
    return InboxMessage.objects.filter(person_index=person_index).order_by("-sent_at", "-pk")


def inbox_read(person_index: str, message_id: int) -> InboxMessage | None:
    """Open one message: marks it read; None when it is not this person's."""
    message = InboxMessage.objects.filter(pk=message_id, person_index=person_index).first()
    if message and message.read_at is None:
        message.read_at = clock.now()
        message.save(update_fields=["read_at"])
    return message


def sms_send(*, mobile: str, template: str, text: str, ref: str) -> None:
    """Have the worker send a text message; the same `ref` is sent once."""
    if not mobile:
        return
    message, created = TextMessage.objects.get_or_create(
        ref=ref, defaults={"mobile": mobile, "template": template, "text": text, "made_at": clock.wall()}
    )
    if created:
        sms_deliver.defer(message_id=message.pk)


@job(queue="notify", attempts=8)
def sms_deliver(message_id: int) -> None:
    """Hand a text message to the SMS system; the reference lets it drop a repeat."""
    message = TextMessage.objects.get(pk=message_id)
    if message.sent_at:
        return
    message.attempts += 1
    try:
        reply = OutsideClient("sms").post(
            "/messages",
            {"to": message.mobile, "template": message.template, "text": message.text, "ref": message.ref},
            idempotency_key=message.ref,
        )
        if reply.status >= 400:
            raise OutsideDown("sms", f"不接受（{reply.status}）")
    except OutsideDown as down:
        message.why = down.why
        message.save(update_fields=["attempts", "why"])
        raise
    message.sent_at, message.why = clock.wall(), ""
    message.save(update_fields=["attempts", "sent_at", "why"])
