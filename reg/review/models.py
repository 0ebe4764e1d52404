"""审查: who has a case on the desk, and what he noted for the applicant."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.crypto.fields import EncryptedTextField
from reg.casefile.models import Case


class Claim(models.Model):
    """在办: one examiner has the case until `until`. The primary key is the lock; an expired claim may be taken over."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="desk_claim")
    staff = models.CharField(max_length=40)
    staff_name = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.staff}"


class Point(models.Model):
    """一处要补正的: noted while reviewing, sent with all others of the round at once (一次性告知)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="points")
    round = models.PositiveSmallIntegerField()
    """The return it will be part of: 1 for the first."""
    item = models.CharField(max_length=30, blank=True)
    field = models.CharField(max_length=40, blank=True)
    document = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=80)
    text = EncryptedTextField()
    basis = models.CharField(max_length=120, blank=True)
    noted_by = models.CharField(max_length=40)
    noted_at = models.DateTimeField()
    was_there_before = models.BooleanField(default=False)
    """In a further round: the thing was already there in the first submission, so a supervisor must give a reason."""

    class Meta:
        ordering: ClassVar = ["pk"]


class Decision(models.Model):
    """准予、不予、补正: what was decided when, by whom, and the number of its notice."""

    class Kind(models.TextChoices):
        APPROVE = "approve", "准予登记"
        REFUSE = "refuse", "不予登记"
        RETURN = "return", "补正"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=8, choices=Kind)
    round = models.PositiveSmallIntegerField()
    doc_no = models.CharField(max_length=40, unique=True)
    reason = EncryptedTextField(default="")
    decided_by = models.CharField(max_length=40)
    decided_at = models.DateTimeField()


class NoticeSerial(models.Model):
    """Last number of notices of an authority in a year."""

    pk = models.CompositePrimaryKey("authority", "year")
    authority = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()
