"""版本: from a day on, an edition says what is offered, which materials are asked for and which forms are used.

A case follows the edition under which it was opened; legal rules follow the day of first submission.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from reg.catalog.expressions import Facts, evaluate
from reg.catalog.forms import PaperForm, form_codes, form_of
from reg.catalog.materials import Material, known_facts, material_of, materials_of, vocabulary
from reg.catalog.offers import Link, Offer, Offers, bring_along, offers_of
from reg.catalog.source import DATA, CatalogueError, read_yaml


@dataclass(frozen=True)
class Edition:
    """One edition of the catalogue."""

    code: str
    title: str
    in_force_from: dt.date
    in_force_to: dt.date | None
    """Inclusive; None while it has no end."""
    source: str
    folder: Path
    confirmation_authorities: frozenset[str] = frozenset()
    """登记机关 that register by 登记确认制."""
    confirmation_omitted: frozenset[str] = frozenset()
    """Material lines that those authorities allowed to be kept by the company instead of handed in."""

    @cached_property
    def catalogue(self) -> Offers:
        """What stands in offers.yaml."""
        return offers_of(self.folder / "offers.yaml")

    def is_offered(self, kind: str, business: str) -> bool:
        """Whether this kind of entity can do this business here at all."""
        return business in self.catalogue.businesses.get(kind, ())

    def offers(self, kind: str, business: str, facts: Facts | None = None) -> tuple[Offer, ...]:
        """Every change item of the kind, those handled here first; what is not handled here is there too.

        With facts, without the items that this entity cannot have (送达接受人 of a company without foreign investment).
        """
        found = self.catalogue.by_kind.get((kind, business), ())
        return found if facts is None else tuple(offer for offer in found if evaluate(offer.when, facts))

    def offer(self, kind: str, business: str, change_item: str) -> Offer:
        """One item."""
        for offer in self.offers(kind, business):
            if offer.change_item == change_item:
                return offer
        raise CatalogueError(f"{self.code} 版里 {kind} 的 {business} 没有事项 {change_item}")

    def window_text(self, authority_name: str, offer: Offer | None = None) -> str:
        """Where to go with what is not handled here."""
        if offer is not None and offer.where:
            return offer.where
        return self.catalogue.window.format(authority=authority_name)

    def links(self, kind: str, business: str, items: Iterable[str]) -> tuple[Link, ...]:
        """Every link that the chosen items may set off, whether or not it holds."""
        chosen = frozenset(items)
        return tuple(link for link in self.catalogue.links.get((kind, business), ()) if link.on in chosen)

    def brought_along(self, kind: str, business: str, items: Iterable[str], facts: Facts) -> tuple[Link, ...]:
        """The links that hold, each for an item that was not chosen."""
        return bring_along(self.catalogue.links.get((kind, business), ()), items, facts)

    def room_of(self, change_item: str) -> str:
        """contact → liaison; raises CatalogueError for what has no room."""
        for room, item in self.catalogue.rooms.items():
            if item == change_item:
                return room
        raise CatalogueError(f"事项 {change_item} 没有对应的房间")

    def change_item_of(self, room: str) -> str:
        """liaison → contact; raises CatalogueError for rooms of the case, which are no change items."""
        try:
            return self.catalogue.rooms[room]
        except KeyError:
            raise CatalogueError(f"房间 {room} 没有对应的变更事项") from None

    def materials(self, kind: str, business: str, change_items: Iterable[str] | None = None) -> tuple[Material, ...]:
        """Lines that may be asked for; None means every change item."""
        return materials_of(self.folder / "materials", kind, business, change_items)

    def material_businesses(self) -> tuple[str, ...]:
        """Businesses for which the edition lists materials, offered or not."""
        return tuple(vocabulary(self.folder / "materials")["businesses"])

    def materials_for(
        self, kind: str, business: str, change_items: Iterable[str], facts: Facts
    ) -> tuple[Material, ...]:
        """Lines that are asked for in a case with these facts. Kind, business and items are added to the facts."""
        chosen = frozenset(change_items)
        full = {**facts, "entity.kind": kind, "business": business, "change.items": chosen}
        return tuple(line for line in self.materials(kind, business, chosen) if line.applies(full))

    def material(self, code: str) -> Material:
        """One line by its code."""
        found = material_of(self.folder / "materials", code)
        if found is None:
            raise CatalogueError(f"{self.code} 版里没有材料 {code}")
        return found

    @property
    def facts(self) -> Mapping[str, str]:
        """Every fact that conditions of this edition may name, with its meaning."""
        return {**known_facts(self.folder / "materials"), **self.catalogue.facts}

    def form(self, code: str) -> PaperForm:
        """The paper form F_COMPANY_APP, F_CONTACT …"""
        return form_of(self.folder / "forms", code)

    def form_codes(self) -> tuple[str, ...]:
        """Codes of all forms."""
        return form_codes(self.folder / "forms")


@cache
def editions() -> tuple[Edition, ...]:
    """All editions, the oldest first."""
    found = (_edition(path) for path in (DATA / "editions").glob("*/edition.yaml"))
    return tuple(sorted(found, key=lambda edition: edition.in_force_from))


def edition_on(day: dt.date) -> Edition:
    """The edition under which a case opened on this Shanghai day is handled.

    A day before the first edition gets the first: there is nothing else to offer.
    """
    in_force = [e for e in editions() if e.in_force_from <= day and (e.in_force_to is None or day <= e.in_force_to)]
    return in_force[-1] if in_force else editions()[0]


def edition(code: str) -> Edition:
    """The edition that a case names."""
    for found in editions():
        if found.code == code:
            return found
    raise CatalogueError(f"没有这一版：{code}")


def _edition(path: Path) -> Edition:
    data = read_yaml(path)
    return Edition(
        code=data["code"],
        title=data["title"],
        in_force_from=data["in_force_from"],
        in_force_to=data["in_force_to"],
        source=data["source"],
        folder=path.parent,
        confirmation_authorities=frozenset(data["confirmation_mode"]["authorities"]),
        confirmation_omitted=frozenset(data["confirmation_mode"]["omitted"]),
    )
