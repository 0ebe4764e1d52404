"""Verification sessions (认证)."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from foundation import clock


class Session(models.Model):
    """One attempt to prove that somebody is who an application says."""

    session_no = models.CharField(max_length=40, unique=True)
    token = models.CharField(max_length=64, unique=True)
    """What stands in the address of the page: not to be guessed, unlike the number."""
    client = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    name = models.CharField(max_length=100)
    id_type = models.CharField(max_length=2)
    id_number = models.CharField(max_length=40)
    purpose = models.CharField(max_length=20)
    bind = models.JSONField(default=list)
    return_url = models.CharField(max_length=2000)
    callback_url = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """Wall clock: a session is a ticket, not a legal fact."""
    passed = models.BooleanField(null=True)
    method = models.CharField(max_length=20, blank=True)
    serial_no = models.CharField(max_length=40, null=True, unique=True)
    """认证流水号, of a passed one only."""
    why = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    """Legal time."""

    def __str__(self) -> str:
        return self.session_no

    @property
    def open(self) -> bool:
        return self.passed is None and self.expires_at > _wall()

    @property
    def state(self) -> str:
        """open, passed, failed or expired."""
        if self.passed is None:
            return "open" if self.open else "expired"
        return "passed" if self.passed else "failed"


class QrCode(models.Model):
    """A picture that opens a session on another phone. The latest of a session is the one that counts."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="codes")
    secret = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    """Wall clock: until when it may be scanned. Who has scanned it in time may take as long as the session lasts."""
    phone = models.CharField(max_length=64, blank=True)
    """Mark of the phone that scanned it first."""
    scanned_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"QR of {self.session_id}"


def _wall() -> datetime:
    return clock.wall()
