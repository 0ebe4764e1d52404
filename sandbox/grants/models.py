"""Authorisation codes and access tokens (OAuth 2.0 授权码), for 随申办 and 电子营业执照 alike."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Grant(models.Model):
    """Somebody let an application know who he is. The code is used once, the token that it buys lives some minutes."""

    system = models.CharField(max_length=40)
    client = models.CharField(max_length=40)
    redirect_uri = models.CharField(max_length=2000)
    subject = models.CharField(max_length=80)
    """Opaque and stable: the same person or company is the same subject."""
    claims = models.JSONField()
    code = models.CharField(max_length=64, unique=True)
    code_until = models.DateTimeField()
    token = models.CharField(max_length=64, unique=True, null=True)
    token_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["code_until"], name="grant_code_until")]

    def __str__(self) -> str:
        return f"{self.system} {self.client}"
