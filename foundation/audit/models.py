"""Rows of the audit trail and their chain."""

from __future__ import annotations

import json
from datetime import UTC
from hmac import compare_digest
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models

from foundation.crypto import crypto
from foundation.crypto.keyring import keyring


class AuditEvent(models.Model):
    """One act. Append-only: the database itself refuses update and delete."""

    at = models.DateTimeField()
    legal_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor = models.CharField(max_length=80)
    session = models.CharField(max_length=40, blank=True)
    verb = models.CharField(max_length=60)
    obj_kind = models.CharField(max_length=40)
    obj_ref = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    mac = models.BinaryField(max_length=32)
    """HMAC-SM3 by the application. Who can write to the database alone cannot make an event, nor change one."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["obj_kind", "obj_ref", "id"], name="audit_by_object"),
            models.Index(fields=["actor", "verb", "at"], name="audit_by_actor"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["obj_ref"], name="audit_by_ref", opclasses=["varchar_pattern_ops"]),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="audit_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.verb} {self.obj_kind} {self.obj_ref}"

    def canonical(self) -> bytes:
        """The bytes that the chain covers."""
        return _written(self.pk, *self._facts())

    def own_mac(self) -> bytes:
        """What `mac` must be. The number is given by the database later; the chain covers it."""
        key = keyring(settings.QIDENG_PROJECT).index_key
        return crypto().hmac_sm3(key, b"audit\0" + _written(*self._facts()))

    @property
    def is_genuine(self) -> bool:
        """Whether the application wrote it, just so."""
        return compare_digest(bytes(self.mac), self.own_mac())

    def _facts(self) -> tuple[object, ...]:
        return (
            self.at.astimezone(UTC).isoformat(),
            self.legal_at.astimezone(UTC).isoformat(),
            self.actor_kind,
            self.actor,
            self.session,
            self.verb,
            self.obj_kind,
            self.obj_ref,
            self.details,
        )


def _written(*facts: object) -> bytes:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class AuditLink(models.Model):
    """One link of the chain: digest = SM3(previous digest || canonical event). `seq` has no gaps."""

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    digest = models.BinaryField(max_length=32)
    linked_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="audit_link_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    @staticmethod
    def next_digest(previous: bytes, event: AuditEvent) -> bytes:
        return crypto().sm3(previous + event.canonical())


class AuditHead(models.Model):
    """The signed head of the chain at one time (SM2, hourly)."""

    seq = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    signature = models.BinaryField()
    public_key = models.BinaryField()
    signed_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="audit_head_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class AuditCheck(models.Model):
    """核对: a walk over the whole chain, up to which link it came and what it found."""

    at = models.DateTimeField()
    upto = models.BigIntegerField()
    """The last link that was looked at; 0 when there was none."""
    upto_at = models.DateTimeField(null=True)
    """When the event of that link happened."""
    seconds = models.FloatField()
    fault_count = models.PositiveIntegerField()
    faults = models.JSONField(default=list)
    """The first of them, in words."""

    def __str__(self) -> str:
        return f"{self.at} {self.fault_count}"
