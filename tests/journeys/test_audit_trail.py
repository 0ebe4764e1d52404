"""The audit trail of a running installation is whole; a copy of its database that somebody tampered with is not. R157."""

from __future__ import annotations

import subprocess

import psycopg
import pytest

from qideng.postgres import find_binaries
from tests.journeys.people import People
from tests.journeys.system import System, until

pytestmark = pytest.mark.journey
COPY = "reg_copy"


def test_the_trail_of_a_running_installation_is_whole_and_a_tampered_copy_names_its_rows(
    passers: People, system: System
) -> None:
    passers.citizen("P02")
    passers.citizen("P03")
    until("都入链", lambda: "没有等着入链的审计记录" in system.run("reg", "verify_audit").stdout)
    done = system.run("verify-audit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("审计链完好") == 2

    copied(system)
    with psycopg.connect(system.psql_url("reg").replace("/reg?", f"/{COPY}?"), autocommit=True) as connection:
        rows = connection.execute("SELECT event_id FROM audit_auditlink ORDER BY seq DESC LIMIT 2").fetchall()
        (removed,), (changed,) = rows
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE audit_auditevent SET actor = 'nobody' WHERE id = %s", [changed])
        connection.execute("DELETE FROM audit_auditevent WHERE id = %s", [removed])
    done = system.run("verify-audit", REG_DATABASE_URL=system.psql_url("reg").replace("/reg?", f"/{COPY}?"))
    assert done.returncode == 1
    said = [line for line in done.stdout.splitlines() if line.startswith("不对：")]
    assert len(said) == 2
    assert f"审计记录 {changed} 被改动" in said[0]
    assert f"审计记录 {removed} 被删除" in said[1]
    assert system.run("verify-audit").returncode == 0


def copied(system: System) -> None:
    """A copy of the database of reg beside it, by dump and restore."""
    url = system.psql_url("reg")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {COPY}")
        connection.execute(f"CREATE DATABASE {COPY}")
    tools = find_binaries()
    dump = subprocess.run([tools.program("pg_dump"), url], capture_output=True, check=True)
    into = [tools.program("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", url.replace("/reg?", f"/{COPY}?")]
    subprocess.run(into, input=dump.stdout, capture_output=True, check=True)
