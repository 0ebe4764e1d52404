"""What every page of the sandbox shows: the legal time, and how far it runs ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest

from foundation import clock
from foundation.clock.models import ClockOffset


class SandboxContext:
    """`sandbox` in templates."""

    @property
    def now(self) -> datetime:
        return clock.now()

    @property
    def ahead(self) -> timedelta:
        return ClockOffset.read()


def sandbox(request: HttpRequest) -> dict[str, SandboxContext]:
    """Context processor."""
    return {"sandbox": SandboxContext()}
