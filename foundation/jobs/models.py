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
