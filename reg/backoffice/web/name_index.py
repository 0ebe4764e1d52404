"""名称库 as a page of the desk: search it, see why a name was found, who holds it, what compares with it. R104, R111."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation import clock
from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from reg.backoffice.web.guard import for_roles
from reg.catalog.codes import industries
from reg.naming.explain import STANDING_WORDS, told
from reg.naming.index import names_near, parts_of
from reg.naming.models import IndexedName, Reservation
from reg.naming.search import MOST, keys_told, names_search
from reg.review.web.nav import desk_frame

readers = for_roles(StaffRole.EXAMINER, StaffRole.SUPERVISOR, StaffRole.OPERATOR)


@require_GET
@readers
def name_index(request: SignedInRequest) -> HttpResponse:
    """Search by number, name, 字号, part of a 字号 or its sound."""
    asked = request.GET.get("q", "").strip()[:60]
    found = names_search(asked)
    context = {
        **desk_frame(request.actor, "desk-names"),
        "asked": asked,
        "found": found,
        "full": len(found) >= MOST,
        "unsure": IndexedName.objects.filter(confidence__lt=80).count(),
    }
    return render(request, "backoffice/names.html", context)


@require_GET
@readers
def name_one(request: SignedInRequest, name: int) -> HttpResponse:
    """One name: its parts, its hold, its neighbours, its keys."""
    one = IndexedName.objects.filter(pk=name).first()
    if one is None:
        raise Http404
    parts = parts_of(one)
    found = names_near(parts, day=clock.today(), but=[one.pk])
    context = {
        **desk_frame(request.actor, "desk-names"),
        "one": one,
        "standing": STANDING_WORDS[one.standing],  # type: ignore[index]  # a StrEnum
        "parts": [
            ("行政区划", parts.region),
            ("字号", parts.trade),
            ("行业", parts.industry),
            ("组织形式", parts.form),
        ],
        "small_class": industries().get(one.small_class),
        "held": Reservation.objects.filter(name=one).first(),
        "same": [told(hit, parts) for hit in found.same],
        "similar": [told(hit, parts) for hit in found.similar],
        "keys": keys_told(one),
    }
    return render(request, "backoffice/name.html", context)
