"""名称申报导办: what the three declarations are for, what they ask, what follows from them. R101, R107, R110."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from reg.catalog.names import NAMES, basis_words
from reg.catalog.source import read_yaml


@dataclass(frozen=True)
class GuideLine:
    """One sentence and the law it rests on; empty where it only tells how things are done."""

    text: str
    basis: str = ""


@dataclass(frozen=True)
class GuideStep:
    """One step of the way."""

    title: str
    text: str


@dataclass(frozen=True)
class NameGuide:
    """All that is said of one kind of declaration."""

    code: str
    """establish, change or move_in."""
    title: str
    short: str
    use: str
    """What the name may be used for."""
    applies: tuple[GuideLine, ...]
    prepare: tuple[GuideLine, ...]
    norms: tuple[GuideLine, ...]
    prohibited: tuple[GuideLine, ...]
    steps: tuple[GuideStep, ...]
    terms: tuple[GuideLine, ...]
    duties: tuple[GuideLine, ...]
    effects: tuple[GuideLine, ...]
    """What follows once the name is registered."""

    @property
    def slug(self) -> str:
        """The code as it stands in an address."""
        return self.code.replace("_", "-")


@cache
def name_guides() -> Mapping[str, NameGuide]:
    """The guides by code."""
    data = read_yaml(NAMES / "guide.yaml")
    return MappingProxyType({code: _guide(code, row, data["common"]) for code, row in data["ways"].items()})


def _guide(code: str, row: Mapping[str, Any], common: Mapping[str, Any]) -> NameGuide:
    return NameGuide(
        code,
        row["title"],
        row["short"],
        row["use"],
        _told(row["applies"]),
        _told(row["prepare"]),
        _told([*common["norms"], *common["branch_norms"], *row.get("norms", ())]),
        _told(common["prohibited"]),
        tuple(GuideStep(one["title"], one["text"]) for one in row["steps"]),
        _told(common["terms"]),
        _told([*common["duties"], *row.get("duties", ())]),
        _told(row.get("effects", ())),
    )


def _told(rows: Iterable[Mapping[str, str]]) -> tuple[GuideLine, ...]:
    return tuple(GuideLine(row["text"], basis_words(row["basis"]) if "basis" in row else "") for row in rows)
