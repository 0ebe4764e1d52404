"""住所的智慧辅助输入: towns of a district, road names while one types, 集中登记地, the standard address. R006.

Road names come from the address library; when it is silent, from the names that the catalogue has seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.http import JsonResponse
from django.views.decorators.http import require_GET

from foundation.identity.middleware import SignedInRequest
from foundation.outside.lookups import Subject, ports
from foundation.outside.result import Found, NotFound, Result
from reg.cases.web.guard import signed_in
from reg.catalog import places
from reg.integrations import address as library
from reg.items.kit.address import HOUSE, plain, standard_part

MOST = 12
KEPT_SECONDS = 600
SILENT_SECONDS = 30
"""So long a library that did not answer is not asked for road names again: typing must not wait for it."""


@require_GET
@signed_in
def towns(request: SignedInRequest) -> JsonResponse:
    """Towns of a district, for the second box of the cascade."""
    found = places.towns(request.GET.get("district", ""))
    return JsonResponse({"items": [{"value": town.code, "label": town.name} for town in found]})


@require_GET
@signed_in
def roads(request: SignedInRequest) -> JsonResponse:
    """Road names that hold what was typed, those of the library first."""
    district, typed = request.GET.get("district", ""), plain(request.GET.get("q", ""))[:20]
    if district not in places.districts() or not typed:
        return JsonResponse({"items": [], "source": ""})
    names = _from_library(district, typed)
    source = "library" if names is not None else "catalogue"
    seen = [road.name for road in places.roads(district, typed, limit=MOST)]
    shown = list(dict.fromkeys([*(names or []), *seen]))[:MOST]
    return JsonResponse({"items": [{"value": name, "label": name} for name in shown], "source": source})


def _from_library(district: str, typed: str) -> list[str] | None:
    """Names from the address library, remembered for a while; None while it does not answer."""
    key = f"roads:{district}:{hashlib.sha256(typed.encode()).hexdigest()[:24]}"
    known = cache.get(key)
    if known is not None:
        return list(known)
    if cache.get("roads:silent"):
        return None
    match library.roads({"district": district, "q": typed}):
        case Found(value):
            cache.set(key, value["roads"], KEPT_SECONDS)
            return list(value["roads"])
        case NotFound():
            return []
        case _:
            cache.set("roads:silent", True, SILENT_SECONDS)
            return None


@require_GET
@signed_in
def centralized(request: SignedInRequest) -> JsonResponse:
    """集中登记地 of a district."""
    district = request.GET.get("district", "")
    if district not in places.districts():
        return JsonResponse({"state": "not_found", "items": []})
    return _told("centralized_address", {"district": district}, {"items": []})


@require_GET
@signed_in
def standard(request: SignedInRequest) -> JsonResponse:
    """The standard address of the parts in the query."""
    subject = {part: standard_part(part, request.GET.get(part, ""))[:40] for part in HOUSE}
    if subject["district"] not in places.districts() or not subject["road"] or not subject["number"]:
        return JsonResponse({"state": "not_found"})
    return _told("std_address", subject, {})


def _told(port: str, subject: Subject, nothing: Mapping[str, Any]) -> JsonResponse:
    """What a port says now, with its state."""
    answer: Result[dict[str, Any]] = ports()[port].ask(subject)
    match answer:
        case Found(value):
            return JsonResponse({"state": "found", **value})
        case NotFound():
            return JsonResponse({"state": "not_found", **nothing})
        case _:
            return JsonResponse(
                {"state": "unavailable", **nothing, "message": "现在没有回应，请过一会儿再试。"}, status=503
            )
