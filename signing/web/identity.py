"""创建新验证 from 我的: the identity by mobile, Alipay or bank card, then the face; outside any ceremony. R151."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from foundation.identity.actor import NotVisible
from foundation.identity.middleware import SignedInRequest
from foundation.outside.result import Found, Result, Unavailable
from foundation.ui.dates import hm
from foundation.ui.errors import unavailable
from signing.ceremonies.models import Verification
from signing.ceremonies.verifying import face_finish, identity_open
from signing.tasks.states import WrongState
from signing.web.access import signed_in
from signing.web.ceremonies import SYSTEM
from signing.web.many import person_of

ME = "/me/"


@require_POST
@signed_in
def identity_new(request: SignedInRequest) -> HttpResponse:
    """Begin with the validity that the person chose."""
    person, chosen = person_of(request.actor), request.POST.get("days", "")
    if person is None:
        raise NotVisible
    try:
        days = int(chosen) if chosen.isdecimal() and len(chosen) < 4 else 0
        return _off(request, identity_open(actor=request.actor, subject=person, ceremony=None, days=days))
    except WrongState as wrong:
        messages.error(request, wrong.message)
        return HttpResponseRedirect(ME)


@require_POST
@signed_in
def identity_face(request: SignedInRequest) -> HttpResponse:
    """Show the face that completes it."""
    person = person_of(request.actor)
    if person is None:
        raise NotVisible
    try:
        return _off(request, face_finish(actor=request.actor, subject=person))
    except WrongState as wrong:
        messages.error(request, wrong.message)
        return HttpResponseRedirect(ME)


def _off(request: SignedInRequest, answer: Result[Verification]) -> HttpResponse:
    if isinstance(answer, Found):
        return HttpResponseRedirect(answer.value.url)
    retry = hm(answer.retry_at) if isinstance(answer, Unavailable) else ""
    return unavailable(request, system=SYSTEM, retry_at=retry, url=ME, url_label="回去再试")
