"""POST /property/check."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.world.models import Company, Place


def _certificates() -> dict[str, dict[str, Any]]:
    """Every property certificate that the registry knows, by its number as compared."""
    known: dict[str, dict[str, Any]] = {}
    for told in Company.objects.values_list("story__property", flat=True):
        if told and told.get("certificate_no"):
            known[compared(told["certificate_no"])] = told
    for place in Place.objects.all():
        told = place.story.get("property")
        if told:
            known[compared(told["certificate_no"])] = {**told, "address": place.full}
    return known


def compared(number: str) -> str:
    """A certificate number as it is compared: brackets of any kind, blanks and width do not matter."""
    plain = unicodedata.normalize("NFKC", number)
    return re.sub(r"[\s()\[\]〔〕【】]", "", plain)


@endpoint("property")
def check(call: Call) -> Answer:
    """What the certificate says. `address` is compared when it is given; a certificate of another house is found, not matched."""
    number = call.body.text("certificate_no", longest=100)
    known = _certificates()
    if call.wrong:
        others = sorted(key for key in known if key != compared(number))
        number = str(known[others[0]]["certificate_no"])
    told = known.get(compared(number))
    if told is None:
        nothing = {
            "found": False,
            "owner": None,
            "address": None,
            "usage": None,
            "frozen": None,
            "address_matches": None,
        }
        return {**nothing, "certificate_no": number, "registered_no": None}
    address = call.body.text("address", "")
    matches = None if not address else _house(address) == _house(told["address"])
    return {
        "found": True,
        "certificate_no": number,
        "registered_no": told["certificate_no"],
        "owner": told["owner"],
        "address": told["address"],
        "usage": told["usage"],
        "frozen": bool(told["frozen"]),
        "address_matches": matches,
    }


def _house(address: str) -> str:
    """From the road on: a province, a district or a 自贸区 prefix before it does not make another house."""
    plain = unicodedata.normalize("NFKC", address).replace(" ", "")
    return re.sub(r"^(中国\(上海\)自由贸易试验区(临港新片区)?|上海市)?(.{2,4}?区)?", "", plain)
