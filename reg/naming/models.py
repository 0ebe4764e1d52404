"""The index of names, its keys, claims and reservations. R101-R111; design.md §7."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models

from foundation.crypto.fields import EncryptedJSONField
from reg.naming.comparison import Standing


class IndexedName(models.Model):
    """A name others are compared with: registered, reserved, or given up less than a year ago."""

    scope = models.CharField(max_length=6, default="310000")
    """比对范围: the city (2025 指引)."""
    written = models.CharField(max_length=200, db_index=True)
    region = models.CharField(max_length=40)
    """This and the other parts as they are compared; `written` as it is written."""
    trade = models.CharField(max_length=120)
    industry = models.CharField(max_length=120)
    form = models.CharField(max_length=60)
    order = models.CharField(max_length=12)
    group = models.CharField(max_length=4, blank=True)
    small_class = models.CharField(max_length=4)
    standing = models.CharField(max_length=12, default=Standing.REGISTERED)
    until = models.DateField(null=True)
    """The last day on which it counts: end of the reservation, or a year after it was given up."""
    uscc = models.CharField(max_length=18, blank=True, db_index=True)
    confidence = models.PositiveSmallIntegerField(default=100)
    """How sure the parts are; what a clerk has looked at is 100."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["confidence", "id"], name="name_to_correct", condition=models.Q(confidence__lt=80)),
            models.Index(fields=["until"], name="name_ends", condition=models.Q(until__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.written


class NameKey(models.Model):
    """One key of one name. The primary key holds every column, so that a question is answered from the index alone."""

    pk = models.CompositePrimaryKey("key", "division", "meaning", "vague", "name_id")
    key = models.BigIntegerField()
    division = models.SmallIntegerField()
    """大类 as a number; 0 without one."""
    meaning = models.IntegerField()
    """The group of words of industry that mean the same; 0 without one."""
    vague = models.BooleanField()
    """No industry, or only 实业, 发展 … (比对规则4(5))."""
    name_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.key} {self.name_id}"


class Reservation(models.Model):
    """名称保留: a name held for one applicant until it is used, given up or over. 名称规定18; R104, R111."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "审核中"
        HELD = "held", "保留中"
        USED = "used", "已用于登记"
        RELEASED = "released", "已放弃"
        EXPIRED = "expired", "已到期"
        REFUSED = "refused", "未核准"

    number = models.CharField(max_length=20, unique=True)
    """名称保留号."""
    name = models.OneToOneField(IndexedName, null=True, on_delete=models.SET_NULL, related_name="reservation")
    written = models.CharField(max_length=200)
    business = models.CharField(max_length=20)
    """establish, change or move_in."""
    entity_kind = models.CharField(max_length=30)
    uscc = models.CharField(max_length=18, blank=True, db_index=True)
    """For a change: whose new name it is."""
    held_by = models.CharField(max_length=64, db_index=True)
    """The person who holds it, by the blind index."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    until = models.DateField()
    """The last day; while it waits for a clerk the name is kept whatever this says."""
    renewed = models.PositiveSmallIntegerField(default=0)
    prior_approval = models.BooleanField(default=False)
    """Whether the term is the longer one (名称规定18)."""
    acknowledged = EncryptedJSONField(default=list)
    """Names that were shown as similar and read by the applicant."""
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    case_number = models.CharField(max_length=30, blank=True)
    """The case that took it up, or used it. While it is held for a case its term does not run out (ADR 0017)."""
    by_case = models.BooleanField(default=False)
    """Declared together with the registration: it ends with its case. One that was brought along is held on to its term."""

    def __str__(self) -> str:
        return f"{self.number} {self.written}"

    def holds_on(self, day: date) -> bool:
        """Whether it keeps others away on that day."""
        return self.state == self.State.HELD and (bool(self.case_number) or self.until >= day)


class NameClaim(models.Model):
    """What a reservation alone may hold: written name, 字号 with its small class, 字号 with its words of industry.

    Unique in the database, inserted with the reservation: of two at the same moment one waits and is told.
    """

    scope = models.CharField(max_length=6)
    key = models.BigIntegerField()
    until = models.DateField()
    name = models.ForeignKey(IndexedName, on_delete=models.CASCADE, related_name="claims")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "key"], name="name_claimed_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.name_id}"


class WordBatch(models.Model):
    """词表的一次修改: words put into or taken out of one list of 禁限用字词, by one member of staff and approved by another.

    The lists in force are those delivered with the approved batches applied in their order (reg/naming/wordlists.py).
    """

    class What(models.TextChoices):
        """What is done with the words."""

        ADD = "add", "加入"
        REMOVE = "remove", "移出"

    category = models.CharField(max_length=40)
    what = models.CharField(max_length=6, choices=What.choices)
    words = models.JSONField()
    reason = models.CharField(max_length=200)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("entered_by")),
                name="words_checked_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at=None) | models.Q(closed_at=None), name="words_approved_or_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.what} {len(self.words)}"

    @property
    def waits(self) -> bool:
        """Whether nobody decided yet."""
        return self.approved_at is None and self.closed_at is None
