"""What can be wrong with signing as a whole."""

from __future__ import annotations

from django.db import models


class IncidentKind(models.TextChoices):
    RATE = "rate", "成功率下降"
    STALLED = "stalled", "签不下来"
    SILENT = "silent", "没有人签"
    STAMPS = "stamps", "时间戳没有盖上"
