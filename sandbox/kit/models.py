"""Answers that were given once (幂等): the same call with the same Idempotency-Key gets the same answer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class OnceAnswer(models.Model):
    """What was answered to a call that carried a key."""

    caller = models.CharField(max_length=40)
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["caller", "path", "key"], name="answered_once")]

    def __str__(self) -> str:
        return f"{self.caller} {self.path} {self.key}"
