"""Applications that 一网通办 keeps count of (办件)."""

from __future__ import annotations

from django.db import models


class OneStopCase(models.Model):
    """One application and what it was told about its progress."""

    serial = models.CharField(max_length=40, unique=True)
    application_no = models.CharField(max_length=60, unique=True)
    matter_code = models.CharField(max_length=40)
    applicant = models.JSONField(default=dict)
    statuses = models.JSONField(default=list)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.serial
