"""To the page of 多源认证, or a QR picture of it for another phone, and how far that phone is. R138, R145."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from foundation import clock
from foundation.identity.actor import NotVisible
from foundation.identity.middleware import SignedInRequest
from foundation.outside.result import Found, Result, Unavailable
from foundation.ui.dates import hm
from foundation.ui.errors import unavailable
from signing.ceremonies.models import Verification
from signing.ceremonies.qr import qr_ask, qr_state
from signing.ceremonies.scope import check_polled
from signing.ceremonies.states import CeremonyState, QrState
from signing.web.access import signed_in

SYSTEM = "多源认证"


def off(request: SignedInRequest, answer: Result[Verification], *, back: str) -> HttpResponse:
    """To the page of 多源认证, or word that it does not answer, with the way back."""
    if isinstance(answer, Found):
        return HttpResponseRedirect(answer.value.url)
    retry = hm(answer.retry_at) if isinstance(answer, Unavailable) else ""
    return unavailable(request, system=SYSTEM, retry_at=retry, url=back, url_label="回去再试")


def face_off(request: SignedInRequest, answer: Result[Verification], *, back: str) -> HttpResponse:
    """As the button says: show the face here, or on another phone, for which `back` then shows a picture."""
    if isinstance(answer, Found) and request.POST.get("where") == "phone":
        answer = qr_ask(actor=request.actor, check=answer.value)
        if isinstance(answer, Found):
            return HttpResponseRedirect(back)
    return off(request, answer, back=back)


def qr_facts(check: Verification) -> dict[str, Any]:
    """What `signing/_qr.html` shows of a check."""
    where = f"/ceremonies/{check.ceremony.no}" if check.ceremony else "/me"
    return {
        "check": check,
        "qr": qr_state(check),
        "qr_again": f"{where}/face/",
        "qr_back": f"{where}/",
        "now": clock.wall(),
    }


@require_GET
@signed_in
def qr(request: SignedInRequest, ref: str) -> HttpResponse:
    """What the page with the picture polls; nothing is asked outside. `seen`: what it shows, so that most answers are empty."""
    check = check_polled(request.actor, ref)
    if check is None:
        raise NotVisible
    facts = qr_facts(check)
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(facts["qr_back"])
    over = check.ceremony is not None and check.ceremony.state != CeremonyState.VERIFYING
    if over or facts["qr"] == QrState.NONE:
        return HttpResponseClientRedirect(facts["qr_back"])
    if request.GET.get("seen") == facts["qr"]:
        return HttpResponse(status=204)
    return render(request, "signing/_qr.html", {**facts, "polled": True})
