"""名称申报: one wish for a name and its whole way — declared, taken up, looked at, granted or not. R101-R111."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.crypto.fields import EncryptedTextField
from foundation.files.models import StoredFile
from reg.naming.models import Reservation


class Declaration(models.Model):
    """What was declared, by whom, and what the authority said. The name itself is kept by its reservation."""

    class State(models.TextChoices):
        """Where it stands with the authority."""

        REVIEW = "review", "审核中"
        GRANTED = "granted", "已核准"
        REFUSED = "refused", "不予核准"
        WITHDRAWN = "withdrawn", "已撤回"

    class Business(models.TextChoices):
        """What the name is for (R101)."""

        ESTABLISH = "establish", "新设企业的名称"
        CHANGE = "change", "企业改名"
        MOVE_IN = "move_in", "外省市迁入"

    number = models.CharField(max_length=22, unique=True)
    """申请号."""
    onestop_serial = models.CharField(max_length=40, blank=True, db_index=True)
    """一网通办办件编号."""
    business = models.CharField(max_length=10, choices=Business.choices)
    kind = models.CharField(max_length=30)
    written = models.CharField(max_length=200)
    parts = models.JSONField()
    """region, trade, industry, form, order, small_class, group: as they were declared."""
    authority = models.CharField(max_length=6)
    """登记机关 that decides."""
    uscc = models.CharField(max_length=18, blank=True, db_index=True)
    """The enterprise itself where there is one: for a change here, for a move in the other province."""
    old_name = models.CharField(max_length=200, blank=True)
    """Its name until now."""
    parent_uscc = models.CharField(max_length=18, blank=True, db_index=True)
    """隶属企业 of a branch."""
    parent_name = models.CharField(max_length=200, blank=True)
    declared_by = models.CharField(max_length=64, db_index=True)
    """The person, by the blind index."""
    declarer = EncryptedTextField(default="")
    plea = EncryptedTextField(default="")
    """依据说明 of the applicant, for a name that is restricted."""
    related = models.JSONField(default=list)
    """Enterprises with which the applicant says there is an investment relation (名称规定17): uscc, written."""
    findings = models.JSONField(default=list)
    """What the rules said when it was declared: code, severity, message, basis."""
    hits = models.JSONField(default=list)
    """Similar names that were shown and acknowledged: written, chip, alike, basis."""
    state = models.CharField(max_length=10, choices=State.choices)
    reservation = models.OneToOneField(Reservation, on_delete=models.PROTECT, related_name="declaration")
    due = models.DateField(null=True)
    """The last day for the desk."""
    declared_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    """受理: an examiner took it, or the system at once."""
    decided_at = models.DateTimeField(null=True)
    """审核、核准."""
    taken_by = models.CharField(max_length=40, blank=True)
    taken_name = models.CharField(max_length=40, blank=True)
    taken_until = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    """Staff; empty where the system granted it at once."""
    reason = EncryptedTextField(default="")
    """Of the decision, told to the applicant."""
    asked = EncryptedTextField(default="")
    """What the desk asks the applicant to add."""
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    """When the applicant added something after that."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["authority", "due"], name="declaration_queue", condition=models.Q(state="review"))
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.written}"


class Proof(models.Model):
    """依据材料 of a declaration: a trademark certificate, an approval, a consent."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="proofs")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    pages = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
