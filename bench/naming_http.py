"""The name engine through the browser's door: checks as one types, reservations, and a crowd that wants the same names."""

from __future__ import annotations

import functools
import html
import itertools
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bench.report import load, percentiles, tell
from bench.users import TOKEN, User, leaders, together

SECONDS, THINK = 20.0, 2.0
CLIENTS, PACED = 32, 50
CONTENDED, CONTENDERS = 200, 6
READ = re.compile(r'name="read" value="([^"]*)"')
REPORT, MAY_HOLD = " 查过", 'name="do" value="hold"'
TRIES = 4
DISTRICTS = ("310115", "310104", "310101", "310105", "310112", "310110", "310106", "310109")
"""Where they register: numbers of declarations are counted by district and day."""


class Applicant(User):
    """Somebody who composes a name on his phone."""

    district = "310115"

    def form(self, parts: Any) -> dict[str, str]:
        token = self.client.cookies.get("reg_csrf", "")
        said = {
            "kind": "llc",
            "district": self.district,
            "region": "上海",
            "trade": parts.trade,
            "industry": parts.industry,
        }
        kept = {"form": "有限公司", "order": str(parts.order), "small_class": parts.small_class}
        return {**said, **kept, "csrfmiddlewaretoken": token}

    def ready(self) -> None:
        self.goes_to_the_identity_provider()
        self.comes_back()
        if not TOKEN.search(self.client.get(f"{self.reg}/names/new").text):
            raise SystemExit("no form of a name")

    def checks(self, parts: Any) -> bool:
        """Whether a report came."""
        answer = self.client.post(f"{self.reg}/names/new", data={**self.form(parts), "do": "result"})
        return answer.status_code == 200 and REPORT in answer.text

    def holds(self, parts: Any) -> bool:
        """Presses the button; reads what is near where he must, and presses again. Whether he has it."""
        body: dict[str, Any] = {**self.form(parts), "do": "hold"}
        for _ in range(TRIES):
            answer = self.client.post(f"{self.reg}/names/new", data=body)
            if answer.status_code != 409 or MAY_HOLD not in answer.text:
                return answer.status_code == 302
            body["read"] = [html.unescape(one) for one in READ.findall(answer.text)]
        return False


def crowd(base: int, count: int) -> list[Applicant]:
    people = itertools.cycle(leaders())
    users = [Applicant(base, *next(people)) for _ in range(count)]
    for user, district in zip(users, itertools.cycle(DISTRICTS), strict=False):
        user.district = district
    together([user.ready for user in users], at_once=4)
    return users


def timed(act: Callable[[], bool], times: list[float], done: list[bool]) -> None:
    began = time.monotonic()
    done.append(act())
    times.append((time.monotonic() - began) * 1000)


def checks(users: list[Applicant], what: str, wishes: Sequence[Any], *, think: float) -> None:
    """Each asks for names of his own until the time is over."""
    times: list[float] = []
    done: list[bool] = []
    stop = time.monotonic() + SECONDS

    def sits(user: Applicant, number: int) -> None:
        time.sleep(think * number / len(users))
        for wish in itertools.cycle(wishes[number :: len(users)]):
            if time.monotonic() > stop:
                return
            timed(functools.partial(user.checks, wish), times, done)
            time.sleep(think)

    load(what)
    together([functools.partial(sits, user, number) for number, user in enumerate(users)])
    p50, p95 = percentiles(times)
    budget = "≤ 15 / 100" if think else ""
    tell(f"check over HTTP, {what}, p50 / p95", f"{p50:.0f} / {p95:.0f} ms", budget)
    tell(f"check over HTTP, {what}", f"{len(times) / SECONDS:.0f} checks/s, {done.count(False)} without a report")


# names that nobody has


def fresh(seed: int) -> Iterator[Any]:
    """Names of three characters drawn from the whole standard list, that no word rule stops."""
    from reg.catalog.names import standard_characters
    from reg.naming.parts import Parts

    rng, characters = random.Random(seed), sorted(standard_characters())
    while True:
        parts = Parts("上海", "".join(rng.sample(characters, 3)), "科技", "有限公司", small_class="7519")
        if allowed(parts):
            yield parts


def allowed(parts: Any) -> bool:
    from reg.naming.checks import check_name
    from reg.naming.context import NameContext

    return all(
        one.severity not in ("forbid", "restrict") for one in check_name(parts, NameContext("llc", district="310115"))
    )


@functools.cache
def by_reading() -> dict[str, list[str]]:
    """Standard characters by each of their readings."""
    from reg.catalog.names import standard_characters
    from reg.naming.readings import readings

    found: dict[str, list[str]] = {}
    for character in sorted(standard_characters()):
        for reading in readings(character):
            found.setdefault(reading, []).append(character)
    return found


def homophone(parts: Any) -> Any | None:
    """The same name with one character that sounds the same; None where the rules leave none."""
    from reg.naming.readings import readings

    for place, character in enumerate(parts.trade):
        for other in by_reading()[readings(character)[0]]:
            twin = replace(parts, trade=parts.trade[:place] + other + parts.trade[place + 1 :])
            if other not in parts.trade and allowed(twin):
                return twin
    return None


def reservations(users: list[Applicant], names: Iterator[Any], what: str, *, think: float) -> None:
    """Everybody takes names that nobody else wants, from the first press to having it."""
    times: list[float] = []
    done: list[bool] = []
    load(f"reservations, {what}")
    stop = time.monotonic() + SECONDS

    def takes(user: Applicant, number: int) -> None:
        time.sleep(think * number / len(users))
        while time.monotonic() < stop:
            timed(functools.partial(user.holds, next(names)), times, done)
            time.sleep(think)

    together([functools.partial(takes, user, number) for number, user in enumerate(users)])
    p50, p95 = percentiles(times)
    tell(f"reservation, {what}, p50 / p95", f"{p50:.0f} / {p95:.0f} ms", "p95 ≤ 100" if think else "")
    tell(f"reservations, {what}", f"{done.count(True) / SECONDS:.0f} /s, {done.count(False)} not had")


def contended(users: list[Applicant]) -> None:
    """Each name is wanted by six in the same moment, three as it is and three with a homophone in it.

    Both may be had, but each form once; and whoever came second was shown the first.
    """
    pairs = [(one, twin) for one in itertools.islice(fresh(2), 2 * CONTENDED) if (twin := homophone(one))][:CONTENDED]
    rng = random.Random(3)
    wanted: list[list[tuple[threading.Barrier, Any]]] = [[] for _ in users]
    for pair in pairs:
        meet = threading.Barrier(CONTENDERS)
        for place, number in enumerate(rng.sample(range(len(users)), CONTENDERS)):
            wanted[number].append((meet, pair[place % 2]))
    won: list[str] = []

    def takes(user: Applicant, mine: list[tuple[threading.Barrier, Any]]) -> None:
        for meet, parts in mine:
            meet.wait(120)
            if user.holds(parts):
                won.append(parts.full)

    load(f"{len(users)} for the same names")
    began = time.monotonic()
    together([functools.partial(takes, *one) for one in zip(users, wanted, strict=True)])
    tell(
        f"contended, {len(users)} clients, {CONTENDERS} at once for each",
        f"{time.monotonic() - began:.0f} s for {len(pairs)} names",
    )
    told(pairs, won)


def told(pairs: Sequence[tuple[Any, Any]], won: Sequence[str]) -> None:
    """What the database says afterwards."""
    from reg.naming.models import Reservation

    forms = [parts.full for pair in pairs for parts in pair]
    held: dict[str, list[Any]] = {}
    for one in Reservation.objects.filter(written__in=forms, state__in=("held", "waiting")):
        held.setdefault(one.written, []).append(one)
    once = sum(len(held.get(form, ())) == 1 for form in forms)
    twice = sum(len(rows) > 1 for rows in held.values())
    heard = sum(
        any(
            b.written in a.acknowledged or a.written in b.acknowledged
            for a in held.get(x.full, ())
            for b in held.get(y.full, ())
        )
        for x, y in pairs
    )
    tell("contended, won once / twice", f"{once} / {twice} of {len(forms)} written names", "all / 0")
    tell("contended, winners told by the application", f"{len(won)}, each other name {len(set(won))}", str(len(forms)))
    tell("contended, homophone shown to the second", f"{heard} of {len(pairs)} pairs", "all")


def over_http(base: int, wishes: Sequence[Any]) -> None:
    """All of it, against the system at `base`."""
    for count, think, what in (
        (1, 0.0, "1 user"),
        (CLIENTS, 0.0, f"{CLIENTS} users"),
        (PACED, THINK, f"{PACED} paced users"),
    ):
        checks(crowd(base, count), what, wishes, think=think)
    users = crowd(base, CLIENTS)
    names = iter(list(itertools.islice(fresh(1), 4000)))
    reservations(users, names, f"{CLIENTS} paced clients", think=THINK)
    reservations(users, names, f"{CLIENTS} clients", think=0.0)
    contended(users)
