"""CPU and SQL of the pages and posts a citizen uses most, in process, on the test database.

Budgets: form page ≤ 5 ms and ≤ 8 SQL; save with validation, audit, version check and idempotency ≤ 5 ms; full check ≤ 10 ms;
progress poll ≤ 2 ms. Printed as medians of three runs of 60.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reg.casefile.selectors import case_view
from reg.cases.checking import case_facts
from reg.cases.web.test_pages import actor_of, browser
from reg.compliance import engine
from reg.testing import company, draft, in_signing, liaison_payload

pytestmark = [pytest.mark.django_db, pytest.mark.bench]
RUNS, ROUNDS = 60, 3


def cpu(act: Callable[[], object]) -> float:
    """Milliseconds of CPU of this process per call, median of three rounds."""
    act()
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(RUNS):
            act()
        rounds.append((time.process_time() - began) / RUNS * 1000)
    return statistics.median(rounds)


def sql(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def tell(name: str, value: float, unit: str) -> None:
    print(f"{name}: {value:.2f} {unit}" if unit != "SQL" else f"{name}: {value:.0f} {unit}")


def test_pages() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    pages = {
        "form page": f"/cases/{case.number}/items/liaison",
        "overview page": f"/cases/{case.number}",
        "check page": f"/cases/{case.number}/check",
        "home page": "/",
    }
    print()
    for name, path in pages.items():
        tell(f"{name} CPU", cpu(lambda path=path: client.get(path)), "ms")  # type: ignore[misc]  # bound at once
        tell(f"{name} queries", sql(lambda path=path: client.get(path)), "SQL")  # type: ignore[misc]  # bound at once


def test_saves() -> None:
    client = browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    versions = itertools.count(1)

    def autosave() -> None:
        payload = liaison_payload("P05") | {"version": str(next(versions))}
        assert client.post(f"/cases/{case.number}/items/liaison/autosave", payload).status_code == 200

    print()
    tell("autosave CPU", cpu(autosave), "ms")
    tell("autosave queries", sql(autosave), "SQL")


def test_check() -> None:
    browser("P01")
    case = draft(actor_of("P01"), company("C01"))
    view = case_view(case)
    facts = case_facts(case, view, ask=False)
    print()
    tell("compliance check (facts ready) CPU", cpu(lambda: engine.check(view, facts)), "ms")


def test_polls() -> None:
    client = browser("P01")
    case = in_signing(actor_of("P01"), company("C01"))
    print()
    tell("progress poll CPU", cpu(lambda: client.get(f"/cases/{case.number}/sign/status")), "ms")
    tell("progress poll queries", sql(lambda: client.get(f"/cases/{case.number}/sign/status")), "SQL")
