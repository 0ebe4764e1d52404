"""A wish that needs two scopes: its claims must stand in both or in none. Three ways, tried with a crowd and with a crash.

The national scope lies in one database, the city's in another. Everybody asks the nation first, so nobody holds what the
other waits for.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import psycopg

from bench.shard_tables import IDS, NATION, Connection, connect, percentiles
from bench.users import together

PENDING = 5.0
"""Seconds that a claim of the nation waits for its other half; then it is void."""
CROWD, CONTENDERS, NAMES, ALONE = 16, 8, 200, 50
_serial = itertools.count(1)


@dataclass(frozen=True)
class Contender:
    """Somebody with a connection to the nation's database and one to the city's. His number names his claims."""

    number: int
    nation: Connection
    city: Connection
    scope: int

    def takes(self, there: Connection, scope: int, key: int, *, pending: float | None = None) -> bool:
        """Insert a claim; whoever wants the same one at this moment waits for the answer. What has lapsed makes room."""
        there.execute(
            "DELETE FROM nameclaim WHERE scope = %s AND key = %s AND pending_until < clock_timestamp()", [scope, key]
        )
        row = there.execute(
            "INSERT INTO nameclaim (scope, key, name_id, until, pending_until)"
            " VALUES (%s, %s, %s, '2027-01-31', clock_timestamp() + %s * interval '1 second') ON CONFLICT DO NOTHING RETURNING key",
            [scope, key, self._name(scope), pending],
        ).fetchone()
        return row is not None

    def drops(self, there: Connection, scope: int, key: int) -> None:
        there.execute(
            "DELETE FROM nameclaim WHERE scope = %s AND key = %s AND name_id = %s", [scope, key, self._name(scope)]
        )

    def confirms(self, there: Connection, scope: int, key: int) -> bool:
        """Only what has not lapsed meanwhile."""
        done = there.execute(
            "UPDATE nameclaim SET pending_until = NULL WHERE scope = %s AND key = %s AND name_id = %s AND pending_until > clock_timestamp()",
            [scope, key, self._name(scope)],
        )
        return done.rowcount == 1

    def _name(self, scope: int) -> int:
        return scope * IDS + self.number


Way: TypeAlias = Callable[[Contender, int], bool]


def city_only(who: Contender, key: int) -> bool:
    """An ordinary wish: one scope, one insert."""
    return who.takes(who.city, who.scope, key)


def one_transaction(who: Contender, key: int) -> bool:
    """Both scopes in one database: two inserts, one commit."""
    with who.city.transaction(force_rollback=False) as both:
        won = who.takes(who.city, NATION, key) and who.takes(who.city, who.scope, key)
        if not won:
            raise psycopg.Rollback(both)
    return won


def two_phase(who: Contender, key: int) -> bool:
    """PREPARE in both databases, then COMMIT PREPARED in both."""
    name = f"claim-{who.number}-{next(_serial)}"
    if not prepared(who, key, name):
        return False
    for there in (who.nation, who.city):
        there.execute(f"COMMIT PREPARED '{name}'")
    return True


def prepared(who: Contender, key: int, name: str) -> bool:
    """The first phase: both stand ready, or neither."""
    places = ((who.nation, NATION), (who.city, who.scope))
    for number, (there, scope) in enumerate(places):
        there.execute("BEGIN")
        if not who.takes(there, scope, key):
            for begun, _ in places[: number + 1]:
                begun.execute("ROLLBACK")
            return False
    for there, _ in places:
        there.execute(f"PREPARE TRANSACTION '{name}'")
    return True


def nation_first(who: Contender, key: int) -> bool:
    """The nation's claim, pending; the city's; then the nation's is confirmed. Each is a transaction of its own."""
    if not who.takes(who.nation, NATION, key, pending=PENDING):
        return False
    if who.takes(who.city, who.scope, key):
        if who.confirms(who.nation, NATION, key):
            return True
        who.drops(who.city, who.scope, key)
    who.drops(who.nation, NATION, key)
    return False


# a name without a region: against every city, without a row in any


def nationwide(who: Contender, key: int) -> bool:
    """The claim first, then the question to all: who has it in a city has been there before me."""
    if not who.takes(who.nation, NATION, key, pending=PENDING):
        return False
    there = who.city.execute("SELECT 1 FROM nameclaim WHERE scope <> %s AND key = %s LIMIT 1", [NATION, key]).fetchone()
    if there is None and who.confirms(who.nation, NATION, key):
        return True
    who.drops(who.nation, NATION, key)
    return False


def city_then_nation(who: Contender, key: int) -> bool:
    """The city's claim first, then the question to the nation; what is pending there is waited for."""
    if not who.takes(who.city, who.scope, key):
        return False
    while True:
        row = who.nation.execute(
            "SELECT pending_until IS NULL FROM nameclaim WHERE scope = %s AND key = %s"
            " AND (pending_until IS NULL OR pending_until > clock_timestamp())",
            [NATION, key],
        ).fetchone()
        if row is None:
            return True
        if row[0]:
            who.drops(who.city, who.scope, key)
            return False
        time.sleep(0.01)


# the trials


def crowd(nation: str, city: str, scopes: Sequence[int]) -> list[Contender]:
    return [
        Contender(number, connect(nation), connect(city), scopes[number % len(scopes)])
        for number in range(1, CROWD + 1)
    ]


def alone(people: Sequence[Contender], way: Way) -> str:
    """Everybody takes names that nobody else wants."""
    times: list[float] = []

    def takes(who: Contender) -> None:
        for _ in range(ALONE):
            began = time.monotonic()
            assert way(who, 10**9 + next(_serial))
            times.append((time.monotonic() - began) * 1000)

    began = time.monotonic()
    together([lambda who=who: takes(who) for who in people])  # type: ignore[misc]  # bound at once
    seconds = time.monotonic() - began
    p50, p95 = percentiles(times)
    return f"p50 {p50:5.1f} ms  p95 {p95:5.1f} ms  {len(times) / seconds:5.0f} claims/s"


def contended(people: Sequence[Contender], ways: Sequence[Way]) -> dict[int, list[Contender]]:
    """Each name is wanted by several at once, each in his own order and way; who believes he has it."""
    names = [2 * 10**9 + next(_serial) for _ in range(NAMES)]
    won: dict[int, list[Contender]] = {name: [] for name in names}
    start = threading.Barrier(len(people))

    def tries(who: Contender) -> None:
        mine = [name for place, name in enumerate(names) if (who.number + place) % (CROWD // CONTENDERS) == 0]
        random.Random(who.number // 4).shuffle(mine)
        start.wait()
        for name in mine:
            if ways[who.number // (CROWD // CONTENDERS) % len(ways)](who, name):
                won[name].append(who)

    together([lambda who=who: tries(who) for who in people])  # type: ignore[misc]  # bound at once
    return won


def kept(who: Contender, names: Sequence[int]) -> tuple[dict[int, list[int]], dict[int, int], int]:
    """What stands in the databases afterwards: claims of cities, of the nation, and how many are pending still."""
    cities: dict[int, list[int]] = {}
    question = "SELECT key, name_id, pending_until IS NOT NULL FROM nameclaim WHERE key = ANY(%s) AND scope "
    for key, name, _ in who.city.execute(question + "<> %s", [list(names), NATION]):
        cities.setdefault(key, []).append(name % IDS)
    rows: list[Any] = []
    for there in {who.nation.info.dsn: who.nation, who.city.info.dsn: who.city}.values():
        rows += there.execute(question + "= %s", [list(names), NATION]).fetchall()
    return cities, {key: name % IDS for key, name, _ in rows}, sum(row[2] for row in rows)


def both_or_none(people: Sequence[Contender], way: Way) -> str:
    """Half want both scopes, half the city alone, all in one city: each name is won once, and no half is left."""
    won = contended(people, [way, city_only])
    cities, nation, pending = kept(people[0], list(won))
    once = sum(len(who) == 1 for who in won.values())
    halves = sum(cities.get(key) != [owner] for key, owner in nation.items())
    true = sum(cities.get(key) == [who[0].number] for key, who in won.items() if who)
    return f"won once {once} of {NAMES}, as the database says {true}, by two scopes {len(nation)}, halves {halves}, pending {pending}"


def nation_against_cities(people: Sequence[Contender]) -> str:
    """A quarter want the name nationwide, the others in their cities: the nation has it or cities have it, never both."""
    won = contended(people, [nationwide, city_then_nation, city_then_nation, city_then_nation])
    cities, nation, pending = kept(people[0], list(won))
    both, none = set(cities) & set(nation), set(won) - set(cities) - set(nation)
    return f"nation {len(nation)}, cities {len(cities)} names, both {len(both)}, nobody {len(none)}, pending {pending}"


def crash_of_two_phases(one: Contender, other: Contender) -> str:
    """Somebody dies between the phases: the name stays locked until the operator decides."""
    key = 3 * 10**9 + next(_serial)
    prepared(one, key, "dead")
    other.nation.execute("SET lock_timeout = '2s'")
    began = time.monotonic()
    try:
        other.takes(other.nation, NATION, key)
        told = "got it"
    except psycopg.errors.LockNotAvailable:
        told = "stopped by lock_timeout"
    seconds = time.monotonic() - began
    for there in (one.nation, one.city):
        there.execute("ROLLBACK PREPARED 'dead'")
    other.nation.execute("RESET lock_timeout")
    again = two_phase(other, key)
    return f"the next one waited {seconds:.1f} s and was {told}; after ROLLBACK PREPARED he has it: {again}"


def crash_of_nation_first(one: Contender, other: Contender) -> str:
    """Somebody dies after the nation's claim: it lapses by itself."""
    key = 3 * 10**9 + next(_serial)
    one.takes(one.nation, NATION, key, pending=PENDING)
    began = time.monotonic()
    refused = not nation_first(other, key)
    while not nation_first(other, key):
        time.sleep(0.05)
    return f"the next one was refused at once: {refused}; had it after {time.monotonic() - began:.1f} s"


def crossed(one: Contender, other: Contender) -> str:
    """Two phases without an order: one begins with the nation, the other with the city. No server sees the circle."""
    key = 3 * 10**9 + next(_serial)
    meet = threading.Barrier(2)
    told: list[str] = []

    def goes(places: Sequence[tuple[Connection, int]], who: Contender) -> None:
        for there, _ in places:
            there.execute("SET lock_timeout = '2s'")
            there.execute("BEGIN")
        who.takes(places[0][0], places[0][1], key)
        meet.wait()
        try:
            who.takes(places[1][0], places[1][1], key)
            told.append("went on")
        except psycopg.errors.LockNotAvailable:
            told.append("was stopped by lock_timeout")
        for there, _ in places:
            there.execute("ROLLBACK")
            there.execute("RESET lock_timeout")

    began = time.monotonic()
    together(
        [
            lambda: goes(((one.nation, NATION), (one.city, one.scope)), one),
            lambda: goes(((other.city, one.scope), (other.nation, NATION)), other),
        ]
    )
    return f"after {time.monotonic() - began:.1f} s one {told[0]}, the other {told[1]}"


def trials(nation: str, city: str, scopes: Sequence[int]) -> None:
    """All of it, printed. `nation` and `city` are two databases; both know the nation's scope."""
    same = crowd(nation, city, scopes[:1])
    print(f"claim in the city alone, {CROWD} clients: {alone(same, city_only)}", flush=True)
    for way in (one_transaction, two_phase, nation_first):
        print(f"claim in two scopes, {way.__name__}, {CROWD} clients: {alone(same, way)}", flush=True)
        told = both_or_none(same, way)
        print(f"  {NAMES} names, {CONTENDERS} at once each: {told}", flush=True)
    spread = crowd(nation, city, scopes)
    print(f"claim nationwide, {CROWD} clients: {alone(spread, nationwide)}", flush=True)
    print(f"  {NAMES} names, {CONTENDERS} at once each: {nation_against_cities(spread)}", flush=True)
    print(f"two_phase, a client dies between the phases: {crash_of_two_phases(*same[:2])}", flush=True)
    print(f"two_phase, one begins with the nation and one with the city: {crossed(*same[:2])}", flush=True)
    print(f"nation_first, a client dies in the middle: {crash_of_nation_first(*same[:2])}", flush=True)
