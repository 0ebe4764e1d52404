"""Weighted word lists from which names and scopes are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Generic, TypeVar

import yaml

from reg.catalog.names import industry_terms

HERE = Path(__file__).parent
T = TypeVar("T")


@dataclass(frozen=True)
class Weighted(Generic[T]):
    """Things with weights, drawn in proportion."""

    things: Sequence[T]
    sums: Sequence[float]

    @classmethod
    def of(cls, weights: Mapping[T, float]) -> Weighted[T]:
        """From thing → weight."""
        return cls(tuple(weights), tuple(accumulate(weights.values())))

    def draw(self, rng: Random) -> T:
        """One of them."""
        return rng.choices(self.things, cum_weights=self.sums)[0]


@dataclass(frozen=True)
class Term:
    """行业表述 with the class it belongs to."""

    name: str
    industry: str


@dataclass(frozen=True)
class Words:
    """All lists."""

    trade_name: Weighted[str]
    surnames: Weighted[str]
    given: Weighted[str]
    scope: Sequence[str]
    terms: Weighted[Term]


@cache
def words() -> Words:
    """The lists, read once."""
    data = yaml.safe_load((HERE / "words.yaml").read_text("utf-8"))
    terms = {
        Term(one.term, one.small_class): float(one.seen) + 1 for one in industry_terms().values() if one.small_class
    }
    return Words(
        trade_name=Weighted.of(data["trade_name"]),
        surnames=Weighted.of(data["surnames"]),
        given=Weighted.of(data["given"]),
        scope=tuple(data["scope"]),
        terms=Weighted.of(terms),
    )
