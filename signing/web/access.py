"""Who may open a page: everything is bound to the signer; for everybody else it does not exist, and the attempt is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from foundation.identity.actor import Actor, ActorKind, NotVisible
from foundation.identity.middleware import SignedInRequest
from foundation.ui.errors import came_from
from foundation.ui.preferences import shell_of
from signing.ceremonies.starting import Place
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.tasks.models import Channel

MARKS = (
    (Channel.WECHAT, ("MicroMessenger",)),
    (Channel.ALIPAY, ("AlipayClient", "AliApp")),
    (Channel.APP, ("suishenban", "SuiShenBan")),
)
"""How browsers inside other programs call themselves. That of the 随申办 App is to be confirmed when it is connected."""
P = ParamSpec("P")
View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor | None:
    """The natural person who is logged in here."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor if actor is not None and actor.kind is ActorKind.PERSON else None


def signed_in(view: Callable[Concatenate[SignedInRequest, P], HttpResponse]) -> View:
    """Demand a log-in; a thing of somebody else is 404 and recorded."""

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor = actor_of(request)
        if actor is None:
            back = request.get_full_path() if request.method == "GET" else came_from(request)
            return HttpResponseRedirect(f"/welcome/?{urlencode({'next': back})}")
        try:
            return view(request, *args, **kwargs)
        except NotVisible:
            named = next((str(value) for value in kwargs.values()), request.path)
            address, device = place_of(request).address, place_of(request).device
            attempt_refuse(
                Reason.NOT_YOURS,
                actor=actor,
                obj_kind=view.__name__[:20],
                obj_ref=named,
                address=address,
                device=device,
            )
            raise Http404 from None

    return guarded


def place_of(request: HttpRequest) -> Place:
    """From where the request comes."""
    return Place(
        device=request.headers.get("User-Agent", "")[:120],
        address=str(request.META.get("REMOTE_ADDR", ""))[:45],
        channel=channel_of(request),
    )


def channel_of(request: HttpRequest) -> Channel:
    """Through which door the signer looks at us, as his browser calls itself or as his mini-program said."""
    agent = request.headers.get("User-Agent", "")
    for channel, marks in MARKS:
        if shell_of(request) == channel or any(mark in agent for mark in marks):
            return channel
    return Channel.BROWSER
