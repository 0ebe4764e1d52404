"""Callbacks (回调) that wait, were delivered, or are held back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Callback(models.Model):
    """One message to an application. Kept after delivery; delivered at least once, or never when it is held."""

    class State(models.TextChoices):
        WAITING = "waiting", "等着发"
        DELIVERED = "delivered", "送到了"
        HELD = "held", "扣着不发"
        GIVEN_UP = "given_up", "送不到，不再试"

    system = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    """What it is about, as the application calls it."""
    url = models.CharField(max_length=2000)
    payload = models.JSONField()
    played = models.CharField(max_length=12)
    """Which mode of callbacks made it: normal, late, twice …"""
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=200, blank=True)
    """What came of the last attempt."""
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "due_at"], name="callback_due")]

    def __str__(self) -> str:
        return f"{self.system} {self.ref} {self.state}"
