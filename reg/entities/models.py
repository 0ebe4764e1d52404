"""The register. A company as of any day is one query over EntityFact."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import ClassVar

from django.db import models

from foundation.crypto.fields import EncryptedJSONField


class Entity(models.Model):
    """市场主体: what is public of it and indexed. Its registration items are facts."""

    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200, db_index=True)
    name_sort = models.CharField(max_length=400, blank=True)
    """Pinyin of the name: Chinese is sorted by it."""
    entity_type = models.CharField(max_length=4)
    kind = models.CharField(max_length=24)
    authority = models.CharField(max_length=6)
    """登记机关: six digits; 310000 is the city."""
    status = models.CharField(max_length=24, default="active")
    established = models.DateField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="branches")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["authority", "name_sort"], name="entity_by_authority")]

    def __str__(self) -> str:
        return self.name


class FactQuerySet(models.QuerySet["EntityFact"]):
    """Questions to the dated facts."""

    def on(self, day: date) -> FactQuerySet:
        """Facts that hold on `day` (both ends inclusive)."""
        return self.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day), valid_from__lte=day)

    def open(self) -> FactQuerySet:
        """Facts without an end."""
        return self.filter(valid_to=None)


class EntityFact(models.Model):
    """One registration item of an entity, from one day to another. Ended, never changed, when the next case is recorded."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="facts")
    item_code = models.CharField(max_length=30)
    payload = EncryptedJSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    case_number = models.CharField(max_length=30, blank=True)
    """申请号 of the case that brought it; empty for what was migrated."""
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entity", "item_code"], condition=models.Q(valid_to=None), name="one_open_fact_per_item"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None)
                | models.Q(valid_to__gte=models.F("valid_from"))
                | models.Q(valid_to=models.F("valid_from")),
                name="fact_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["entity", "item_code", "valid_from"], name="fact_as_of")]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.item_code} {self.valid_from}"


class Role(models.Model):
    """任职: a person's position in an entity, found by the blind index without opening anything."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="roles")
    person_index = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    """legal_representative, officer, liaison, shareholder."""
    position = models.CharField(max_length=30, blank=True)
    """For officers: position code of the catalogue."""
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person_index", "kind"], name="role_of_person", condition=models.Q(valid_to=None)),
            models.Index(fields=["entity", "kind"], name="role_in_entity", condition=models.Q(valid_to=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entity", "person_index", "kind", "position"],
                condition=models.Q(valid_to=None),
                name="role_held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position} in {self.entity_id}"


class Hold(models.Model):
    """A lock on an entity: 司法冻结, 股权出质, 撤销调查 …"""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=30)
    reason = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.entity_id}"


class AddressUse(models.Model):
    """Which entity uses which address now: answers 同址登记户数 without opening payloads."""

    entity = models.OneToOneField(Entity, on_delete=models.CASCADE, related_name="address_use")
    address_key = models.CharField(max_length=64, db_index=True)

    @staticmethod
    def key_of(address: str) -> str:
        """Digest of a standard address code or full address text."""
        return hashlib.sha256(address.encode()).hexdigest()
