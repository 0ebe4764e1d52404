"""自贸区、示范区地址前缀: which prefix a domicile gets, and how sure that is. R006.

The boundaries run along streets and are not published house by house. So the answer names its source and says whether it
may be filled in by itself or must be put to the applicant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from reg.catalog.places import road as find_road
from reg.catalog.source import STORIES_AND_ZONES, read_yaml

_INSIDE: Final = 0.9
"""Share of observed domiciles with the prefix from which a road counts as inside."""
_OUTSIDE: Final = 0.1
_ENOUGH: Final = 5
"""Fewer observations than this decide nothing."""


@dataclass(frozen=True)
class ZonePrefix:
    """A prefix that a domicile takes, or may take."""

    code: str
    prefix: str
    """中国（上海）自由贸易试验区 …; stands before the road, in place of city and district."""
    certain: bool
    """True: filled in by itself. False: proposed, the applicant confirms."""
    confidence: Literal["high", "medium", "low"]
    reason: str
    """For the applicant: why it is proposed."""
    source: str


def zone_prefix(district: str, town: str, road: str = "") -> ZonePrefix | None:
    """The prefix for an address; None when none comes into question."""
    for zone in _zones():
        if district not in zone["districts"]:
            continue
        if (found := _by_town(zone, district, town, road)) is not None:
            return found
    return None


def zone_prefixes() -> Mapping[str, str]:
    """Every prefix by the code of its zone."""
    return {zone["code"]: zone["prefix"] for zone in _zones()}


def _by_town(zone: Mapping[str, Any], district: str, town: str, road: str) -> ZonePrefix | None:
    entry = zone["towns"].get(town) or zone["towns"].get(district)
    if entry is None:
        return None
    if entry["extent"] == "whole":
        return _answer(zone, entry, certain=entry["confidence"] != "low", reason=entry["reason"])
    return _by_road(zone, entry, district, road)


def _by_road(zone: Mapping[str, Any], entry: Mapping[str, Any], district: str, road: str) -> ZonePrefix | None:
    seen = find_road(district, road) if road else None
    if seen is None or seen.occurrences < _ENOUGH:
        reason = f"{entry['reason']}请确认这个地址是不是在{zone['short']}里。"
        return _answer(zone, entry, certain=False, reason=reason)
    share = seen.in_ftz / seen.occurrences
    if share <= _OUTSIDE:
        return None
    if share >= _INSIDE:
        reason = f"{road}上登记的住所几乎都在{zone['short']}里。"
        return _answer(zone, entry, certain=True, reason=reason)
    reason = f"{road}有一部分在{zone['short']}里，请确认这个地址是不是。"
    return _answer(zone, entry, certain=False, reason=reason)


def _answer(zone: Mapping[str, Any], entry: Mapping[str, Any], *, certain: bool, reason: str) -> ZonePrefix:
    return ZonePrefix(
        code=zone["code"],
        prefix=zone["prefix"],
        certain=certain,
        confidence=entry["confidence"],
        reason=reason,
        source=entry.get("source", zone["source"]),
    )


@cache
def _zones() -> tuple[Mapping[str, Any], ...]:
    return tuple(read_yaml(STORIES_AND_ZONES / "zones.yaml")["zones"])
