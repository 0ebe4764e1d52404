"""The authority's own keys, and every certificate it issued."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.crypto.fields import EncryptedTextField


class AuthorityKey(models.Model):
    """Root and issuing authority, and the keys of time stamps and seals. The private numbers are encrypted; they are made once."""

    level = models.CharField(max_length=8, primary_key=True)
    """root, issuing, tsa, tsa_old, maker or stranger."""
    certificate = models.TextField()
    private = EncryptedTextField()

    def __str__(self) -> str:
        return self.level


class Issued(models.Model):
    """One certificate."""

    class Kind(models.TextChoices):
        EVENT = "event", "事件证书"
        ORGANISATION = "organisation", "机构证书"

    serial = models.CharField(max_length=60, unique=True)
    """Decimal."""
    kind = models.CharField(max_length=12, choices=Kind)
    subject_name = models.CharField(max_length=200)
    subject_ref = models.CharField(max_length=120)
    verification_serial_no = models.CharField(max_length=40, blank=True)
    certificate = models.TextField()
    issued_at = models.DateTimeField()
    not_after = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["verification_serial_no"], name="issued_by_verification")]

    def __str__(self) -> str:
        return f"{self.kind} {self.serial}"
