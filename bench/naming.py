"""`make bench-naming`: the name engine at three million names, over HTTP and beside PostgreSQL's pg_trgm on the same names.

Budgets: index build ≤ 5 min; check over HTTP p50 ≤ 15 ms and p95 ≤ 100 ms with 50 paced users; reservation p95 ≤ 100 ms at 32
clients, never two winners. `NAMES=100000 python -m bench.naming` for a smaller corpus. The users share the machine with the
system. Twenty minutes at three million.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from bench.bench_server import free_base, start
from bench.naming_http import over_http
from bench.peers import Debian
from bench.report import load, percentiles, table, tell

NAMES = int(os.environ.get("NAMES", "3000000"))
SEED, WISHES, ASKED = 1, 6000, 600
TRIGRAMS_ASKED, TRIGRAMS_SECONDS = 100, 240
ROOT = Path(__file__).resolve().parent.parent


def build(environment: dict[str, str]) -> None:
    load("build")
    began = time.monotonic()
    words = [sys.executable, "-m", "qideng.cli", "reg", "make_names", str(NAMES), "--seed", str(SEED)]
    subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    tell("names", f"{NAMES:,}")
    tell("index build", f"{time.monotonic() - began:.0f} s", "≤ 300")


def sizes(url: str) -> None:
    with psycopg.connect(url) as connection:
        for table in ("naming_indexedname", "naming_namekey"):
            row = connection.execute("SELECT pg_total_relation_size(%s)", [table]).fetchone()
            tell(f"{table} with its indexes", f"{(row[0] if row else 0) / 2**20:.0f} MiB")


def wishes() -> list[tuple[Any, str]]:
    """Names near one of the corpus, with the one they are near to; from all over it, the same for a seed."""
    from reg.naming.synthetic import CHUNK, names_of, planted

    rng = random.Random(SEED)
    chunks = max(1, NAMES // CHUNK)
    each = min(CHUNK, NAMES, -(-WISHES // chunks))
    found = [
        (planted(rng, one), one.full)
        for chunk in range(chunks)
        for one in itertools.islice(names_of(SEED, chunk), each)
    ]
    rng.shuffle(found)
    return found


def engine(asked: list[tuple[Any, str]]) -> None:
    """The question and its judging without HTTP; how many of the planted neighbours are told."""
    from datetime import date

    from reg.naming.index import names_near

    load("the engine alone")
    times, found = [], []
    for wish, near in asked:
        began = time.monotonic()
        answer = names_near(wish, day=date(2026, 11, 27))
        times.append((time.monotonic() - began) * 1000)
        found.append(near in {hit.written for hit in (*answer.same, *answer.similar)})
    p50, p95 = percentiles(times)
    tell("engine check, p50 / p95", f"{p50:.1f} / {p95:.1f} ms")
    tell("engine, planted neighbours told", f"{100 * sum(found) / len(found):.0f} % of {len(found)}")
    tell("engine, plans that read every name", f"{sum(map(reads_all, asked))} of {len(asked)}", "0")
    first = found[:TRIGRAMS_ASKED]
    tell("engine, of the wishes pg_trgm is asked", f"{100 * sum(first) / len(first):.0f} % of {len(first)}")


def reads_all(asked: tuple[Any, str]) -> bool:
    """Whether the planner would rather go through all names than look a few up."""
    from datetime import date

    from django.db import connection

    from reg.naming.comparison import Compared
    from reg.naming.index import CITY, QUESTION, question_values

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + QUESTION, question_values(Compared(asked[0]), date(2026, 11, 27), CITY))
        return any("Seq Scan on naming_" in line for (line,) in cursor.fetchall())


def trigrams(url: str, folder: Path, asked: list[tuple[Any, str]]) -> None:
    """The usual answer to the question: a trigram index on the full name, the nearest twenty by similarity."""
    server = Debian(folder)
    with server.use() as there, psycopg.connect(there, autocommit=True) as peer:
        trigrams_build(peer, url)
        question = "SELECT written FROM name WHERE written %% %s ORDER BY similarity(written, %s) DESC LIMIT 20"
        peer.execute("SET statement_timeout = '10s'")
        times, found, late = [], 0, 0
        stop = time.monotonic() + TRIGRAMS_SECONDS
        for wish, near in asked:
            if time.monotonic() > stop:
                break
            began = time.monotonic()
            try:
                found += near in {row[0] for row in peer.execute(question, [wish.full, wish.full])}
            except psycopg.errors.QueryCanceled:
                late += 1
            times.append((time.monotonic() - began) * 1000)
        p50, p95 = percentiles(times)
        tell("pg_trgm check, p50 / p95", f"{p50:.0f} / {p95:.0f} ms")
        tell(
            "pg_trgm, planted neighbours told",
            f"{100 * found / len(times):.0f} % of {len(times)}, {late} given up after 10 s",
        )


def trigrams_build(peer: psycopg.Connection[Any], url: str) -> None:
    load("pg_trgm")
    peer.execute("CREATE EXTENSION pg_trgm")
    peer.execute("CREATE TABLE name (written text)")
    began = time.monotonic()
    with (
        psycopg.connect(url) as ours,
        ours.cursor().copy("COPY naming_indexedname (written) TO STDOUT") as out,
        peer.cursor().copy("COPY name FROM STDIN") as into,
    ):
        for block in out:
            into.write(block)
    peer.execute("SET maintenance_work_mem = '512MB'")
    peer.execute("CREATE INDEX ON name USING gin (written gin_trgm_ops)")
    peer.execute("VACUUM ANALYZE name")
    tell("pg_trgm index build", f"{time.monotonic() - began:.0f} s")
    row = peer.execute("SELECT pg_total_relation_size('name')").fetchone()
    tell("pg_trgm table and index", f"{(row[0] if row else 0) / 2**20:.0f} MiB")


def main() -> None:
    base = free_base()
    with tempfile.TemporaryDirectory(prefix="qideng-names-") as folder:
        Path(folder).chmod(0o755)
        process = start(base, folder)
        environment = {**os.environ, "PORT_BASE": str(base), "DATA_DIR": folder}
        try:
            url = subprocess.run(
                [sys.executable, "-m", "qideng.cli", "psql-url", "reg"],
                cwd=ROOT,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            os.environ |= {"DATABASE_URL": url, "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "reg.settings"}
            build(environment)
            sizes(url)
            import django

            django.setup()
            asked = wishes()
            engine(asked[:ASKED])
            over_http(base, [wish for wish, _ in asked])
            trigrams(url, Path(folder) / "peer", asked[:TRIGRAMS_ASKED])
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    table()


if __name__ == "__main__":
    main()
