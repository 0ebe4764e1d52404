"""Queueing and delivering callbacks: at once, late, twice, in the wrong order, never, or by hand from the start page."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.db import transaction

from foundation import clock
from foundation.outside.signed import sign_request
from sandbox.callbacks.models import Callback
from sandbox.callbacks.wake import wake
from sandbox.faults.services import callback_mode

RETRY_SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 300)
LEASE = timedelta(seconds=30)
SECOND_COMES_AFTER = timedelta(seconds=2)
HELD_BACK_AT_MOST = timedelta(seconds=10)
TIMEOUT = httpx.Timeout(8, connect=2)


@transaction.atomic
def callback_queue(system: str, url: str, payload: dict[str, Any], *, ref: str) -> list[Callback]:
    """Put a message into the queue as the fault of `system` says. An empty `url` queues nothing: the caller will ask."""
    if not url:
        return []
    mode, late_seconds = callback_mode(system)
    now = clock.wall()

    def row(due: datetime | None, state: str = Callback.State.WAITING) -> Callback:
        return Callback.objects.create(
            system=system, ref=ref, url=url, payload=payload, played=mode, state=state, due_at=due, created_at=now
        )

    match mode:
        case "late":
            rows = [row(now + timedelta(seconds=late_seconds))]
        case "twice":
            rows = [row(now), row(now + SECOND_COMES_AFTER)]
        case "never":
            rows = [row(None, Callback.State.HELD)]
        case "out_of_order":
            rows = [_overtake(row, system, now)]
        case _:
            rows = [row(now)]
    transaction.on_commit(wake)
    return rows


def _overtake(row: Any, system: str, now: datetime) -> Callback:
    """Every second message overtakes the one before it; a lonely one goes after some seconds."""
    before = (
        Callback.objects.select_for_update()
        .filter(system=system, played="out_of_order", state=Callback.State.WAITING, attempts=0, due_at__gt=now)
        .order_by("id")
        .first()
    )
    if before is None:
        held: Callback = row(now + HELD_BACK_AT_MOST)
        return held
    first: Callback = row(now)
    before.due_at = now + SECOND_COMES_AFTER
    before.save(update_fields=["due_at"])
    return first


def callback_send(callback_id: int) -> bool:
    """By hand: send it at once, whatever its state; one that was delivered is then delivered again. False: no such one."""
    found = Callback.objects.filter(pk=callback_id).update(
        state=Callback.State.WAITING, due_at=clock.wall(), attempts=0
    )
    wake()
    return bool(found)


def callbacks_deliver(*, most: int = 20) -> int:
    """Send what is due, oldest first, at most `most`. Returns how many were tried. Safe in several processes at once."""
    tried = 0
    while tried < most and (one := _lease()) is not None:
        _deliver(one)
        tried += 1
    return tried


@transaction.atomic
def _lease() -> Callback | None:
    now = clock.wall()
    one = (
        Callback.objects.select_for_update(skip_locked=True)
        .filter(state=Callback.State.WAITING, due_at__lte=now)
        .order_by("due_at", "id")
        .first()
    )
    if one is not None:
        one.attempts += 1
        one.due_at = now + LEASE
        one.save(update_fields=["attempts", "due_at"])
    return one


def _deliver(one: Callback) -> None:
    good, one.answer = _post(one.url, json.dumps(one.payload, ensure_ascii=False).encode())
    now = clock.wall()
    if good:
        one.state, one.delivered_at, one.due_at = Callback.State.DELIVERED, now, None
    elif one.attempts >= len(RETRY_SECONDS):
        one.state, one.due_at = Callback.State.GIVEN_UP, None
    else:
        one.due_at = now + timedelta(seconds=RETRY_SECONDS[one.attempts - 1])
    one.save(update_fields=["state", "due_at", "answer", "delivered_at"])


def _post(url: str, body: bytes) -> tuple[bool, str]:
    """Whether the application took it, and what it said."""
    try:
        path = httpx.URL(url).raw_path.decode()
        headers = {
            **sign_request("sandbox", "POST", path, body),
            "X-App-Id": "sandbox",
            "Content-Type": "application/json",
        }
        reply = httpx.post(url, content=body, headers=headers, timeout=TIMEOUT, follow_redirects=False, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return False, f"连不上：{type(error).__name__}"
    return reply.is_success, f"HTTP {reply.status_code}"
