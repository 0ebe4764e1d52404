"""What is known of a stored file."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class StoredFile(models.Model):
    """One file. Its bytes never change; equal bytes may be stored twice."""

    class State(models.TextChoices):
        TEMPORARY = "temporary", "刚传上来"
        ADMITTED = "admitted", "检查过"
        REFERENCED = "referenced", "在用"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=20)
    """pdf, jpeg, png."""
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    sm3 = models.CharField(max_length=64)
    key_id = models.CharField(max_length=8)
    state = models.CharField(max_length=12, choices=State, default=State.TEMPORARY)
    stored_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["stored_at"], name="file_to_sweep", condition=~models.Q(state="referenced")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def path(self) -> str:
        """Name in the store: two levels of folders."""
        name = self.id.hex
        return f"files/{name[:2]}/{name[2:4]}/{name}"
