"""`make bench-naming`: the name engine at three million names, over HTTP and beside PostgreSQL's pg_trgm on the same names.

Budgets: index build ≤ 5 min; check over HTTP p50 ≤ 15 ms and p95 ≤ 100 ms with 50 paced users; reservation p95 ≤ 100 ms at 32
clients, never two winners. `NAMES=100000 python -m bench.naming` for a smaller corpus.
"""

from __future__ import annotations

import functools
import html
import itertools
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from bench.bench_server import free_base, start
from bench.users import TOKEN, User, leaders, together
from qideng.postgres import Binaries, Server

NAMES = int(os.environ.get("NAMES", "3000000"))
SEED, ASKED, SECONDS, THINK = 1, 600, 20.0, 2.0
CLIENTS, PACED = 32, 50
CONTENDED = 200
READ = re.compile(r'name="read" value="([^"]*)"')
ROOT = Path(__file__).resolve().parent.parent


def tell(name: str, value: float, unit: str, places: int = 1) -> None:
    print(f"{name}: {value:.{places}f} {unit}", flush=True)


def percentiles(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def build(environment: dict[str, str]) -> None:
    began = time.monotonic()
    words = [sys.executable, "-m", "qideng.cli", "reg", "make_names", str(NAMES), "--seed", str(SEED)]
    subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    tell("naming names", NAMES, "names", 0)
    tell("naming index build", time.monotonic() - began, "s")


def sizes(url: str) -> None:
    with psycopg.connect(url) as connection:
        for table in ("naming_indexedname", "naming_namekey"):
            row = connection.execute("SELECT pg_total_relation_size(%s)", [table]).fetchone()
            tell(f"{table} size", (row[0] if row else 0) / 2**20, "MiB", 0)


# the engine alone, and pg_trgm on the same names


def wishes() -> Iterator[tuple[Any, str]]:
    """Names near one of the corpus, with the one they are near to; the same for a seed."""
    from reg.naming.synthetic import CHUNK, names_of, planted

    rng = random.Random(SEED)
    chunks = max(1, NAMES // CHUNK)
    for number in itertools.count():
        near = next(itertools.islice(names_of(SEED, number % chunks), 1 + number % 50, None))
        yield planted(rng, near), near.full


def engine() -> None:
    from datetime import date

    from reg.naming.index import names_near

    times, found, asked = [], 0, 0
    for wish, near in itertools.islice(wishes(), ASKED):
        began = time.monotonic()
        answer = names_near(wish, day=date(2026, 11, 27))
        times.append((time.monotonic() - began) * 1000)
        asked += 1
        found += near in {hit.written for hit in (*answer.same, *answer.similar)}
    p50, p95 = percentiles(times)
    tell("naming engine check p50", p50, "ms")
    tell("naming engine check p95", p95, "ms")
    tell("naming engine planted found", 100 * found / asked, "%")


class Debian(Server):
    """The server of Debian's package: it brings pg_trgm."""

    def _binaries(self) -> Binaries:
        from qideng.postgres import _installed

        found = next((one for one in _installed()), None)
        if found is None:
            raise SystemExit("pg_trgm 需要系统软件包：apt-get install -y postgresql")
        return found


def trigrams(url: str, folder: Path) -> None:
    """The usual answer to the question: a trigram index on the full name, the nearest twenty by similarity."""
    server = Debian(folder)
    with server.use() as there, psycopg.connect(there, autocommit=True) as peer, psycopg.connect(url) as ours:
        peer.execute("CREATE EXTENSION pg_trgm")
        peer.execute("CREATE TABLE name (written text)")
        began = time.monotonic()
        copied = ours.cursor().copy("COPY naming_indexedname (written) TO STDOUT")
        with copied as out, peer.cursor().copy("COPY name FROM STDIN") as into:
            for block in out:
                into.write(block)
        peer.execute("SET maintenance_work_mem = '512MB'")
        peer.execute("CREATE INDEX ON name USING gin (written gin_trgm_ops)")
        peer.execute("VACUUM ANALYZE name")
        tell("pg_trgm index build", time.monotonic() - began, "s")
        row = peer.execute("SELECT pg_total_relation_size('name')").fetchone()
        tell("pg_trgm size", (row[0] if row else 0) / 2**20, "MiB", 0)
        times, found, asked = [], 0, 0
        question = "SELECT written FROM name WHERE written %% %s ORDER BY similarity(written, %s) DESC LIMIT 20"
        peer.execute("SET statement_timeout = '10s'")
        for wish, near in itertools.islice(wishes(), ASKED // 6):
            began = time.monotonic()
            try:
                answer = {row[0] for row in peer.execute(question, [wish.full, wish.full])}
            except psycopg.errors.QueryCanceled:
                answer = set()
            times.append((time.monotonic() - began) * 1000)
            asked += 1
            found += near in answer
        p50, p95 = percentiles(times)
        tell("pg_trgm check p50", p50, "ms")
        tell("pg_trgm check p95", p95, "ms")
        tell("pg_trgm planted found", 100 * found / asked, "%")


# over HTTP


class Applicant(User):
    """Somebody who composes a name on his phone."""

    def form(self, parts: Any) -> dict[str, str]:
        token = self.client.cookies.get("reg_csrf", "")
        said = {"kind": "llc", "district": "310115", "region": "上海", "trade": parts.trade, "industry": parts.industry}
        return {
            **said,
            "form": "有限公司",
            "order": "front",
            "small_class": parts.small_class,
            "csrfmiddlewaretoken": token,
        }

    def ready(self) -> None:
        self.goes_to_the_identity_provider()
        self.comes_back()
        page = self.client.get(f"{self.reg}/names/new").text
        if not TOKEN.search(page):
            raise SystemExit("no form of a name")

    def checks(self, parts: Any) -> int:
        return self.client.post(f"{self.reg}/names/new", data={**self.form(parts), "do": "result"}).status_code

    def holds(self, parts: Any) -> int:
        """Reads what is near first where he must, then holds; 302 when he has it."""
        body: dict[str, Any] = {**self.form(parts), "do": "hold"}
        answer = self.client.post(f"{self.reg}/names/new", data=body)
        if answer.status_code == 409 and (near := READ.findall(answer.text)):
            answer = self.client.post(
                f"{self.reg}/names/new", data=body | {"read": [html.unescape(one) for one in near]}
            )
        return answer.status_code


def crowd(base: int, count: int) -> list[Applicant]:
    people = itertools.cycle(leaders())
    users = [Applicant(base, *next(people)) for _ in range(count)]
    together([user.ready for user in users], at_once=4)
    return users


def timed(act: Callable[[], int], times: list[float], codes: list[int]) -> None:
    began = time.monotonic()
    codes.append(act())
    times.append((time.monotonic() - began) * 1000)


def checks(users: list[Applicant], what: str, *, think: float) -> None:
    """Each asks for names of his own until the time is over."""
    times: list[float] = []
    codes: list[int] = []
    stop = time.monotonic() + SECONDS

    def sits(user: Applicant, number: int) -> None:
        mine = itertools.islice(wishes(), number, None, len(users))
        time.sleep(think * number / len(users))
        for wish, _ in mine:
            if time.monotonic() > stop:
                return
            timed(functools.partial(user.checks, wish), times, codes)
            time.sleep(think)

    together([functools.partial(sits, user, number) for number, user in enumerate(users)])
    p50, p95 = percentiles(times)
    tell(f"naming check over HTTP, {what}, p50", p50, "ms")
    tell(f"naming check over HTTP, {what}, p95", p95, "ms")
    tell(f"naming check over HTTP, {what}", len(times) / SECONDS, "checks/s")
    tell(f"naming check over HTTP, {what}, errors", sum(code != 200 for code in codes), "answers", 0)


def fresh(number: int) -> Any:
    """A name nobody is near: rare characters in an order of their own."""
    from reg.naming.parts import Parts

    rare = "骉骖骘骙骛骝骞骟骠骢骣骥骧髀髁髂髃髅髋髌髑髡髢髦髫髯髹髻鬃鬈鬏鬒鬓鬘鬟鬣鬯鬲鬶鬻魃魅魇魈魉魍魑"
    a, rest = number % len(rare), number // len(rare)
    return Parts(
        "上海",
        rare[a] + rare[(a + 7 + rest) % len(rare)] + rare[(a + 17 + 3 * rest) % len(rare)],
        "科技",
        "有限公司",
        small_class="7519",
    )


def reservations(users: list[Applicant], url: str) -> None:
    times: list[float] = []
    codes: list[int] = []
    numbers = itertools.count()
    stop = time.monotonic() + SECONDS

    def takes(user: Applicant) -> None:
        while time.monotonic() < stop:
            timed(functools.partial(user.holds, fresh(next(numbers))), times, codes)

    together([functools.partial(takes, user) for user in users])
    won = sum(code == 302 for code in codes)
    p50, p95 = percentiles(times)
    tell(f"naming reservation, {len(users)} clients, p50", p50, "ms")
    tell(f"naming reservation, {len(users)} clients, p95", p95, "ms")
    tell(f"naming reservations, {len(users)} clients", won / SECONDS, "reservations/s")
    contended(users, url)


def contended(users: list[Applicant], url: str) -> None:
    """All want the same names at once: each is won once."""
    names = [fresh(1_000_000 + number) for number in range(CONTENDED)]

    def takes(user: Applicant, number: int) -> None:
        at = number * len(names) // len(users)
        for parts in names[at:] + names[:at]:
            user.holds(parts)

    together([functools.partial(takes, user, number) for number, user in enumerate(users)])
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT written, count(*) FROM naming_reservation WHERE written = ANY(%s) AND state = 'held' GROUP BY written",
            [[parts.full for parts in names]],
        ).fetchall()
    tell(f"naming contended, {len(users)} clients, won", len(rows), f"of {CONTENDED} names", 0)
    tell("naming contended, won twice", sum(count > 1 for _, count in rows), "names", 0)


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
            engine()
            for count, think, what in (
                (1, 0.0, "1 user"),
                (CLIENTS, 0.0, f"{CLIENTS} users"),
                (PACED, THINK, f"{PACED} paced users"),
            ):
                checks(crowd(base, count), what, think=think)
            reservations(crowd(base, CLIENTS), url)
            trigrams(url, Path(folder) / "peer")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


if __name__ == "__main__":
    main()
