"""会用到的材料 (R001: 所需材料清单): which papers a choice of items will need, told before anything is filled in.

From the catalogue and the choice alone: what depends on later answers is left to the list of the case itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from foundation import clock
from reg.cases.offers import BUSINESS, preview_links, rooms_to_change_items
from reg.catalog.editions import edition_on
from reg.catalog.materials import Material
from reg.entities.models import Entity

NAMES_PEOPLE = frozenset({"leader", "officers"})


@dataclass(frozen=True)
class Ahead:
    """One paper that will be needed."""

    title: str
    made: bool
    """The system makes it; the people named on it only sign."""
    spared: bool
    """Nobody has to bring it when the outside systems confirm what it proves (免交)."""


def papers_ahead(entity: Entity, chosen: Iterable[str]) -> tuple[Ahead, ...]:
    """In the order of the catalogue, each once: first what the system makes, then what the applicant brings."""
    rooms = list(chosen)
    if not rooms:
        return ()
    current = edition_on(clock.today())
    items = rooms_to_change_items(current, rooms)
    items += [link.brings for link in preview_links(entity, rooms) if link.brings not in items]
    facts = dict.fromkeys(current.facts, False) | {
        "articles.amended": "articles" in items,
        "people.collected": not NAMES_PEOPLE.isdisjoint(items),
    }
    lines = current.materials_for(entity.kind, BUSINESS, items, facts)
    asked = [line for line in lines if line.kind != "report" and not line.status and line.required != "optional"]
    found = {line.doc: _ahead(line) for line in reversed(asked)}
    return tuple(sorted((found[doc] for doc in dict.fromkeys(line.doc for line in asked)), key=lambda a: not a.made))


def _ahead(line: Material) -> Ahead:
    made = line.provide in {"generated", "generated_or_upload"}
    return Ahead(line.name.partition("（2026")[0], made, bool(line.exempt_when))
