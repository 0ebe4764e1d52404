"""The evidence of a finished document, and the time stamp over it."""

from __future__ import annotations

import secrets
from typing import ClassVar

import pgtrigger
from django.db import models

from foundation import clock
from foundation.crypto.fields import EncryptedJSONField
from signing.tasks.models import Document


def public_code() -> str:
    """验签码: whoever holds it may see whether the document is genuine, and nothing else. 128 bits of chance."""
    return secrets.token_hex(16)


class EvidenceRecord(models.Model):
    """签名证据 of one document, as it stood when the last signature came. Append-only."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="evidence")
    code = models.CharField(max_length=32, unique=True, default=public_code)
    main = EncryptedJSONField()
    """The document, and of every signature a line with the digest of its part. Signed by none, stamped by the clock."""
    parts = EncryptedJSONField()
    """One per signature, in the order of signing: who, how proved, with what, when, from where."""
    sm3 = models.CharField(max_length=64, unique=True)
    """Of `main` in its canonical form: what is stamped and stands in the audit trail."""
    kept_at = models.DateTimeField()
    """Legal time."""

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="evidence_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.code


class TimeStamp(models.Model):
    """可信时间戳 over one evidence record: asked for until it is there, then never changed."""

    record = models.OneToOneField(EvidenceRecord, on_delete=models.PROTECT, related_name="stamp")
    asked_at = models.DateTimeField(default=clock.wall)
    """Since when it is wanted. Wall clock."""
    token = models.BinaryField(null=True)
    """DER of the token."""
    stamped_at = models.DateTimeField(null=True)
    """As the token says."""
    serial = models.CharField(max_length=64, blank=True)
    """Of the token, hexadecimal."""
    problem = models.CharField(max_length=200, blank=True)
    """Why there is none yet, in words."""
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    """Wall clock."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="stamp_to_fetch", condition=models.Q(token=None)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="stamp_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__token__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.stamped_at or self.problem}"
