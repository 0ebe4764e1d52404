"""The name index split by scope: tables, filling, asking. What `bench.name_shards` builds and docs/names-at-100-million.md tells.

A scope is a partition: `indexedname_310000`, `namekey_310000`, `nameclaim_310000`. It is filled as a table of its own, gets
its indexes, and is attached; so a new scope, a moved scope and the first filling go the same way.
"""

from __future__ import annotations

import itertools
import random
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from typing import Any, TypeAlias

import psycopg

from bench.peers import Debian
from qideng.postgres import Server
from reg.naming.comparison import Compared
from reg.naming.index import QUESTION, Found, judged, question_values
from reg.naming.parts import Parts
from reg.naming.synthetic import CHUNK, Row, names_of, planted, row_of

Connection: TypeAlias = psycopg.Connection[Any]

PLACES = {
    310000: "上海", 320000: "江苏", 330000: "浙江", 340000: "安徽", 350000: "福建", 370000: "山东", 440000: "广东", 510000: "四川",
    110000: "北京", 120000: "天津", 130000: "河北", 410000: "河南", 420000: "湖北", 430000: "湖南", 500000: "重庆", 610000: "陕西",
}  # fmt: skip
"""Scopes of the trial: GB/T 2260 code and the region in the name."""
NATION = 100000
"""The scope of names without a region."""
DAY = date(2026, 11, 27)
IDS = 10**12
"""Ids of one scope run from scope × 10¹²; an id tells its scope and keeps it when the scope moves."""
TABLES = ("indexedname", "namekey", "nameclaim")


class Main(Server):
    """The server of the house, with prepared transactions allowed."""

    def _options(self, socket_dir: Any) -> dict[str, str]:
        return super()._options(socket_dir) | {"max_prepared_transactions": "64", "max_wal_size": "4GB"}


class Second(Main, Debian):
    """The same with the server of Debian's package."""


def connect(url: str) -> Connection:
    """As Django asks: values are written into the statement, which is planned each time."""
    return psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor)


# the tables

_NAMES = 'scope, id, written, region, trade, industry, form, "order", "group", small_class, standing, until, uscc, confidence'
_KEYS = "key, division, meaning, vague, scope, name_id"
SCHEMA = """
CREATE TABLE indexedname (
  id bigint NOT NULL, scope int NOT NULL, written varchar(200) NOT NULL, region varchar(40) NOT NULL, trade varchar(120) NOT NULL,
  industry varchar(120) NOT NULL, form varchar(60) NOT NULL, "order" varchar(12) NOT NULL, "group" varchar(4) NOT NULL,
  small_class varchar(4) NOT NULL, standing varchar(12) NOT NULL, until date, uscc varchar(18) NOT NULL,
  confidence smallint NOT NULL
) PARTITION BY LIST (scope);
CREATE TABLE namekey (
  key bigint NOT NULL, division smallint NOT NULL, meaning int NOT NULL, vague boolean NOT NULL, scope int NOT NULL,
  name_id bigint NOT NULL
) PARTITION BY LIST (scope);
CREATE TABLE nameclaim (
  key bigint NOT NULL, scope int NOT NULL, name_id bigint NOT NULL, until date NOT NULL, pending_until timestamptz
) PARTITION BY LIST (scope);
"""
_INDEXES = {
    "indexedname": (
        "PRIMARY KEY (id, scope)",
        "(written)",
        "(written varchar_pattern_ops)",
        "(uscc)",
        "(uscc varchar_pattern_ops)",
        "(confidence, id) WHERE confidence < 80",
        "(until) WHERE until IS NOT NULL",
    ),
    "namekey": (f"PRIMARY KEY ({_KEYS})",),
    "nameclaim": ("PRIMARY KEY (key, scope)",),
}
"""As in reg/naming/models.py; the scope stands where the row had empty bytes, so that it costs none."""


_COUNTS = "ALTER TABLE {} ALTER key {} (n_distinct{}), ALTER name_id {} (n_distinct{})"


def counts_tell(connection: Connection, scope: int, *, told: bool = True) -> None:
    """How many different keys there are, of which a sample sees too few: a question would then read all names of the scope."""
    values = ("SET", " = -0.4", "SET", " = -0.12") if told else ("RESET", "", "RESET", "")
    connection.execute(_COUNTS.format(f"namekey_{scope}", *values))
    connection.execute(f"ANALYZE namekey_{scope}")


def counts_tell_parents(connection: Connection) -> None:
    """The same for a question to all scopes at once; nothing else ever looks at the parents' figures."""
    connection.execute(
        "ALTER TABLE namekey ALTER key SET (n_distinct_inherited = -0.4), ALTER name_id SET (n_distinct_inherited = -0.12)"
    )
    for table in ("namekey", "indexedname"):
        connection.execute(f"ANALYZE {table}")


def schema(connection: Connection) -> None:
    """The three parents. Their indexes are declared once and are there in every scope."""
    connection.execute(SCHEMA)
    for table in TABLES:
        index(connection, table, table)


def index(connection: Connection, table: str, like: str) -> None:
    for one in _INDEXES[like]:
        if one.startswith("PRIMARY"):
            connection.execute(f"ALTER TABLE {table} ADD {one}")
        else:
            connection.execute(f"CREATE INDEX ON {table} {one}")


def scope_make(connection: Connection, scope: int) -> None:
    """Three tables beside the parents, without indexes, not seen by anybody yet."""
    for table in TABLES:
        connection.execute(f"CREATE TABLE {table}_{scope} (LIKE {table}, CHECK (scope = {scope}))")
    connection.execute(f"CREATE SEQUENCE name_of_{scope} START {scope * IDS + IDS // 2}")


def scope_attach(connection: Connection, scope: int) -> None:
    """Indexes, then attached: the check on `scope` spares the scan. A claim refers to a name of its own scope, leaf to leaf."""
    connection.execute("SET maintenance_work_mem = '512MB'")
    for table in TABLES:
        index(connection, f"{table}_{scope}", table)
        connection.execute(f"VACUUM ANALYZE {table}_{scope}")
    counts_tell(connection, scope)
    connection.execute(
        f"ALTER TABLE nameclaim_{scope} ADD FOREIGN KEY (name_id, scope) REFERENCES indexedname_{scope} (id, scope)"
    )
    with connection.transaction():
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} ATTACH PARTITION {table}_{scope} FOR VALUES IN ({scope})")


def scope_detach(connection: Connection, scope: int) -> None:
    """Out of the parents; nobody who asks elsewhere waits."""
    for table in TABLES:
        connection.execute(f"ALTER TABLE {table} DETACH PARTITION {table}_{scope} CONCURRENTLY")


def scope_drop(connection: Connection, scope: int) -> None:
    for table in ("nameclaim", "namekey", "indexedname"):
        connection.execute(f"DROP TABLE {table}_{scope}")
    connection.execute(f"DROP SEQUENCE name_of_{scope}")


# filling


def names_of_scope(scope: int, chunk: int) -> Iterator[Parts]:
    """The invented names of one scope: other names in each, the same for a scope."""
    for one in names_of(scope, chunk):
        yield replace(one, region=PLACES.get(scope, ""))


def fill(url: str, sizes: dict[int, int], jobs: int = 2) -> None:
    """COPY names and keys of each scope into its tables, as processes."""
    work = [
        (url, scope, chunk, min(CHUNK, size - chunk * CHUNK))
        for scope, size in sizes.items()
        for chunk in range(-(-size // CHUNK))
    ]
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        for _ in pool.map(_load, work):
            pass


def _load(work: tuple[str, int, int, int]) -> None:
    url, scope, chunk, size = work
    rows = [row_of(parts) for parts in itertools.islice(names_of_scope(scope, chunk), size)]
    with connect(url) as connection:
        _write(connection, scope, scope * IDS + chunk * CHUNK, rows)


def _write(connection: Connection, scope: int, first: int, rows: Iterable[Row]) -> None:
    listed = list(rows)
    with connection.cursor().copy(f"COPY indexedname_{scope} ({_NAMES}) FROM STDIN") as copy:
        for number, row in enumerate(listed, first):
            copy.write_row(name_row(scope, number, row.parts))
    with connection.cursor().copy(f"COPY namekey_{scope} ({_KEYS}) FROM STDIN") as copy:
        for number, row in enumerate(listed, first):
            label = f"{row.division}\t{row.meaning}\t{'t' if row.vague else 'f'}\t{scope}\t{number}\n"
            copy.write("".join(f"{key}\t{label}" for key in row.keys))


def name_row(scope: int, number: int, parts: Parts) -> tuple[object, ...]:
    one = parts.compared
    said = (one.region, one.trade, one.industry, one.form, str(one.order), one.group, one.small_class)
    return (scope, number, parts.full, *said, "registered", None, "", 100)


def flat_make(connection: Connection) -> None:
    """All scopes in two tables as they are today, without a scope at the keys: what the split is measured against."""
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute("CREATE TABLE flat_indexedname AS SELECT * FROM indexedname")
    connection.execute("CREATE TABLE flat_namekey AS SELECT key, division, meaning, vague, name_id FROM namekey")
    connection.execute("ALTER TABLE flat_indexedname ADD PRIMARY KEY (id)")
    for one in _INDEXES["indexedname"][1:]:
        connection.execute(f"CREATE INDEX ON flat_indexedname {one}")
    connection.execute("ALTER TABLE flat_namekey ADD PRIMARY KEY (key, division, meaning, vague, name_id)")
    connection.execute(_COUNTS.format("flat_namekey", "SET", " = -0.4", "SET", " = -0.12"))
    for table in ("flat_indexedname", "flat_namekey"):
        connection.execute(f"VACUUM ANALYZE {table}")


# asking


def question(names: str, keys: str, *, scoped: bool = True) -> str:
    """The question of reg/naming/index.py put to other tables; `scoped` says the scope at each of them."""
    names, keys = (f"(SELECT * FROM {one} WHERE scope = %(scope)s)" if scoped else one for one in (names, keys))  # noqa: S608  our own tables
    return re.sub(r"naming_namekey( k)?", f"{keys} k", QUESTION).replace("naming_indexedname n", f"{names} n")


SHARDED = question("indexedname", "namekey")
FLAT = QUESTION.replace("naming_", "flat_")
NATIONWIDE = question("indexedname", "namekey", scoped=False).replace("AND n.scope = %(scope)s", "")


def leaf(scope: int) -> str:
    """The question put to the partition by its own name."""
    return question(f"indexedname_{scope}", f"namekey_{scope}", scoped=False)


@dataclass(frozen=True)
class Asked:
    """A wish, the scope it is for, and the name it was planted near."""

    wish: Parts
    scope: int
    near: str

    @property
    def values(self) -> dict[str, Any]:
        return question_values(Compared(self.wish), DAY, "") | {"scope": self.scope}


def wishes(scope: int, size: int, count: int, seed: int = 1) -> list[Asked]:
    """Names near one of the scope's."""
    rng = random.Random(f"{seed}-{scope}")
    found: list[Asked] = []
    for number in range(count):
        chunk = number % max(1, size // CHUNK)
        near = next(itertools.islice(names_of_scope(scope, chunk), 1 + number % 50, None))
        found.append(Asked(planted(rng, near), scope, near.full))
    return found


def ask(connection: Connection, text: str, one: Asked) -> Found:
    """One question and its judging."""
    rows: Sequence[Any] = connection.execute(text, one.values).fetchall()
    return judged(Compared(one.wish), rows)


@dataclass(frozen=True)
class Answered:
    """How long a row of questions took (ms), and of how many the planted name was told (%)."""

    p50: float
    p95: float
    found: float

    def __str__(self) -> str:
        return f"p50 {self.p50:6.1f} ms  p95 {self.p95:6.1f} ms  planted found {self.found:3.0f} %"


def answered(asked: Sequence[Asked], acts: Sequence[Callable[[Asked], Found]]) -> list[Answered]:
    """Ask all in several ways, in turns, so that what else the machine does falls on each; twice, the second time counts."""
    times: list[list[float]] = [[] for _ in acts]
    found = [0] * len(acts)
    for counts in (False, True):
        for one in asked:
            for place, act in enumerate(acts):
                began = time.monotonic()
                answer = act(one)
                if counts:
                    times[place].append((time.monotonic() - began) * 1000)
                    found[place] += one.near in {hit.written for hit in (*answer.same, *answer.similar)}
    return [Answered(*percentiles(mine), 100 * told / len(asked)) for mine, told in zip(times, found, strict=True)]


def percentiles(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]
