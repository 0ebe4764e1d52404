"""Seal keys of companies, orders to seal, and what the registration system pushed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from foundation import clock
from foundation.crypto.fields import EncryptedTextField


class SealKey(models.Model):
    """The key with which a company's e-licence seals. Held here, as the e-licence system holds it."""

    uscc = models.CharField(max_length=18, primary_key=True)
    name = models.CharField(max_length=200)
    certificate = models.TextField()
    private = EncryptedTextField()
    not_after = models.DateTimeField()

    def __str__(self) -> str:
        return self.uscc


class SealOrder(models.Model):
    """One request to seal, of one or several documents: prepared, then signed or refused by whoever holds the licence."""

    class State(models.TextChoices):
        WAITING = "waiting", "等确认"
        SIGNED = "signed", "盖好了"
        REFUSED = "refused", "拒绝了"

    order_no = models.CharField(max_length=40, unique=True)
    token = models.CharField(max_length=64, unique=True)
    client = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    uscc = models.CharField(max_length=18)
    title = models.CharField(max_length=200)
    documents = models.JSONField()
    """[{ref, title, plaintext_base64, value_base64?}] in the order of the request."""
    callback_url = models.CharField(max_length=2000, blank=True)
    return_url = models.CharField(max_length=2000, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    holder = models.JSONField(default=dict)
    certificate = models.TextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """Wall clock."""
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.order_no

    @property
    def open(self) -> bool:
        return self.state == self.State.WAITING and self.expires_at > clock.wall()

    @property
    def status(self) -> str:
        """waiting, signed, refused or expired."""
        return "expired" if self.state == self.State.WAITING and not self.open else str(self.state)


ITEM_TITLES = {
    "articles": "章程",
    "name": "名称",
    "domicile": "住所",
    "legal_representative": "法定代表人",
    "liaison": "登记联络员",
    "officers": "董事、监事、高级管理人员",
}


class LicencePush(models.Model):
    """What the registration system told about a company after it had registered a change."""

    push_no = models.CharField(max_length=40, unique=True)
    uscc = models.CharField(max_length=18)
    application_no = models.CharField(max_length=60)
    facts = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["uscc", "application_no"], name="push_once")]

    def __str__(self) -> str:
        return self.push_no

    @property
    def items(self) -> list[str]:
        """Which items were pushed, for the list; a code without a title stands as it came."""
        facts: dict[str, Any] = self.facts
        return [ITEM_TITLES.get(code, code) for code in sorted(facts)]
