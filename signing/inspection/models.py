"""How often an address has asked lately."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Inspection(models.Model):
    """One question, for the limit alone: neither file nor answer is kept."""

    source = models.CharField(max_length=64)
    """Keyed digest of the asking address."""
    at = models.DateTimeField()
    """Wall clock."""
    heavy = models.BooleanField()
    """A file was examined; a code costs less."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["source", "-at"], name="inspection_by_source")]

    def __str__(self) -> str:
        return f"{self.source[:8]} {self.at}"
