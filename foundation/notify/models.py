"""What people were told: the in-app inbox, and text messages on their way."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.crypto.fields import EncryptedTextField


class InboxMessage(models.Model):
    """A message in a person's inbox. The text carries no personal data beyond the names on the case."""

    person_index = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    text = EncryptedTextField()
    link = models.CharField(max_length=200, blank=True)
    ref = models.CharField(max_length=120)
    """What makes it one message: the same ref for the same person is not told twice."""
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person_index", "ref"], name="inbox_told_once")]
        indexes: ClassVar = [models.Index(fields=["person_index", "-sent_at"], name="inbox_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class TextMessage(models.Model):
    """A text message (短信): sent by the worker through the SMS port, at least once, with one reference."""

    ref = models.CharField(max_length=120, unique=True)
    mobile = EncryptedTextField()
    template = models.CharField(max_length=40)
    text = EncryptedTextField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.ref
