"""创建新验证 from 我的: the identity by mobile, Alipay or bank card, then the face; outside any ceremony. R151."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from foundation.identity.actor import NotVisible
from foundation.identity.middleware import SignedInRequest
from signing.ceremonies.verifying import face_finish, identity_open
from signing.tasks.states import WrongState
from signing.tasks.subjects import person_of
from signing.web.access import signed_in
from signing.web.checks import face_off, off

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
        answer = identity_open(actor=request.actor, subject=person, ceremony=None, days=days)
        return off(request, answer, back=ME)
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
        return face_off(request, face_finish(actor=request.actor, subject=person), back=ME)
    except WrongState as wrong:
        messages.error(request, wrong.message)
        return HttpResponseRedirect(ME)
