"""住所字段组: an address in its parts, how it is written in full, and the questions it raises outside. R006.

The whole text follows from the parts: prefix of a 自贸区 (or city and district), road, 弄, 号, 幢, 层, 室.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reg.catalog import places, zones
from reg.catalog.rules import rule_text
from reg.items.kit.days import day_of
from reg.items.kit.facts import Facts, LookupFact, Subject
from reg.items.kit.fields import half_width

Payload = Mapping[str, Any]
HOUSE = ("district", "road", "lane", "number", "building", "room")
"""What makes a house in the address library; the floor does not."""
SINGLE, RANGE, OTHER = "号", "号段", "其他"
UNITS = {"lane": "弄", "number": "号", "building": "幢", "floor": "层", "room": "室"}
_OWN_UNIT = {
    "building": re.compile(r"[幢栋座楼区厂房库馆阁苑]$"),
    "floor": re.compile(r"[层楼]$"),
    "room": re.compile(r"[室铺间房位柜]"),
}
_DROPPED = {
    "lane": re.compile(r"弄$"),
    "number": re.compile(r"号$"),
    "building": re.compile(r"[幢栋]$"),
    "floor": re.compile(r"[层楼]$"),
    "room": re.compile(r"室$"),
}
_RANGE_SIGN = re.compile(r"[~至到—–－]+")
_TEXT = re.compile(
    r"^(?P<road>\D*?[路街道巷村里坊新]|\D+?)"
    r"(?:(?P<lane>[0-9A-Z甲乙丙丁\-]+)弄)?"
    r"(?:(?P<number>[0-9A-Z甲乙丙丁\-、/]+)号)?"
    r"(?:(?P<building>[0-9A-Z甲乙丙丁东南西北]+)[幢栋])?"
    r"(?:(?P<floor>(?:地下)?[0-9A-Z]+)[层楼])?"
    r"(?:(?P<room>[0-9A-Z甲乙丙丁\-、]+)室)?$"
)
CERTIFICATE_LEAST = 8


def plain(text: str) -> str:
    """Half-width, upper case, without blanks: how parts of addresses are kept and compared."""
    return "".join(half_width(text).upper().split())


def standard_part(name: str, text: str) -> str:
    """One part in its standard form: 2号 → 2, １２室 → 12, 100至120号 → 100-120."""
    kept = plain(text)
    if name == "number":
        kept = _RANGE_SIGN.sub("-", kept)
    return _DROPPED[name].sub("", kept) if name in _DROPPED else kept


def standard_certificate(text: str) -> str:
    """产权证编号 with full-width brackets and no blanks: 沪（2024）浦字不动产权第980011号."""
    return re.sub(r"[\])〕】]", "）", re.sub(r"[\[(〔【]", "（", plain(text)))


# ---- how it is written ----


def detail_of(payload: Payload) -> str:
    """详细地址: what follows the road."""
    return "".join(_with_unit(name, payload) for name in UNITS)


def _with_unit(name: str, payload: Payload) -> str:
    value = str(payload.get(name) or "")
    if not value or (name == "number" and payload.get("number_kind") == OTHER):
        return value
    own = _OWN_UNIT.get(name)
    return value if own and own.search(value) else value + UNITS[name]


def prefix_of(payload: Payload) -> str:
    """自贸区、示范区地址前缀: by itself where the catalogue is certain, else as the applicant says."""
    zone = zone_of(payload)
    if zone is None:
        return ""
    return zone.prefix if zone.certain or str(payload.get("in_zone")) == "True" else ""


def zone_of(payload: Payload) -> zones.ZonePrefix | None:
    """The prefix that comes into question here."""
    district, town, road = (str(payload.get(key) or "") for key in ("district", "town", "road"))
    return zones.zone_prefix(district, town, road) if district and town and road else None


def full_of(payload: Payload) -> str:
    """住所全文; empty while district or road is missing."""
    district, road = places.districts().get(str(payload.get("district") or "")), str(payload.get("road") or "")
    if district is None or not road:
        return ""
    head = prefix_of(payload) or f"{places.CITY_NAME}{district.name}"
    return f"{head}{road}{detail_of(payload)}"


# ---- how it is read and compared ----


def house_text(full: str) -> str:
    """An address from the road on, as compared: city, district and zone do not make another house."""
    kept = plain(full).replace("栋", "幢")
    for prefix in sorted((plain(text) for text in zones.zone_prefixes().values()), key=len, reverse=True):
        kept = kept.removeprefix(prefix)
    kept = kept.removeprefix(places.CITY_NAME)
    return re.sub(rf"^(?:{'|'.join(place.name for place in places.districts().values())})", "", kept)


def same_house(one: str, other: str) -> bool:
    """Whether two whole texts mean the same house; a district counts where both name one."""
    named = [district_in(text) for text in (one, other)]
    return bool(one and other) and (not all(named) or named[0] == named[1]) and house_text(one) == house_text(other)


def district_in(full: str) -> str:
    """Code of the district that a whole text names; empty for none."""
    return next((place.code for place in places.districts().values() if place.name in full), "")


def parts_of(full: str) -> dict[str, str]:
    """District and parts of a whole text, as far as it is written in the usual way; empty when it is not."""
    found = _TEXT.match(house_text(full))
    if found is None or not found["road"] or not found["number"]:
        return {}
    parts = {name: value or "" for name, value in found.groupdict().items()}
    parts["number_kind"] = RANGE if "-" in parts["number"] else SINGLE
    district = district_in(full)
    return {**parts, **({"district": district} if district else {})}


def house_key(payload: Payload) -> tuple[str, ...]:
    """What makes two answers the same house."""
    return tuple(standard_part(name, str(payload.get(name) or "")) for name in (*HOUSE, "floor"))


# ---- what is asked outside ----


def house_subjects(payload: Payload) -> Sequence[Subject]:
    """Subject of the address library, once there is a road and a number."""
    subject = {name: str(payload.get(name) or "") for name in HOUSE}
    return ({**subject},) if subject["district"] and subject["road"] and subject["number"] else ()


def crowd_subjects(payload: Payload, uscc: str) -> Sequence[Subject]:
    """Subject of 同址户数: the company itself is not counted."""
    return tuple({**subject, "uscc": uscc} for subject in house_subjects(payload))


def title_subjects(payload: Payload) -> Sequence[Subject]:
    """Subject of 规资产权核验: a certificate number that looks whole."""
    number = str(payload.get("property_certificate_no") or "")
    whole = len(number) >= CERTIFICATE_LEAST and bool(re.search(r"\d{4}", number))
    return ({"certificate_no": number},) if whole else ()


def district_subjects(payload: Payload) -> Sequence[Subject]:
    """Subject of the list of 集中登记地, for those who chose one."""
    wanted = payload.get("kind") == CENTRALIZED and payload.get("district")
    return ({"district": str(payload["district"])},) if wanted else ()


CENTRALIZED = "centralized"
RESIDENTIAL = "residential_changed"
MILITARY = "military_forbidden"
LIVING = re.compile("居住|住宅")


def fact_of(port: str, subjects: Sequence[Subject], facts: Facts) -> LookupFact:
    """What is known of the one subject; `unasked` when there is none."""
    return facts.lookup(port, subjects[0]) if subjects else LookupFact(port, "unasked")


def title_fact(payload: Payload, facts: Facts) -> LookupFact:
    """What the land register says of the certificate."""
    return fact_of("property", title_subjects(payload), facts)


def title_differs(payload: Payload, fact: LookupFact) -> bool:
    """Whether the certificate is about another house than was typed."""
    return fact.found and not same_house(str(fact.answer.get("address") or ""), str(payload.get("full") or ""))


def title_proves(payload: Payload, facts: Facts) -> bool:
    """产权核验通过: the certificate is of this house and free, so that no proof has to be handed in.

    住改商 has to show the neighbours' consent whatever the certificate says (民法典279).
    """
    fact = title_fact(payload, facts)
    if not fact.found or fact.answer.get("frozen") or title_differs(payload, fact):
        return False
    living = bool(LIVING.search(str(fact.answer.get("usage") or "")))
    return payload.get("kind") != RESIDENTIAL and not living


def on_the_list(payload: Payload, facts: Facts) -> list[Payload]:
    """Entries of the list of 集中登记地 that hold this address: a listed place is a house or a building, and rooms inside it
    belong to it."""
    fact = fact_of("centralized_address", district_subjects(payload), facts)
    if not fact.found or not house_subjects(payload):
        return []
    return [row for row in fact.answer["items"] if _holds(row, payload)]


def _holds(row: Payload, payload: Payload) -> bool:
    named = [part for part in HOUSE if row.get(part)]
    return all(standard_part(p, str(row[p])) == standard_part(p, str(payload.get(p) or "")) for p in named)


def list_ends(listed: Sequence[Payload]) -> date | None:
    """The last day on which one of these entries holds."""
    return max((day for row in listed if (day := day_of(row.get("valid_to")))), default=None)


def list_proves(payload: Payload, facts: Facts, today: date) -> bool:
    """集中登记地名录核验通过: the address is on the list today, so that its manager's proof need not be handed in."""
    listed = on_the_list(payload, facts)
    until = list_ends(listed)
    return bool(listed) and (until is None or until >= today)


def leaves_authority(payload: Payload, authority: str) -> bool:
    """跨登记机关: another district is another authority; the city's own companies move within the city."""
    district = str(payload.get("district") or "")
    return district in places.authorities() and authority not in {places.CITY, district}


def crowd(payload: Payload, uscc: str, facts: Facts) -> int:
    """Entities at this address beyond what CO10 lets pass; 0 where they are fewer, or where addresses are meant to be shared."""
    fact = fact_of("address_density", crowd_subjects(payload, uscc), facts)
    known = fact_of("std_address", house_subjects(payload), facts)
    if fact.answer.get("centralized") or known.answer.get("kind") == CENTRALIZED:
        return 0
    count = max(int(fact.answer.get("count") or 0), facts.same_address)
    return count if count > int(rule_text("CO10").params["density"]) else 0
