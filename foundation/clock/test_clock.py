"""Legal time: forward only, Shanghai's days, set by the sandbox alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from foundation import clock
from foundation.clock import views
from foundation.clock.models import ClockOffset
from foundation.config import Project, config
from foundation.outside.signed import sign_request

pytestmark = [pytest.mark.django_db, pytest.mark.urls("foundation.clock.test_clock")]
urlpatterns = [path("internal/clock", views.move)]
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SANDBOX", "1")
    config.cache_clear()
    clock.forget()
    yield
    monkeypatch.undo()
    config.cache_clear()
    clock.forget()


def ask(body: Any, service: Project = "sandbox", changed: dict[str, str] | None = None) -> Any:
    content = json.dumps(body).encode()
    signed = {**sign_request(service, "POST", "/internal/clock", content), **(changed or {})}
    return Client().post("/internal/clock", content, content_type="application/json", headers=signed)


def test_legal_time_is_the_wall_clock_until_it_is_moved() -> None:
    assert abs(clock.now() - clock.wall()) < timedelta(seconds=1)
    ClockOffset.move_to(timedelta(days=40))
    assert abs(clock.now() - clock.wall() - timedelta(days=40)) < timedelta(seconds=1)


def test_legal_time_never_goes_back() -> None:
    ClockOffset.move_to(timedelta(days=2))
    with pytest.raises(ValueError, match="往前"):
        ClockOffset.move_to(timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockOffset.objects.update(ahead=timedelta(seconds=-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockOffset.objects.create(pk=2)


def test_the_offset_is_read_once_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with CaptureQueriesContext(connection) as asked:
        for _ in range(50):
            clock.now()
        assert len(asked) == 1
        ClockOffset.objects.create(pk=1, ahead=timedelta(days=3))  # another process moved it
        now[0] += clock.CACHE_SECONDS
        assert clock.now() - clock.wall() > timedelta(days=2)


def test_without_the_sandbox_there_is_no_offset_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    ClockOffset.move_to(timedelta(days=40))
    monkeypatch.setenv("SANDBOX", "0")
    config.cache_clear()
    with CaptureQueriesContext(connection) as asked:
        assert clock.now() - clock.wall() < timedelta(seconds=1)
    assert len(asked) == 0
    assert ask({"ahead_seconds": 60 * DAY}).status_code == 404


def test_the_sandbox_moves_the_clock_by_a_signed_call() -> None:
    answer = ask({"ahead_seconds": 3 * DAY})
    assert answer.status_code == 200
    assert json.loads(answer.content)["ahead_seconds"] == 3 * DAY
    assert clock.now() - clock.wall() > timedelta(days=2)
    assert ask({"ahead_seconds": 2 * DAY}).status_code == 409
    assert ClockOffset.read() == timedelta(days=3)


@pytest.mark.parametrize("service", ["reg", "signing"])
def test_nobody_else_moves_the_clock(service: Project) -> None:
    assert ask({"ahead_seconds": DAY}, service).status_code == 401
    assert Client().post("/internal/clock", b"{}", content_type="application/json").status_code == 401
    assert ask({"ahead_seconds": DAY}, service, {"X-Service": "sandbox"}).status_code == 401
    assert ask({"ahead_seconds": DAY}, changed={"X-Nonce": "other"}).status_code == 401
    assert ClockOffset.read() == timedelta()


@pytest.mark.parametrize(
    "body", [{}, [], 7, {"ahead_seconds": "1"}, {"ahead_seconds": True}, {"ahead_seconds": 10**12}]
)
def test_nonsense_does_not_move_the_clock(body: Any) -> None:
    assert ask(body).status_code == 400
    assert ClockOffset.read() == timedelta()


def test_the_day_begins_at_midnight_in_shanghai() -> None:
    last = datetime(2026, 12, 31, 15, 59, 59, 999_999, tzinfo=UTC)
    assert clock.shanghai_day(last) == date(2026, 12, 31)
    assert clock.shanghai_day(last + timedelta(microseconds=1)) == date(2027, 1, 1)
    assert clock.to_shanghai(last).isoformat() == "2026-12-31T23:59:59.999999+08:00"


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 15, 59, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 16, 0, tzinfo=UTC), date(2028, 3, 1)),
        (datetime(1991, 9, 14, 16, 30, tzinfo=UTC), date(1991, 9, 15)),
    ],
    ids=["leap day begins", "leap day ends", "after it", "the year of summer time"],
)
def test_days_of_a_leap_year_and_of_summer_time(at: datetime, day: date) -> None:
    assert clock.shanghai_day(at) == day


def test_today_turns_with_legal_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "wall", lambda: datetime(2026, 11, 24, 15, 59, 30, tzinfo=UTC))
    assert clock.today() == date(2026, 11, 24)
    ClockOffset.move_to(timedelta(seconds=30))
    assert clock.today() == date(2026, 11, 25)
