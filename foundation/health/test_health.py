"""/healthz, /readyz and /metrics as a balancer and Prometheus see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from foundation import clock
from foundation.health import checks
from foundation.health.middleware import MetricsMiddleware
from foundation.jobs.models import WorkerBeat

pytestmark = [pytest.mark.django_db, pytest.mark.urls("foundation.health.urls")]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    checks._known_applied.cache_clear()
    yield
    checks._known_applied.cache_clear()


def beat(seconds_ago: float) -> None:
    at = clock.wall() - timedelta(seconds=seconds_ago)
    WorkerBeat.objects.create(name="reg:test", queues="default", started_at=at, beat_at=at)


def test_alive_says_ok_without_asking_the_database(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # a fixture that is a context manager factory
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


def test_ready_names_what_was_looked_at(client: Client) -> None:
    beat(3)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert {name: check["ok"] for name, check in answer.json()["checks"].items()} == {
        "database": True,
        "migrations": True,
        "worker": True,
    }


def test_a_migration_that_is_not_applied_makes_it_unready_and_is_named(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "sessions.0001_initial" in answer.json()["checks"]["migrations"]["detail"]


def test_a_silent_worker_is_told_but_the_pages_stay(client: Client) -> None:
    beat(120)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["worker"]["ok"] is False
    assert "120 s ago" in answer.json()["checks"]["worker"]["detail"]


def test_no_worker_at_all_is_told(client: Client) -> None:
    assert client.get("/readyz").json()["checks"]["worker"] == {"ok": False, "detail": "no worker is running"}


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    answer = client.get("/readyz")
    monkeypatch.undo()
    connection.close()
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "checks": {"database": {"ok": False, "detail": "OperationalError"}}}


def test_metrics_tell_queues_and_the_age_of_the_worker(client: Client) -> None:
    beat(7)
    text = client.get("/metrics").content.decode()
    assert "qideng_outbox_waiting 0.0" in text
    assert "qideng_worker_beat_age_seconds 7." in text


def test_requests_are_counted_by_view_and_not_by_address() -> None:
    request = RequestFactory().get("/healthz?id=310101199001019190")
    request.resolver_match = resolve("/healthz")
    MetricsMiddleware(lambda _: HttpResponse("ok"))(request)
    text = Client().get("/metrics").content.decode()
    assert 'qideng_requests_total{method="GET",status="200",view="healthz"}' in text
    assert "310101" not in text
