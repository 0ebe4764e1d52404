"""`make bench-name-shards`: the name index split by scope, tried. What it prints stands in docs/names-at-100-million.md.

Two servers: the house's own with all scopes as partitions, and a second one to which a scope is moved. With Debian's package
`postgresql` the second is that one (another version), and foreign tables are tried too. `NAMES` are spread over `SCOPES`.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import psycopg

if TYPE_CHECKING:
    from bench.shard_tables import Asked, Connection

NAMES, SCOPES = int(os.environ.get("NAMES", "2000000")), int(os.environ.get("SCOPES", "8"))
SMALL, ASKED, WIDE_ASKED, EMPTY = 25_000, 300, 40, 300


def tell(text: str) -> None:
    print(text, flush=True)


def timed(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


class Trial:
    """One run: the scopes, and the two servers once they stand."""

    def __init__(self, url: str, second: str, program: Callable[[str], str]) -> None:
        from bench import shard_tables

        self.t = shard_tables
        self.scopes = list(shard_tables.PLACES)[:SCOPES]
        self.size = NAMES // len(self.scopes)
        self.url, self.second, self.program = url, second, program
        self.main = shard_tables.connect(url)
        self.other = shard_tables.connect(second)

    # building, and whether the number of scopes is felt

    def builds(self) -> None:
        self.t.schema(self.main)
        for scope in self.scopes:
            self.t.scope_make(self.main, scope)
        filling = timed(lambda: self.t.fill(self.url, dict.fromkeys(self.scopes, self.size)))
        tell(f"filled {len(self.scopes)} scopes of {self.size} names: {filling:.0f} s")
        attaching = 0.0
        first = self.t.wishes(self.scopes[0], self.size, ASKED)
        for number, scope in enumerate(self.scopes, 1):
            attaching += timed(lambda scope=scope: self.t.scope_attach(self.main, scope))  # type: ignore[misc]  # bound at once
            if number in (1, 2, 4, 8, 16):
                self.asks(f"{number} scopes attached", first)
        tell(f"indexes built and scopes attached: {attaching:.0f} s, {attaching / len(self.scopes):.1f} s each")
        for table in ("indexedname", "namekey"):
            self.weighs(table, [f"{table}_{scope}" for scope in self.scopes])

    def weighs(self, what: str, tables: list[str]) -> None:
        heap, whole = self.main.execute(
            "SELECT sum(pg_relation_size(one)), sum(pg_total_relation_size(one)) FROM unnest(%s::regclass[]) one",
            [tables],
        ).fetchone() or (0, 0)
        count = self.size * len(self.scopes)
        tell(
            f"{what}: {whole / 2**20:.0f} MiB, of which indexes {(whole - heap) / 2**20:.0f}; {whole / count:.0f} bytes a name"
        )

    def asks(self, what: str, asked: list[Asked], text: str = "", there: Connection | None = None) -> None:
        self.compares(asked, {what: (there or self.main, text or self.t.SHARDED)})

    def compares(self, asked: list[Asked], ways: dict[str, tuple[Connection, str]]) -> None:
        """The same wishes in several ways, in turns."""
        acts = [lambda one, there=there, text=text: self.t.ask(there, text, one) for there, text in ways.values()]
        for what, answer in zip(ways, self.t.answered(asked, acts), strict=True):
            tell(f"asked, {what}: {answer}")

    def plans(self) -> None:
        """Which partitions a question touches, what planning costs, how many pages it reads."""
        scope = self.scopes[-1]
        asked = self.t.wishes(scope, self.size, 50)
        explained = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) " + self.t.SHARDED
        touched, planning, running, pages = set(), [], [], []
        for one in asked:
            text = "\n".join(row[0] for row in self.main.execute(explained, one.values))
            touched |= set(re.findall(r"(?:namekey|indexedname)_(\d{6})", text))
            planning.append(float(re.findall(r"Planning Time: ([\d.]+)", text)[0]))
            running.append(float(re.findall(r"Execution Time: ([\d.]+)", text)[0]))
            pages.append(
                sum(int(n) for n in re.findall(r"(?:hit|read)=(\d+)", text.partition("Buffers:")[2].partition("\n")[0]))
            )
        tell("\n".join(line for line in text.split("\n") if "_pkey" in line)[:1200])
        tell(
            f"partitions touched by {len(asked)} questions to {scope}: {sorted(touched)};"
            f" planning {statistics.median(planning):.1f} ms, execution {statistics.median(running):.1f} ms,"
            f" pages of 8 KiB {statistics.median(pages):.0f}"
        )
        ways = {"through the parent": self.t.SHARDED, "the partition by its own name": self.t.leaf(scope)}
        self.compares(self.t.wishes(scope, self.size, ASKED), {what: (self.main, text) for what, text in ways.items()})

    def counts(self) -> None:
        """The planner with its own count of different keys, and with ours."""
        scope = self.scopes[-1]
        asked = self.t.wishes(scope, self.size, ASKED)
        for told in (False, True):
            self.t.counts_tell(self.main, scope, told=told)
            whole = sum(
                any("Seq Scan" in row[0] for row in self.main.execute("EXPLAIN " + self.t.SHARDED, one.values))
                for one in asked
            )
            what = "told" if told else "sampled"
            self.asks(f"different keys {what}, {whole} of {len(asked)} plans read the whole scope", asked)

    def many(self) -> None:
        """As many partitions as the country has cities."""
        asked = self.t.wishes(self.scopes[0], self.size, ASKED)
        self.asks(f"{len(self.scopes)} scopes attached", asked)
        for number in range(900_000, 900_000 + EMPTY):
            for table in ("indexedname", "namekey"):
                self.main.execute(f"CREATE TABLE {table}_{number} PARTITION OF {table} FOR VALUES IN ({number})")
        self.asks(f"{len(self.scopes) + EMPTY} scopes attached", asked)
        for number in range(900_000, 900_000 + EMPTY):
            for table in ("indexedname", "namekey"):
                self.main.execute(f"DROP TABLE {table}_{number}")

    # against one table

    def flat(self) -> None:
        """The same names in the tables of today: the caps of a question are filled by other scopes' names."""
        tell(f"flat tables made: {timed(lambda: self.t.flat_make(self.main)):.0f} s")
        self.weighs("flat_indexedname", ["flat_indexedname"])
        self.weighs("flat_namekey", ["flat_namekey"])
        for scope in (self.scopes[0], self.scopes[-1]):
            self.crowds(scope)
            ways = {
                f"flat, scope {scope}": (self.main, self.t.FLAT),
                f"split, scope {scope}": (self.main, self.t.SHARDED),
            }
            self.compares(self.t.wishes(scope, self.size, ASKED), ways)
        self.main.execute("DROP TABLE flat_indexedname, flat_namekey")

    def crowds(self, scope: int) -> None:
        """How many similar names of the scope come through the caps."""
        asked = self.t.wishes(scope, self.size, ASKED)
        for what, text in (("flat", self.t.FLAT), ("split", self.t.SHARDED)):
            told = [self.t.ask(self.main, text, one) for one in asked]
            tell(
                f"similar names of {scope} found for {ASKED} wishes, {what}: {sum(len(one.similar) + one.more for one in told)}"
            )

    # a scope comes, goes, moves

    def disturbed(self, act: Callable[[], object]) -> tuple[float, float, int]:
        """How long `act` took (s), and the slowest of the questions that went on meanwhile (ms), and how many."""
        stop = threading.Event()
        times: list[float] = []
        asked = self.t.wishes(self.scopes[0], self.size, 100)

        def goes_on() -> None:
            with self.t.connect(self.url) as mine:
                while not stop.is_set():
                    for one in asked:
                        times.append(timed(lambda one=one: self.t.ask(mine, self.t.SHARDED, one)) * 1000)  # type: ignore[misc]  # bound at once
                        if stop.is_set():
                            break

        thread = threading.Thread(target=goes_on)
        thread.start()
        time.sleep(1)
        times.clear()
        seconds = timed(act)
        stop.set()
        thread.join()
        return seconds, max(times), len(times)

    def adds(self) -> None:
        """The nation's scope is added while others ask; it is taken off and put back."""
        nation = self.t.NATION
        self.t.scope_make(self.main, nation)
        self.t.fill(self.url, {nation: SMALL})
        acts: dict[str, Callable[[], object]] = {
            "indexes and ATTACH": lambda: self.t.scope_attach(self.main, nation),
            "DETACH CONCURRENTLY": lambda: self.t.scope_detach(self.main, nation),
            "ATTACH alone": self.reattaches,
        }
        for what, act in acts.items():
            seconds, slowest, count = self.disturbed(act)
            tell(f"{what} of {SMALL} names: {seconds:.2f} s; meanwhile {count} questions, the slowest {slowest:.0f} ms")
        self.asks(f"a scope of {SMALL}", self.t.wishes(nation, SMALL, ASKED))

    def reattaches(self) -> None:
        nation = self.t.NATION
        with self.main.transaction():
            for table in self.t.TABLES:
                self.main.execute(f"ALTER TABLE {table} ATTACH PARTITION {table}_{nation} FOR VALUES IN ({nation})")

    def copies(self, scope: int) -> None:
        """Names and keys of a scope to the second database, through a pipe."""
        self.t.scope_make(self.other, scope)
        for table in self.t.TABLES:
            out = self.main.cursor().copy(f"COPY {table}_{scope} TO STDOUT")
            with out as source, self.other.cursor().copy(f"COPY {table}_{scope} FROM STDIN") as into:
                for block in source:
                    into.write(block)

    def moves(self) -> None:
        scope = self.scopes[-1]
        self.t.schema(self.other)
        router, stop, wrote, refused = {scope: self.url}, threading.Event(), [0], [0]
        writer = threading.Thread(target=lambda: self.writes(scope, router, stop, wrote, refused))
        writer.start()
        time.sleep(1)
        self.main.execute("SELECT pg_advisory_lock(%s)", [scope])
        before = wrote[0]
        copying = timed(lambda: self.copies(scope))
        building = timed(lambda: self.t.scope_attach(self.other, scope))
        router[scope] = self.second
        self.main.execute("SELECT pg_advisory_unlock(%s)", [scope])
        time.sleep(1)
        stop.set()
        writer.join()
        tell(f"scope {scope} moved to the second database: copied {copying:.0f} s, indexes {building:.0f} s")
        there = self.other.execute("SELECT count(*) FROM nameclaim WHERE scope = %s", [scope]).fetchone()
        tell(
            f"a writer meanwhile: {before} claims before, {refused[0]} refused at once, {wrote[0] - before} after;"
            f" in the second database {there[0] if there else 0} of {wrote[0]}"
        )
        self.moved(scope)

    def writes(
        self, scope: int, router: dict[int, str], stop: threading.Event, wrote: list[int], refused: list[int]
    ) -> None:
        """Claims one after another, where the router says; nothing is written while the scope is on its way."""
        places = {url: self.t.connect(url) for url in (self.url, self.second)}
        while not stop.is_set():
            url = router[scope]
            with places[url].transaction():
                row = places[url].execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [scope]).fetchone()
                if not row or not row[0]:
                    refused[0] += 1
                elif router[scope] == url:
                    places[url].execute(
                        "INSERT INTO nameclaim VALUES (%s, %s, %s, '2027-01-31')", [wrote[0], scope, scope * self.t.IDS]
                    )
                    wrote[0] += 1
            time.sleep(0.01)

    def moved(self, scope: int) -> None:
        """Both are asked; then the first lets go."""
        asked = self.t.wishes(scope, self.size, ASKED)
        pairs = [[self.t.ask(there, self.t.SHARDED, one) for there in (self.main, self.other)] for one in asked]
        same = sum(a.same == b.same for a, b in pairs)
        alike = sum(a == b for a, b in pairs)
        tell(f"asked of both: {same} of {len(asked)} with the same 相同, {alike} with the same 相近 too")
        ways = {"the moved scope in the first database": self.main, "in the second": self.other}
        self.compares(asked, {what: (there, self.t.SHARDED) for what, there in ways.items()})
        seconds, slowest, _ = self.disturbed(lambda: self.t.scope_detach(self.main, scope))
        tell(
            f"DETACH CONCURRENTLY of the moved scope: {seconds:.2f} s, the slowest question meanwhile {slowest:.0f} ms"
        )
        self.t.scope_drop(self.main, scope)
        self.asks("a scope that stayed", self.t.wishes(self.scopes[0], self.size, ASKED))
        self.dumps(scope)

    def dumps(self, scope: int) -> None:
        """A backup of one scope, with its keys and without."""
        for what, tables in (("with keys", self.t.TABLES), ("without keys", ("indexedname", "nameclaim"))):
            with tempfile.NamedTemporaryFile() as file:
                chosen = [f"--table={table}_{scope}" for table in tables]
                dump = [self.program("pg_dump"), "-Fc", f"--file={file.name}", *chosen, self.second]
                seconds = timed(lambda dump=dump: subprocess.run(dump, check=True))  # type: ignore[misc]  # bound at once
                tell(
                    f"pg_dump of {self.size} names {what}: {seconds:.0f} s, {Path(file.name).stat().st_size / 2**20:.0f} MiB"
                )

    def refused(self) -> None:
        """What the server does not do, tried in a schema of its own."""
        self.other.execute("CREATE SCHEMA refused; SET search_path = refused")
        self.other.execute(
            "CREATE TABLE name (id int, scope int, PRIMARY KEY (id, scope)) PARTITION BY LIST (scope);"
            "CREATE TABLE name_1 PARTITION OF name FOR VALUES IN (1);"
            "CREATE TABLE claim (id int, scope int, FOREIGN KEY (id, scope) REFERENCES name) PARTITION BY LIST (scope);"
            "CREATE TABLE claim_1 PARTITION OF claim FOR VALUES IN (1);"
            "INSERT INTO name VALUES (1, 1); INSERT INTO claim VALUES (1, 1); ALTER TABLE claim DETACH PARTITION claim_1"
        )
        for statement in (
            "ALTER TABLE name ADD UNIQUE (id)",
            "ALTER TABLE name DETACH PARTITION name_1",
            "BEGIN; ALTER TABLE name DETACH PARTITION name_1 CONCURRENTLY",
        ):
            try:
                self.other.execute(statement)
                tell(f"{statement}: done")
            except psycopg.Error as error:
                tell(f"{statement}: {str(error).splitlines()[0]}")
                self.other.execute("ROLLBACK")
        self.other.execute("DROP SCHEMA refused CASCADE; RESET search_path")
        self.other.execute("SELECT pg_advisory_lock(310000)")
        with psycopg.connect(self.second, dbname="postgres") as elsewhere:
            free = elsewhere.execute("SELECT pg_try_advisory_lock(310000)").fetchone()
        tell(f"an advisory lock held in one database is free in another of the same server: {free}")
        self.other.execute("SELECT pg_advisory_unlock_all()")

    # asked in every scope

    def nationwide(self) -> None:
        scope = self.scopes[0]
        asked = self.t.wishes(scope, self.size, WIDE_ASKED)
        where = [(self.url, one) for one in (*self.scopes[:-1], self.t.NATION)] + [(self.second, self.scopes[-1])]
        lines = [(self.t.connect(url), one) for url, one in where]
        with ThreadPoolExecutor(len(lines)) as pool:

            def fan_out(one: Asked) -> Any:
                from reg.naming.comparison import Compared
                from reg.naming.index import judged

                def rows(line: tuple[Connection, int]) -> list[Any]:
                    return line[0].execute(self.t.SHARDED, one.values | {"scope": line[1]}).fetchall()

                found = [row for part in pool.map(rows, lines) for row in part]
                return judged(Compared(one.wish), found)

            tell(f"asked nationwide, {len(lines)} scopes, by the application: {self.t.answered(asked, [fan_out])[0]}")
        self.asks(
            f"nationwide, one statement over {len(lines) - 1} partitions of one database", asked, self.t.NATIONWIDE
        )
        self.t.counts_tell_parents(self.main)
        self.asks("the same after ANALYZE of the parents", asked, self.t.NATIONWIDE)
        try:
            self.foreign(where, asked[:6])
        except psycopg.Error as error:
            tell(f"foreign tables: {str(error).splitlines()[0]}")

    def foreign(self, where: list[tuple[str, int]], asked: list[Asked]) -> None:
        """A hub whose partitions are foreign tables."""
        self.other.execute("CREATE DATABASE hub")
        hub = self.t.connect(self.second.replace("/shards?", "/hub?"))
        hub.execute("CREATE EXTENSION postgres_fdw")
        for table in ("indexedname", "namekey"):
            definition = re.search(rf"CREATE TABLE {table} .*?;", self.t.SCHEMA, re.S)
            hub.execute(definition[0] if definition else "")
        for number, url in enumerate(sorted({url for url, _ in where})):
            facts = psycopg.conninfo.conninfo_to_dict(url)
            options = f"host '{facts['host']}', port '5432', dbname '{facts['dbname']}', async_capable 'true'"
            hub.execute(f"CREATE SERVER s{number} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({options})")
            hub.execute(f"CREATE USER MAPPING FOR CURRENT_USER SERVER s{number} OPTIONS (user '{facts['user']}')")
            for scope in [one for place, one in where if place == url]:
                for table in ("indexedname", "namekey"):
                    hub.execute(
                        f"CREATE FOREIGN TABLE {table}_{scope} PARTITION OF {table} FOR VALUES IN ({scope}) SERVER s{number}"
                    )
                    hub.execute(f"ANALYZE {table}_{scope}")
        hub.execute("SET statement_timeout = '60s'")
        self.asks("one scope through foreign tables", asked, self.t.SHARDED, hub)
        self.asks("nationwide through foreign tables", asked, self.t.NATIONWIDE, hub)

    # claims

    def claims(self) -> None:
        from bench.shard_claims import trials

        nation = self.t.NATION
        self.t.scope_make(self.other, nation)
        self.t.fill(self.second, {nation: 1000})
        self.t.scope_attach(self.other, nation)
        trials(self.second, self.url, self.scopes[:-1])


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="qideng-shards-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {
            "DATABASE_URL": "postgresql:///unused",
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "reg.settings",
        }
        django.setup()
        from bench.peers import debian_is_here
        from bench.shard_tables import Main, Second

        kind = Second if debian_is_here() else Main
        one, two = Main(Path(folder) / "one"), kind(Path(folder) / "two")
        with one.use() as url, two.use() as second:
            for place in (url, second):
                with psycopg.connect(place, autocommit=True) as connection:
                    connection.execute("CREATE DATABASE shards")
                    tell(f"server: PostgreSQL {connection.info.server_version // 10000}")
            trial = Trial(one.url("shards"), two.url("shards"), two._binaries().program)
            for act in (
                trial.builds,
                trial.plans,
                trial.counts,
                trial.many,
                trial.flat,
                trial.adds,
                trial.moves,
                trial.refused,
                trial.nationwide,
                trial.claims,
            ):
                tell(f"-- {act.__name__}: {timed(act):.0f} s in all")


if __name__ == "__main__":
    main()
