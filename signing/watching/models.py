"""Counters of finished hours, how far they are counted, and incidents. No personal data is here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from signing.watching.states import IncidentKind

DIMENSIONS = ("client", "business", "signer", "channel")


class Hour(models.Model):
    """What is counted of one hour under one value of every dimension."""

    hour = models.DateTimeField()
    """Its start. Shanghai differs from UTC by whole hours, so an hour here is one there."""
    client = models.CharField(max_length=20)
    business = models.CharField(max_length=16)
    signer = models.CharField(max_length=8)
    """person, entity, abroad."""
    channel = models.CharField(max_length=8)
    """One of CHANNELS, or unknown: also what was not opened yet."""
    made_up = models.BooleanField(default=False)
    """For demonstration; a count never touches it."""

    class Meta:
        abstract = True


class HourCount(Hour):
    """Attempts by the hour in which they began, and to-dos by the hour in which they arrived, each as far as it came."""

    begun = models.IntegerField(default=0)
    signed = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    dropped = models.IntegerField(default=0)
    todo = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    tried = models.IntegerField(default=0)
    identified = models.IntegerField(default=0)
    faced = models.IntegerField(default=0)
    done = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hour", *DIMENSIONS, "made_up"], name="hour_counted_once")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.client} {self.business} {self.signer} {self.channel}"


class HourDetail(Hour):
    """Of the attempts that began in an hour: why they ended without a signature, and how long the others took."""

    class Kind(models.TextChoices):
        CAUSE = "cause", "原因"
        SECONDS = "seconds", "用时"

    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=24)
    """Code of a cause, or number of a stretch of durations."""
    count = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hour", *DIMENSIONS, "made_up", "kind", "value"], name="hour_detail_once")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.kind} {self.value}"


class Mark(models.Model):
    """How far the counters are. One row."""

    through = models.DateTimeField()
    """All hours before it are counted."""
    seen_at = models.DateTimeField()
    """Wall clock: what changed before it is in the counters."""
    seen_legal = models.DateTimeField()
    """The same moment in legal time, for what is noted in it."""
    recounted_on = models.DateField(null=True)
    """Day, Shanghai, of the last recount of the past days."""

    def __str__(self) -> str:
        return f"counted through {self.through:%Y-%m-%d %H}"


class Incident(models.Model):
    """Something that is wrong with signing, from when it was seen until it was over."""

    kind = models.CharField(max_length=8, choices=IncidentKind)
    channel = models.CharField(max_length=8, blank=True)
    """Empty: signing as a whole."""
    facts = models.JSONField(default=dict)
    """The numbers by which it was seen."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "channel"], condition=models.Q(closed_at=None), name="incident_open_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["-opened_at"], name="incident_recent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"
