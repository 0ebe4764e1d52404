"""Every seal that was made, and which one a company uses now."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation import clock


class MadeSeal(models.Model):
    """One electronic seal. A company keeps the same one until it is made anew."""

    es_id = models.CharField(max_length=40, unique=True)
    uscc = models.CharField(max_length=18)
    name = models.CharField(max_length=200)
    seal = models.BinaryField()
    """DER of the SESeal."""
    certificate_serial = models.CharField(max_length=60)
    """Of the e-licence certificate that it lists; decimal."""
    made_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    current = models.BooleanField(default=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uscc"], condition=models.Q(current=True), name="seal_current_once"),
        ]

    def __str__(self) -> str:
        return f"{self.es_id} {self.name}"

    @property
    def status(self) -> str:
        """valid, revoked, expired, or replaced by a newer one."""
        if self.revoked_at is not None:
            return "revoked"
        if self.valid_until <= clock.now():
            return "expired"
        return "valid" if self.current else "replaced"
