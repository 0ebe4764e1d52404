"""What an installation leaves behind: nothing personal in clear, in no log of any process, in no table of reg and signing."""

from __future__ import annotations

import psycopg

from tests.access.traces import leaks, leaks_in_tables
from tests.journeys.system import System

OURS = ("reg", "signing")
"""The sandbox is the outside world: it holds people in clear, and says nothing of them in its log either."""


def traces(system: System) -> list[str]:
    """Each leak: where, and what stands around it."""
    found = []
    for log in sorted((system.data_dir / "logs").glob("*.log")):
        found += [f"{log.name} {leak}" for leak in leaks(log.read_text("utf-8", errors="replace"))]
    for project in OURS:
        with psycopg.connect(system.psql_url(project)) as connection, connection.cursor() as cursor:
            found += [f"{project} {leak}" for leak in leaks_in_tables(cursor)]
    return found
