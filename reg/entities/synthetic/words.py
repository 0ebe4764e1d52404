"""Weighted word lists from which names and scopes are made."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Generic, TypeVar

import yaml

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
    with (HERE / "industry_terms.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    terms = {
        Term(row["term"], row["gb4754_class"]): float(row["freq_shanghai_1979_2019"] or 0) + 1
        for row in rows
        if len(row["gb4754_class"]) == 4 and row["gb4754_class"].isdigit()
    }
    return Words(
        trade_name=Weighted.of(data["trade_name"]),
        surnames=Weighted.of(data["surnames"]),
        given=Weighted.of(data["given"]),
        scope=tuple(data["scope"]),
        terms=Weighted.of(terms),
    )
