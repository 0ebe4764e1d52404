"""The address library: which houses there are. Stories first, then every number that a known road could have."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from foundation.crypto import crypto
from sandbox.kit.body import Body, invalid
from sandbox.world.districts import DISTRICT_NAMES
from sandbox.world.models import Company, Place

ROADS = Path(__file__).with_name("data") / "roads.csv"
HIGHEST_NUMBER = 9799
"""Numbers above are kept for the stories; what is told of nowhere does not exist."""
PARTS = ("district", "road", "lane", "number", "building", "room")


@dataclass(frozen=True)
class House:
    """One address in its parts, as compared: without blanks, half-width, without 弄, 号, 幢, 室."""

    district: str
    road: str
    lane: str = ""
    number: str = ""
    building: str = ""
    room: str = ""

    @classmethod
    def of(cls, parts: dict[str, Any]) -> House:
        values = {key: _compared(str(parts.get(key) or "")) for key in PARTS}
        return cls(**values)

    @classmethod
    def asked(cls, body: Body) -> House:
        """From the query. The road must be there; without a district, the one district that has the road."""
        house = cls.of({key: body.text(key, "", longest=80) for key in PARTS})
        if not house.road:
            raise invalid("缺少 road")
        if house.district:
            return house
        districts = [district for district, road, _ in roads() if road == house.road]
        if len(districts) != 1:
            raise invalid("缺少 district：这条路不止一个区有，或者没有这条路")
        return cls(**{**asdict(house), "district": districts[0]})

    @property
    def full(self) -> str:
        """The whole address in one line."""
        words = [(self.lane, "弄"), (self.number, "号"), (self.building, "幢"), (self.room, "室")]
        tail = "".join(value + unit for value, unit in words if value)
        return f"上海市{DISTRICT_NAMES.get(self.district, '')}{self.road}{tail}"

    def parts(self) -> dict[str, str]:
        return asdict(self)


def _compared(value: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", value).upper().split())
    for unit in ("弄", "号", "幢", "室", "栋", "楼"):
        plain = plain.removesuffix(unit)
    return plain


@cache
def roads() -> tuple[tuple[str, str, int], ...]:
    """(district, road, how often it was seen), the most frequent first within a district."""
    with ROADS.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return tuple((row["district"], row["road"], int(row["seen"])) for row in rows)


@cache
def _known_roads() -> frozenset[tuple[str, str]]:
    return frozenset((district, road) for district, road, _ in roads())


def place_at(house: House) -> Place | None:
    """The place of the stories at this address."""
    at_road = Place.objects.filter(district=house.district, road=house.road)
    return next((place for place in at_road if House.of(place.story) == house), None)


def domiciles() -> Iterator[tuple[Company, House]]:
    """Where every company of the stories is registered now."""
    for company in Company.objects.exclude(status__in=("cancelled", "compulsory_cancelled")):
        if company.domicile:
            yield company, House.of(company.domicile)


def standard(house: House) -> dict[str, Any] | None:
    """The entry of the library for this house, or None."""
    place = place_at(house)
    if place is not None:
        town = place.story.get("town", "")
        return {"std_code": place.std_code, "full": place.full, "kind": place.kind, "town": town}
    for company in Company.objects.filter(story__domicile__district=house.district, story__domicile__road=house.road):
        told = company.story["domicile"]
        if House.of(told) == house and told.get("std_code"):
            return {"std_code": told["std_code"], "full": house.full, "kind": "ordinary", "town": told.get("town", "")}
    if (house.district, house.road) not in _known_roads() or not _plausible(house):
        return None
    number = int.from_bytes(crypto().sm3("|".join(house.parts().values()).encode())[:8], "big") % 8_999_999
    return {"std_code": f"{house.district}000{number:07d}", "full": house.full, "kind": "ordinary", "town": ""}


def _plausible(house: House) -> bool:
    """A number, and a lane if there is one, that a road can have."""
    figures = [house.number.split("-")[0], house.lane or "1"]
    return all(figure.isdecimal() and 1 <= int(figure) <= HIGHEST_NUMBER for figure in figures)
