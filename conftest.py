"""Fixtures every test may ask for. The database and the temporary DATA_DIR come from qideng/testing.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _jobs_end_with_their_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """The tables of the job library are not Django's to flush: what a committing test deferred would wait for the next."""
    mark = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (mark is not None and mark.kwargs.get("transaction"))
    if not commits:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
        if (cursor.fetchone() or [False])[0]:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
