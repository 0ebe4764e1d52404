"""What every page of a citizen demands: a log-in, a case he may see; and what it answers when something is not possible."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from foundation.identity.actor import Forbidden, NotVisible
from foundation.identity.middleware import SignedInRequest
from foundation.ui.errors import FORBIDDEN, STALE, came_from, stop_page
from reg.casefile.access import NotConfirmed, case_get
from reg.casefile.models import Case
from reg.casefile.services import KeyReused
from reg.casefile.states import WrongState

P = ParamSpec("P")
View = Callable[..., HttpResponse]


def signed_in(view: Callable[Concatenate[SignedInRequest, P], HttpResponse]) -> View:
    """Only for a natural person who is logged in; others are asked to log in and come back."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if actor is None or not actor.is_person:
            back = request.get_full_path() if request.method == "GET" else came_from(request)
            return HttpResponseRedirect(f"{reverse('login')}?{urlencode({'next': back})}")
        try:
            return view(cast(SignedInRequest, request), *args, **kwargs)
        except NotVisible:
            raise Http404 from None
        except NotConfirmed as error:
            return stop_page(request, FORBIDDEN, happened=error.message, **_while_waiting(kwargs.get("number")))
        except Forbidden as error:
            return stop_page(request, FORBIDDEN, happened=error.message)
        except WrongState as error:
            return stop_page(request, STALE, title="这一步现在不能办", happened=error.message, template="ui/stop.html")
        except KeyReused as error:
            return stop_page(request, STALE, title="这个页面用过了", happened=error.message, template="ui/stop.html")

    return guarded


def _while_waiting(number: object) -> dict[str, Any]:
    """What an agent can do until the company confirmed him."""
    page = reverse("case-agent", args=[number]) if number else ""
    todo = ("先填您知道的内容，都会保存", "请企业的法定代表人登录确认，他会收到短信")
    return {"title": "等企业确认", "todo": todo, "url": page, "url_label": "看看确认到哪一步"}


def with_case(
    *, edit: bool = False, early: bool = False
) -> Callable[[Callable[Concatenate[SignedInRequest, Case, P], HttpResponse]], Callable[..., HttpResponse]]:
    """The case of the address, for who may see it (`edit`: change it); everyone else gets 404. `early`: also for an agent
    whom the company has not confirmed yet; such a page shows nothing but public facts and what he typed."""

    def wrap(view: Callable[Concatenate[SignedInRequest, Case, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def opened(request: SignedInRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponse:
            case = case_get(request.actor, number, edit=edit, early=early)
            return view(request, case, *args, **kwargs)

        return signed_in(opened)

    return wrap


def idempotency_key(request: HttpRequest) -> str:
    """The key that the form carried."""
    return request.POST.get("idempotency_key", "")
