"""Lookups (外部核验), the health of outside systems, and which signed calls were seen."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.crypto.fields import EncryptedJSONField


class Lookup(models.Model):
    """One question to an outside system and what came of it. Pages poll it, checks read its answer."""

    class State(models.TextChoices):
        WAITING = "waiting", "正在查"
        FOUND = "found", "查到了"
        NOT_FOUND = "not_found", "没有查到"
        UNAVAILABLE = "unavailable", "没有回应"

    port = models.CharField(max_length=40)
    subject_index = models.CharField(max_length=64)
    subject = EncryptedJSONField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = EncryptedJSONField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["port", "subject_index"], name="lookup_once")]
        indexes: ClassVar = [models.Index(fields=["state", "retry_at"], name="lookup_to_retry")]

    def __str__(self) -> str:
        return f"{self.port} {self.state}"

    @property
    def settled(self) -> bool:
        """Whether an answer is there (found or not found)."""
        return self.state in {self.State.FOUND, self.State.NOT_FOUND}


class SystemHealth(models.Model):
    """How an outside system has answered lately, over all processes."""

    system = models.CharField(max_length=40, primary_key=True)
    last_ok_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    last_why = models.CharField(max_length=80, blank=True)
    last_ms = models.PositiveIntegerField(default=0)
    ok_count = models.PositiveBigIntegerField(default=0)
    failed_count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.system


class ServiceNonce(models.Model):
    """A signed call that was let in: the same one is not let in again. Forgotten once its time stamp is too old anyway."""

    service = models.CharField(max_length=40)
    nonce = models.CharField(max_length=64)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "nonce"], name="service_nonce_once")]

    def __str__(self) -> str:
        return f"{self.service} {self.nonce[:6]}"
