"""Invented domiciles on real roads: house numbers from 9,000 up, so that no real house is meant."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from reg.catalog import places
from reg.catalog.places import Town
from reg.catalog.zones import zone_prefix
from reg.entities.synthetic.words import Weighted

_SHARED = 0.15
"""Part of the companies that sit at one of a district's centralised addresses (集中登记地)."""
_SHARED_ADDRESSES = 40


@dataclass(frozen=True)
class _District:
    name: str
    towns: tuple[Town, ...]
    roads: Weighted[str]


def domicile(seed: int, district: str, rng: Random) -> dict[str, Any]:
    """The domicile payload as the register stores it."""
    if rng.random() < _SHARED:
        shared = Random(f"{seed}/address/{district}/{rng.randrange(_SHARED_ADDRESSES)}")  # noqa: S311
        return _domicile(district, shared, "centralized")
    return _domicile(district, rng, rng.choices(("leased", "self_owned", "free_use"), (78, 12, 10))[0])


@cache
def district_weights() -> Weighted[str]:
    """Districts in proportion to the domiciles in which their roads were seen."""
    return Weighted.of(
        {code: float(sum(r.occurrences for r in places.roads(code, limit=9999))) for code in places.districts()}
    )


@cache
def _district(code: str) -> _District:
    roads = {road.name: float(road.occurrences) for road in places.roads(code, limit=9999)}
    towns = tuple(town for town in places.towns(code) if town.is_administrative)
    return _District(places.district(code).name, towns, Weighted.of(roads))


def _domicile(code: str, rng: Random, kind: str) -> dict[str, Any]:
    place = _district(code)
    town = rng.choice(place.towns)
    road = place.roads.draw(rng)
    lane = str(rng.randint(9000, 9999)) if rng.random() < 0.5 else ""
    number = str(rng.randint(1, 60)) if lane else str(rng.randint(9000, 9999))
    building = str(rng.randint(1, 12)) if rng.random() < 0.35 else ""
    room = f"{rng.randint(1, 28)}{rng.randint(1, 12):02d}"
    detail = f"{lane}弄" * bool(lane) + f"{number}号" + f"{building}幢" * bool(building) + f"{room}室"
    zone = zone_prefix(code, town.code, road)
    prefix = zone.prefix if zone is not None and zone.certain else ""
    full = (prefix or f"上海市{place.name}") + road + detail
    digest = int.from_bytes(hashlib.sha256(full.encode()).digest()[:4], "big")
    return {
        "province": "上海市",
        "city": "上海市",
        "district": code,
        "town": town.code,
        "road": road,
        "lane": lane,
        "number_kind": "号",
        "number": number,
        "building": building,
        "floor": "",
        "room": room,
        "detail": detail,
        "zone_prefix": prefix,
        "full": full,
        "property_certificate_no": f"沪（{rng.randint(2016, 2025)}）{place.name[0]}字不动产权第8{digest % 100_000:05d}号",
        "kind": kind,
        "std_code": f"{town.code}8{digest % 10_000_000:07d}",
        "usage_right_until": "" if kind == "self_owned" else f"{rng.randint(2027, 2032)}-{rng.randint(1, 12):02d}-28",
    }
