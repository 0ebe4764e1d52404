"""Invented names for load: composed from characters and words of industry by how often they are seen; the same for a seed.

Some are planted near another one (a homophone, one character more, another order) so that what is found can be counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from reg.catalog.places import districts
from reg.entities.synthetic.words import words
from reg.naming.comparison import Compared
from reg.naming.index import labels
from reg.naming.keys import keys_of
from reg.naming.lexicon import short_place
from reg.naming.parts import Order, Parts
from reg.naming.readings import readings

CHUNK = 20_000
LENGTHS = ((2, 3, 4), (70, 14, 16))
FORMS = (("有限公司", "有限责任公司", "股份有限公司"), (93, 5, 2))
ORDERS = ((Order.FRONT, Order.MIDDLE, Order.BEFORE_FORM), (88, 6, 6))
PLANTED = 100
"""One name in so many is a near-duplicate of the one before."""


@dataclass(frozen=True)
class Row:
    """One row of the index with its keys."""

    parts: Parts
    keys: tuple[int, ...]
    division: int
    meaning: int
    vague: bool


def names_of(seed: int, chunk: int) -> Iterator[Parts]:
    """The names of one chunk, in order."""
    rng = Random(f"{seed}-{chunk}")  # noqa: S311  invented names, no secret
    before: Parts | None = None
    for number in range(CHUNK):
        if before is not None and number % PLANTED == 0:
            yield planted(rng, before)
            continue
        before = _name(rng)
        yield before


def _name(rng: Random) -> Parts:
    lists = words()
    length = rng.choices(*LENGTHS)[0]
    trade = "".join(lists.trade_name.draw(rng) for _ in range(length))
    term = lists.terms.draw(rng)
    region = "上海"
    if rng.random() < 0.04:
        region += short_place(rng.choice(list(districts().values())).name)
    return Parts(region, trade, term.name, rng.choices(*FORMS)[0], rng.choices(*ORDERS)[0], term.industry)


def planted(rng: Random, near: Parts) -> Parts:
    """A name near another: the same sound, one character more, or the region elsewhere."""
    trade = near.trade
    way = rng.randrange(3)
    if way == 0:
        spot = rng.randrange(len(trade))
        trade = trade[:spot] + _homophone(rng, trade[spot]) + trade[spot + 1 :]
    elif way == 1:
        trade += words().trade_name.draw(rng)
    return Parts(
        near.region, trade, near.industry, near.form, Order.MIDDLE if way == 2 else near.order, near.small_class
    )


def _homophone(rng: Random, character: str) -> str:
    same = [
        one for one in words().trade_name.things if one != character and set(readings(one)) & set(readings(character))
    ]
    return rng.choice(same) if same else character


def row_of(parts: Parts) -> Row:
    """What the index keeps of a name."""
    compared = Compared(parts)
    return Row(parts, tuple(keys_of(compared).stored()), *labels(compared))
