"""The offset of legal time and the table of holidays (国务院办公厅节假日安排)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models, transaction


class ClockOffset(models.Model):
    """One row: how far legal time runs ahead of the wall clock. Written by the sandbox's clock page only."""

    ONLY: ClassVar[int] = 1
    ahead = models.DurationField(default=timedelta())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="clock_offset_one_row"),
            models.CheckConstraint(condition=models.Q(ahead__gte=timedelta()), name="clock_offset_not_back"),
        ]

    @classmethod
    def read(cls) -> timedelta:
        """The present offset; zero before the first move."""
        ahead = cls.objects.filter(pk=cls.ONLY).values_list("ahead", flat=True).first()
        return ahead or timedelta()

    @classmethod
    def move_to(cls, ahead: timedelta) -> timedelta:
        """Set the offset; ValueError when that would move legal time backwards."""
        from foundation import clock

        with transaction.atomic():
            cls.objects.get_or_create(pk=cls.ONLY)
            row = cls.objects.select_for_update().get(pk=cls.ONLY)
            if ahead < row.ahead:
                raise ValueError("法定时间只能往前走")
            row.ahead = ahead
            row.save(update_fields=["ahead"])
        clock.forget()
        return ahead


class Holiday(models.Model):
    """A day that differs from its weekday: a rest day on Monday–Friday, or a working day at the weekend."""

    day = models.DateField(primary_key=True)
    is_rest = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=120)


class HolidayYear(models.Model):
    """A year for which the holiday table is complete. A year without a row counts weekdays only, and the operator is warned."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=120)
