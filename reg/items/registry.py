"""The list of rooms. A room is its folder, its line here and its lines in the catalogue; nothing else names it."""

from __future__ import annotations

from reg.items import agent, articles, domicile, legal_representative, liaison, name, officers
from reg.items.kit import Item

ROOMS: tuple[Item, ...] = (
    agent.ITEM,
    name.ITEM,
    liaison.ITEM,
    legal_representative.ITEM,
    officers.ITEM,
    domicile.ITEM,
    articles.ITEM,
)
"""In the order of the pages: who acts, what the company is called, whom to call, who leads, who governs, where; the articles last, since they follow."""

BY_CODE: dict[str, Item] = {room.code: room for room in ROOMS}


def room(code: str) -> Item:
    """The room of a code; KeyError for a code that has none."""
    return BY_CODE[code]


def rooms_of(codes: list[str]) -> list[Item]:
    """Rooms in the order of this list (the order of the pages), those of `codes` only."""
    return [item for item in ROOMS if item.code in codes]
