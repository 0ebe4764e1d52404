"""What is known of the workers."""

from __future__ import annotations

from django.db import models


class WorkerBeat(models.Model):
    """A worker process and when it was last alive (readyz, operator's page)."""

    name = models.CharField(max_length=120, primary_key=True)
    queues = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class JobTrouble(models.Model):
    """Why the last try of a job failed: the job library keeps no reason. Words of ours, no personal data."""

    job = models.BigIntegerField(primary_key=True)
    """Number of the job in the queue; the row goes with the job (`troubles.sweep`)."""
    why = models.CharField(max_length=160)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job} {self.why}"
