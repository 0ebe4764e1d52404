"""名称库 as a page of the desk: search it, see why a name was found, who holds it, what compares with it. R104, R111."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from foundation import clock
from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from reg.backoffice.web.forms import PartsForm
from reg.backoffice.web.guard import for_roles
from reg.catalog.codes import industries
from reg.naming.corrections import CorrectionError, name_correct, names_unsure
from reg.naming.explain import STANDING_WORDS, told
from reg.naming.index import names_near, parts_of
from reg.naming.models import IndexedName, Reservation
from reg.naming.parsing import LIKELY
from reg.naming.search import MOST, keys_told, names_search
from reg.review.web.nav import desk_frame

PER_PAGE = 50
correctors = for_roles(StaffRole.EXAMINER, StaffRole.SUPERVISOR)
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
        "unsure": IndexedName.objects.filter(confidence__lt=LIKELY).count(),
    }
    return render(request, "backoffice/names.html", context)


@require_GET
@correctors
def names_to_correct(request: SignedInRequest) -> HttpResponse:
    """校正: names whose parts the reader was not sure of."""
    after = request.GET.get("after", "")
    found = names_unsure(int(after) if after.isdecimal() and len(after) < 18 else 0, PER_PAGE + 1)
    context = {
        **desk_frame(request.actor, "desk-names"),
        "names": [(one, parts_of(one)) for one in found[:PER_PAGE]],
        "next": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else 0,
        "unsure": IndexedName.objects.filter(confidence__lt=LIKELY).count(),
    }
    return render(request, "backoffice/names_unsure.html", context)


@require_http_methods(["GET", "POST"])
@correctors
def name_correction(request: SignedInRequest, name: int) -> HttpResponse:
    """Say what the parts of one name are; then the next that waits."""
    one = IndexedName.objects.filter(pk=name).first()
    if one is None:
        raise Http404
    first = {field: getattr(one, field) for field in ("region", "trade", "industry", "group", "form", "order")}
    form = PartsForm(
        request.POST if request.method == "POST" else None,
        initial={**first, "small_class": one.small_class, "seen": one.confidence},
    )
    if request.method == "POST" and form.is_valid():
        try:
            name_correct(actor=request.actor, name=name, parts=form.parts(), seen=form.cleaned_data["seen"])
        except CorrectionError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"“{one.written}”校正好了。")
            following = names_unsure(after=name, most=1) or names_unsure(most=1)
            return HttpResponseRedirect(
                reverse("desk-name-correct", args=[following[0].pk]) if following else reverse("desk-names")
            )
    context = {**desk_frame(request.actor, "desk-names"), "one": one, "form": form}
    return render(request, "backoffice/name_correct.html", context, status=422 if form.errors else 200)


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
        "may_correct": request.actor.has_role(StaffRole.EXAMINER) or request.actor.has_role(StaffRole.SUPERVISOR),
    }
    return render(request, "backoffice/name.html", context)
