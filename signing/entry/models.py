"""Tickets."""

from __future__ import annotations

from django.db import models

from signing.tasks.models import ClientSystem, Subject


class Ticket(models.Model):
    """一次性入口凭证: a client system answers for a person for at most 60 seconds, once. Only the digest of the secret is kept."""

    digest = models.CharField(max_length=64, unique=True)
    client = models.ForeignKey(ClientSystem, on_delete=models.CASCADE, related_name="tickets")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="tickets")
    """The person. The only one whom it lets in."""
    entity_uscc = models.CharField(max_length=18, blank=True)
    """The enterprise for which the client system has found him entitled to act."""
    next_path = models.CharField(max_length=200, default="/")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"ticket {self.pk}"
