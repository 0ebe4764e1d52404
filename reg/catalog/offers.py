"""导办: what an edition offers for a kind of entity, and what one choice brings along by law. R001.

What it does not offer is listed all the same, as 请到窗口办理 with the name of the registration authority.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from reg.catalog.expressions import Facts, evaluate
from reg.catalog.laws import law_line
from reg.catalog.source import read_yaml


@dataclass(frozen=True)
class Offer:
    """One change item of one kind of entity: a room of ours, or the counter."""

    change_item: str
    title: str
    nature: Literal["登记", "备案"]
    mode: Literal["choose", "along", "window"]
    """choose: may be ticked. along: only brought along. window: at the counter."""
    room: str
    """Empty when there is none."""
    on_licence: bool
    """Stands on the business licence (营业执照记载事项)."""
    when: str
    where: str
    """Instead of the counter; empty: the edition's sentence."""
    bases: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Handled here, whether ticked or brought along."""
        return self.mode != "window"

    @property
    def law_line(self) -> str:
        """The laws behind the item on one line."""
        return law_line(self.bases)


@dataclass(frozen=True)
class Link:
    """带出: doing `on` brings `brings` along when the condition holds."""

    code: str
    on: str
    brings: str
    when: str
    maybe: str
    """What is said before it is known whether it will."""
    reason: str
    """What is said when it does."""
    bases: tuple[str, ...]

    @property
    def law_line(self) -> str:
        """The laws that bring it along."""
        return law_line(self.bases)


@dataclass(frozen=True)
class Offers:
    """The offers of one edition."""

    title: str
    window: str
    rooms: Mapping[str, str]
    """Room to change item, one to one."""
    case_rooms: tuple[str, ...]
    businesses: Mapping[str, frozenset[str]]
    facts: Mapping[str, str]
    by_kind: Mapping[tuple[str, str], tuple[Offer, ...]]
    links: Mapping[tuple[str, str], tuple[Link, ...]]


def bring_along(links: Iterable[Link], items: Iterable[str], facts: Facts) -> tuple[Link, ...]:
    """The links that hold, followed to the end: what is brought along may bring more. One link per new item."""
    links = tuple(links)
    chosen = set(items)
    found: list[Link] = []
    grew = True
    while grew:
        grew = False
        for link in links:
            if link.on in chosen and link.brings not in chosen and evaluate(link.when, _with_items(facts, chosen)):
                chosen.add(link.brings)
                found.append(link)
                grew = True
    return tuple(found)


def _with_items(facts: Facts, items: set[str]) -> Facts:
    return {**facts, "change.items": frozenset(items)}


@cache
def offers_of(path: Path) -> Offers:
    """The offers file of an edition."""
    data = read_yaml(path)
    by_kind = {
        (kind, business): tuple(_offer(row) for row in rows)
        for kind, businesses in data["offers"].items()
        for business, rows in businesses.items()
    }
    links: dict[tuple[str, str], list[Link]] = {}
    for row in data["links"]:
        for kind in row["kinds"]:
            links.setdefault((kind, row["business"]), []).append(_link(row))
    return Offers(
        title=data["title"],
        window=data["window"],
        rooms=MappingProxyType(dict(data["rooms"])),
        case_rooms=tuple(data["case_rooms"]),
        businesses=MappingProxyType({kind: frozenset(names) for kind, names in data["businesses"].items()}),
        facts=MappingProxyType(dict(data["facts"])),
        by_kind=MappingProxyType(by_kind),
        links=MappingProxyType({key: tuple(found) for key, found in links.items()}),
    )


def _offer(row: Mapping[str, Any]) -> Offer:
    return Offer(
        change_item=row["item"],
        title=row["title"],
        nature=row["nature"],
        mode=row["mode"],
        room=row.get("room", ""),
        on_licence=bool(row.get("on_licence")),
        when=row.get("when", "always"),
        where=row.get("where", ""),
        bases=tuple(row["basis"]),
    )


def _link(row: Mapping[str, Any]) -> Link:
    return Link(
        code=row["code"],
        on=row["item"],
        brings=row["brings"],
        when=row["when"],
        maybe=row["maybe"],
        reason=row["reason"],
        bases=tuple(row["basis"]),
    )
