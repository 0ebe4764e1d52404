"""The index in the database: file a name, take it out, and find whatever may be the same as a wish or near it (R104).

A question is one statement. What blocks (相同) is asked for without a limit; what warns (相近) is capped kind by kind, nearest
kinds first, and judged by reg/naming/comparison.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from reg.naming.comparison import Compared, Kind, Standing, Verdict, compare, rank
from reg.naming.keys import Keys, group_number, inner_parts, key, keys_of
from reg.naming.models import IndexedName, NameKey
from reg.naming.parts import Order, Parts
from reg.naming.readings import READINGS_OF_ALL

CITY = "310000"
PER_KIND = 150
"""Candidates of one kind that are judged."""
LOOK_ALIKES = 300
"""Names of any industry that sound the same: whether they look alike too (P06) is judged one by one."""
SHOWN = 20
"""Similar names that are told."""


@dataclass(frozen=True)
class Hit:
    """A name of the index and what the wish is to it."""

    name_id: int
    written: str
    verdict: Verdict
    standing: Standing
    until: date | None
    uscc: str
    small_class: str


@dataclass(frozen=True)
class Found:
    """Everything the index says of a wish; `more` similar ones are not told."""

    same: tuple[Hit, ...]
    similar: tuple[Hit, ...]
    more: int = 0


# filing


@transaction.atomic
def name_file(
    parts: Parts,
    *,
    scope: str = CITY,
    standing: Standing = Standing.REGISTERED,
    until: date | None = None,
    uscc: str = "",
    confidence: int = 100,
) -> IndexedName:
    """Put a name into the index with all its keys."""
    one = IndexedName.objects.create(
        scope=scope,
        written=parts.full,
        region=parts.compared.region,
        trade=parts.compared.trade,
        industry=parts.compared.industry,
        form=parts.compared.form,
        order=parts.order,
        group=parts.group,
        small_class=parts.small_class,
        standing=standing,
        until=until,
        uscc=uscc,
        confidence=confidence,
    )
    keys_write(one.pk, Compared(parts))
    return one


def keys_write(name_id: int, name: Compared) -> None:
    """File a name under its keys."""
    division, meaning, vague = labels(name)
    NameKey.objects.bulk_create(
        NameKey(key=value, division=division, meaning=meaning, vague=vague, name_id=name_id)
        for value in keys_of(name).stored()
    )


def labels(name: Compared) -> tuple[int, int, bool]:
    """What stands beside each key: 大类, group of meaning, and whether an industry is said at all."""
    division = name.parts.division
    return int(division) if division.isdigit() else 0, group_number(name.group), name.plain.says_no_industry


def name_end(one: IndexedName, standing: Standing, until: date) -> None:
    """The name was given up: it counts until `until`."""
    one.standing, one.until = standing, until
    one.save(update_fields=["standing", "until"])


def name_drop(one: IndexedName) -> None:
    """Take a name out of the index."""
    keys_drop(one)
    one.delete()


def keys_drop(one: IndexedName) -> None:
    """Its keys follow from its parts, so they are found without an index of their own."""
    NameKey.objects.filter(key__in=list(keys_of(Compared(parts_of(one))).stored()), name_id=one.pk).delete()


def parts_of(one: IndexedName) -> Parts:
    """The parts of a name in the index."""
    return Parts(one.region, one.trade, one.industry, one.form, Order(one.order), one.small_class, one.group)


# asking

_COLUMNS = 'n.id, n.written, n.region, n.trade, n.industry, n.form, n."order", n."group", n.small_class, n.standing, n.until, n.uscc'
QUESTION = f"""
WITH same AS (
  SELECT k.name_id FROM naming_namekey k WHERE k.key = %(written)s
  UNION
  SELECT k.name_id FROM naming_namekey k JOIN naming_indexedname n ON n.id = k.name_id
  WHERE k.key = %(trade)s AND (%(bare)s OR n.industry = '' OR n.small_class = %(class)s OR n.industry = %(industry)s)
), near AS (
  (SELECT name_id FROM naming_namekey
   WHERE key = %(trade)s AND (division = %(division)s OR meaning = %(meaning)s OR vague OR %(vague)s) LIMIT {PER_KIND})
  UNION ALL
  (SELECT name_id FROM naming_namekey
   WHERE key = ANY(%(sounds)s) AND (division = %(division)s OR meaning = %(meaning)s OR vague OR %(vague)s) LIMIT {PER_KIND})
  UNION ALL
  (SELECT name_id FROM naming_namekey WHERE key = ANY(%(sounds)s) LIMIT {LOOK_ALIKES})
  UNION ALL
  (SELECT name_id FROM naming_namekey
   WHERE key = ANY(%(around)s) AND (division = %(division)s OR meaning = %(meaning)s OR vague OR %(vague)s) LIMIT {PER_KIND})
  UNION ALL
  (SELECT name_id FROM naming_namekey
   WHERE key = ANY(%(runs)s) AND (division = %(division)s OR meaning = %(meaning)s) LIMIT {PER_KIND})
)
SELECT {_COLUMNS} FROM naming_indexedname n
WHERE n.id IN (SELECT name_id FROM same UNION SELECT name_id FROM near)
  AND n.scope = %(scope)s AND (n.until IS NULL OR n.until >= %(day)s)
"""  # noqa: S608  only constants of this module


def names_near(
    wish: Parts,
    *,
    day: date,
    scope: str = CITY,
    but: Iterable[int] = (),
    related: Iterable[str] = (),
) -> Found:
    """Every name that is the same as the wish, and the nearest similar ones.

    `but` leaves out names by id (the applicant's own old name or reservation); `related` are credit codes of enterprises with a
    proven investment relation, which lifts the rules that say so.
    """
    asked = Compared(wish)
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, question_values(asked, day, scope))
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return judged(asked, rows, but=but, related=related)


def judged(
    asked: Compared, rows: Iterable[tuple[Any, ...]], *, but: Iterable[int] = (), related: Iterable[str] = ()
) -> Found:
    """The candidates a question brought, each compared with the wish, the nearest first."""
    left_out, kin = set(but), set(related)
    hits: list[tuple[Any, Hit]] = []
    for row in rows:
        if row[0] in left_out:
            continue
        other = _compared(row, kin)
        verdict = compare(asked, other)
        if verdict.rule:
            hits.append((rank(verdict, asked, other), _hit(row, verdict)))
    hits.sort(key=lambda pair: pair[0])
    same = tuple(hit for _, hit in hits if hit.verdict.kind is Kind.SAME)
    similar = [hit for _, hit in hits if hit.verdict.kind is Kind.SIMILAR]
    return Found(same, tuple(similar[:SHOWN]), max(0, len(similar) - SHOWN))


def question_values(asked: Compared, day: date, scope: str) -> dict[str, Any]:
    """What `QUESTION` is asked with."""
    keys: Keys = keys_of(asked, readings=READINGS_OF_ALL)
    division, meaning, vague = labels(asked)
    trade = asked.plain.trade
    return {
        "written": keys.written,
        "trade": keys.trade,
        "bare": not asked.plain.industry,
        "class": asked.parts.small_class or "-",
        "industry": asked.plain.industry or "-",
        "division": division or -1,
        "meaning": meaning or -1,
        "vague": vague,
        "sounds": list(keys.sound),
        "around": [] if asked.parts.is_branch else [key("i", trade), *(key("t", part) for part in inner_parts(trade))],
        "runs": list(keys.run),
        "scope": scope,
        "day": day,
    }


def _compared(row: tuple[Any, ...], kin: set[str]) -> Compared:
    _, _, region, trade, industry, form, order, group, small_class, standing, until, uscc = row
    parts = Parts(region, trade, industry, form, Order(order), small_class, group)
    return Compared(parts, Standing(standing), until, related=bool(uscc) and uscc in kin)


def _hit(row: tuple[Any, ...], verdict: Verdict) -> Hit:
    return Hit(row[0], row[1], verdict, Standing(row[9]), row[10], row[11], row[8])
