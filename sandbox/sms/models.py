"""Messages that were sent (短信)."""

from __future__ import annotations

import re
from typing import ClassVar

from django.db import models

LINK = re.compile(r"(https?://[!-~]+)")


class Message(models.Model):
    """One message on somebody's phone."""

    message_id = models.CharField(max_length=40, unique=True)
    sender = models.CharField(max_length=40)
    mobile = models.CharField(max_length=20)
    template = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500)
    ref = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["mobile", "-id"], name="message_by_mobile")]

    def __str__(self) -> str:
        return self.message_id

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is an address to tap."""
        return [(piece, bool(LINK.fullmatch(piece))) for piece in LINK.split(self.text) if piece]
