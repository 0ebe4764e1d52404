"""The page of the seal maker for testers: every company's seal, to be taken back or made anew."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from foundation.crypto.eseal import seal_read
from sandbox.seal_maker.models import MadeSeal
from sandbox.seal_maker.services import seal_make, seal_revoke
from sandbox.world.models import Company

SHOWN = 100


@require_http_methods(["GET", "POST"])
def seals(request: HttpRequest) -> HttpResponse:
    """The seals that companies use now; 作废 and 重新制章."""
    if request.method == "POST":
        row = get_object_or_404(MadeSeal, es_id=request.POST.get("es_id", "")[:40].replace("\x00", ""), current=True)
        if request.POST.get("do") == "revoke":
            seal_revoke(row.es_id)
        else:
            row = seal_make(get_object_or_404(Company, uscc=row.uscc))
        return HttpResponseRedirect(f"{reverse('seals')}#s{row.es_id}")
    rows = MadeSeal.objects.filter(current=True).order_by("-pk")[:SHOWN]
    return render(request, "sandbox/seals.html", {"seals": rows})


@require_GET
def picture(request: HttpRequest, es_id: str) -> HttpResponse:
    """The picture in a seal."""
    row = get_object_or_404(MadeSeal, es_id=es_id)
    return HttpResponse(seal_read(bytes(row.seal)).info.picture.data, content_type="image/png")
