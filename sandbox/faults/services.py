"""Setting faults, reading the one that holds now, and noting what was received."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from foundation import clock
from sandbox.faults.models import Fault, Received
from sandbox.kit.masking import masked

KEPT_PER_SYSTEM = 500
SLOWEST_MS = 60_000
LATEST_SECONDS = 24 * 3600


@dataclass(frozen=True)
class FaultNow:
    """The fault that one call meets."""

    mode: str = "ok"
    slow_ms: int = 0


def fault_now(system: str) -> FaultNow:
    """The fault of this call. A fault that is set for some calls only is used up by one."""
    row = Fault.objects.filter(pk=system).exclude(mode=Fault.Mode.OK).first()
    if row is None or (row.until and row.until <= clock.wall()):
        return FaultNow()
    if row.times is not None and not Fault.objects.filter(pk=system, times__gt=0).update(times=F("times") - 1):
        return FaultNow()
    return FaultNow(mode=row.mode, slow_ms=row.slow_ms)


def fault_set(
    system: str,
    *,
    mode: str | None = None,
    slow_ms: int | None = None,
    callback: str | None = None,
    late_seconds: int | None = None,
    times: int | None = None,
    seconds: int | None = None,
) -> Fault:
    """Set what is given and keep the rest. `times` and `seconds` limit the fault; both are forgotten by the next change of mode."""
    with transaction.atomic():
        row, _ = Fault.objects.select_for_update().get_or_create(pk=system)
        row.mode = mode or row.mode
        row.callback = callback or row.callback
        row.slow_ms = row.slow_ms if slow_ms is None else min(slow_ms, SLOWEST_MS)
        row.late_seconds = row.late_seconds if late_seconds is None else min(late_seconds, LATEST_SECONDS)
        if mode is not None or times is not None or seconds is not None:
            row.times = times
            row.until = None if seconds is None else clock.wall() + timedelta(seconds=seconds)
        row.save()
    return row


def callback_mode(system: str) -> tuple[str, int]:
    """How callbacks of `system` are sent now, and by how many seconds a late one is late."""
    row = Fault.objects.filter(pk=system).first()
    return (row.callback, row.late_seconds) if row else (Fault.CallbackMode.NORMAL.value, 0)


def note_received(system: str, request: HttpRequest, *, caller: str, fault: str, status: int, started: float) -> None:
    """Keep a masked line about this call; of each system the last few hundred are kept."""
    row = Received.objects.create(
        system=system,
        at=clock.wall(),
        caller=caller,
        method=(request.method or "")[:8],
        path=request.path[:400],
        body=masked(_content(request)),
        fault=fault,
        status=status,
        took_ms=int((time.monotonic() - started) * 1000),
    )
    if row.pk % 50 == 0:
        kept = Received.objects.filter(system=system).order_by("-id").values_list("id", flat=True)[KEPT_PER_SYSTEM:]
        Received.objects.filter(id__in=list(kept)).delete()


def _content(request: HttpRequest) -> dict[str, Any]:
    if request.method == "GET":
        return {key: _clean(request.GET[key]) for key in request.GET}
    if request.content_type != "application/json":
        return {key: _clean(request.POST[key]) for key in request.POST if key != "csrfmiddlewaretoken"}
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        return {"看不懂": f"{len(request.body)} 字节"}
    return _clean(value) if isinstance(value, dict) else {"不是对象": f"{len(request.body)} 字节"}


def _clean(value: Any) -> Any:
    """Drop what a JSON column cannot hold (NUL, lone surrogates)."""
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
