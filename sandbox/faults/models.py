"""Faults (故障) that a person or a test sets, and what each system received."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation import clock


class Fault(models.Model):
    """How one system behaves now. No row: it behaves."""

    class Mode(models.TextChoices):
        OK = "ok", "正常"
        SLOW = "slow", "变慢"
        ERROR = "error", "出错（500）"
        WRONG = "wrong", "答错人"
        DOWN = "down", "断开（503）"

    class CallbackMode(models.TextChoices):
        NORMAL = "normal", "马上回调"
        LATE = "late", "晚到"
        TWICE = "twice", "来两次"
        OUT_OF_ORDER = "out_of_order", "次序颠倒"
        NEVER = "never", "不来"

    system = models.CharField(max_length=40, primary_key=True)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.OK)
    slow_ms = models.PositiveIntegerField(default=3000)
    """Milliseconds a slow system waits before it answers."""
    callback = models.CharField(max_length=12, choices=CallbackMode, default=CallbackMode.NORMAL)
    late_seconds = models.PositiveIntegerField(default=30)
    times = models.PositiveIntegerField(null=True)
    """How many more calls meet the fault; none: until it is changed."""
    until = models.DateTimeField(null=True)
    """Wall-clock time at which the fault ends by itself; none: never."""

    def __str__(self) -> str:
        return f"{self.system} {self.mode}"

    @property
    def holds(self) -> bool:
        """Whether anything is wrong with the system now: a fault that is used up or over does not count."""
        used_up = self.times == 0 or (self.until is not None and self.until <= clock.wall())
        return (self.mode != self.Mode.OK and not used_up) or self.callback != self.CallbackMode.NORMAL


class Received(models.Model):
    """One call that a system received. Bodies are masked before they are stored."""

    system = models.CharField(max_length=40)
    at = models.DateTimeField()
    caller = models.CharField(max_length=40)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=400)
    body = models.JSONField(default=dict)
    fault = models.CharField(max_length=8)
    status = models.PositiveSmallIntegerField()
    took_ms = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["system", "-id"], name="received_by_system")]

    def __str__(self) -> str:
        return f"{self.system} {self.path} {self.status}"
