"""Figures for Prometheus. Counters live in each web process (and in a shared folder when there are several); the state
of queues is read from the database when asked for, so that it is right whichever process answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import connection
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from foundation.health.checks import worker_age

REQUESTS = Counter("qideng_requests_total", "Answered requests", ["view", "method", "status"])
SECONDS = Histogram(
    "qideng_request_seconds",
    "Time to answer a request",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)


class Queues(Collector):
    """Jobs by state and queue, undelivered events, and how long ago a worker was heard."""

    def collect(self) -> Iterable[Metric]:
        if apps.is_installed("procrastinate.contrib.django"):
            yield from _jobs()
        if apps.is_installed("foundation.outbox"):
            yield _outbox()
        age = worker_age()
        if age is not None:
            yield GaugeMetricFamily("qideng_worker_beat_age_seconds", "Since a worker was last heard", age)


def _jobs() -> Iterator[Metric]:
    gauge = GaugeMetricFamily("qideng_jobs", "Background jobs by queue and state", labels=["queue", "state"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT queue_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2")
        for queue, state, count in cursor.fetchall():
            gauge.add_metric([queue, state], count)
    yield gauge


def _outbox() -> Metric:
    model = apps.get_model("outbox", "OutboxMessage")
    waiting = model._default_manager.filter(delivered_at__isnull=True).count()
    return GaugeMetricFamily("qideng_outbox_waiting", "Events not delivered yet", waiting)


def exposition() -> bytes:
    """Everything in the text format of Prometheus."""
    several = "PROMETHEUS_MULTIPROC_DIR" in os.environ
    text = generate_latest(_shared()) if several else generate_latest(REGISTRY)
    queues = CollectorRegistry()
    queues.register(Queues())
    return text + generate_latest(queues)


def _shared() -> CollectorRegistry:
    collectors = CollectorRegistry()
    multiprocess.MultiProcessCollector(collectors)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return collectors
