"""GET /address/roads, standard, centralized, frozen, density."""

from __future__ import annotations

from sandbox.address.book import House, domiciles, place_at, roads, standard
from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.world.models import Place

MOST = 30


def _house(call: Call) -> House:
    """The house the answer is about; another one when the system answers wrong."""
    asked = House.asked(call.body)
    if not call.wrong:
        return asked
    return next(house for house in (House.of(place.story) for place in Place.objects.all()) if house != asked)


@endpoint("address", "GET")
def road_list(call: Call) -> Answer:
    """Roads of a district whose name holds `q`, the usual ones first."""
    district, text = call.body.text("district", "", longest=6), call.body.text("q", "", longest=40)
    if call.wrong:
        district = "310151" if district != "310151" else "310101"
    found = [row for row in roads() if (not district or row[0] == district) and text in row[1]]
    starts = sorted(found, key=lambda row: (not row[1].startswith(text), -row[2]))
    return {"roads": [{"district": row[0], "road": row[1]} for row in starts[:MOST]]}


@endpoint("address", "GET")
def standard_address(call: Call) -> Answer:
    """The standard address of a house, its code and kind."""
    house = _house(call)
    entry = standard(house) or {"std_code": None, "full": None, "kind": None, "town": None}
    return {"found": entry["std_code"] is not None, **entry, "about": house.parts()}


@endpoint("address", "GET")
def centralized(call: Call) -> Answer:
    """集中登记地 of a district."""
    district, text = call.body.text("district", "", longest=6), call.body.text("q", "", longest=40)
    rows = Place.objects.filter(kind="centralized")
    if call.wrong:
        rows = rows.exclude(district=district)
    elif district:
        rows = rows.filter(district=district)
    places = [
        {
            "name": place.story["centralized"]["name"],
            "manager": place.story["centralized"]["manager"],
            "valid_to": place.story["centralized"]["valid_to"],
            "std_code": place.std_code,
            "full": place.full,
            "town": place.story.get("town", ""),
            **House.of(place.story).parts(),
        }
        for place in rows
        if text in place.full or text in place.story["centralized"]["name"]
    ]
    return {"items": places[:MOST]}


@endpoint("address", "GET")
def frozen(call: Call) -> Answer:
    """Whether nobody may register at this house, and why."""
    house = _house(call)
    place = place_at(house)
    reason = place.story.get("frozen") if place else None
    return {"frozen": reason is not None, "reason": reason, "about": house.parts()}


@endpoint("address", "GET")
def density(call: Call) -> Answer:
    """How many are registered at this house. `uscc` is left out of the count: a company does not crowd itself."""
    house, own = _house(call), call.body.text("uscc", "", longest=18).upper()
    place = place_at(house)
    here = sum(1 for company, home in domiciles() if home == house and company.uscc != own)
    base = int(place.story.get("base_density", 0)) if place else 0
    return {"count": base + here, "centralized": bool(place and place.kind == "centralized"), "about": house.parts()}
