"""Seal keys of registration authorities, and what was sealed with them."""

from __future__ import annotations

from django.db import models

from foundation.crypto.fields import EncryptedTextField
from foundation.files.models import StoredFile


class AuthorityKey(models.Model):
    """The seal of one authority: key (encrypted) and certificate. Renewed when the certificate ends."""

    authority = models.CharField(max_length=6)
    name = models.CharField(max_length=60)
    private = EncryptedTextField()
    certificate = models.BinaryField()
    chain = models.JSONField(default=list)
    not_after = models.DateTimeField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"seal of {self.authority}"


class AuthoritySeal(models.Model):
    """One sealed document; the same reference gives the same file."""

    client = models.CharField(max_length=40)
    ref = models.CharField(max_length=80)
    authority = models.CharField(max_length=6)
    case_no = models.CharField(max_length=40, blank=True)
    """业务流水号; empty for seals from before it was told."""
    title = models.CharField(max_length=120, blank=True)
    before_sm3 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    certificate_serial = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "ref"], name="authority_sealed_once")]
        indexes = [
            models.Index(fields=["case_no"], name="authority_seal_by_case"),
            models.Index(fields=["certificate_serial"], name="authority_seal_by_key"),
        ]
