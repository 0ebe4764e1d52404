"""What every page of the desk demands: a member of staff who is logged in with both factors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from foundation.identity.actor import Forbidden, NotVisible
from foundation.identity.middleware import SignedInRequest
from foundation.ui.errors import FORBIDDEN, STALE, stop_page
from reg.casefile.access import Access, case_access
from reg.casefile.models import Case
from reg.casefile.services import KeyReused
from reg.casefile.states import WrongState
from reg.review.services import DeskError, desk_case

P = ParamSpec("P")


def staff_only(view: Callable[Concatenate[SignedInRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for staff; others are sent to the desk's own log-in."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if actor is None or not actor.is_staff:
            return HttpResponseRedirect(reverse("desk-login"))
        try:
            return view(cast(SignedInRequest, request), *args, **kwargs)
        except NotVisible:
            raise Http404 from None
        except Forbidden as error:
            return stop_page(request, FORBIDDEN, happened=error.message, home_url=reverse("desk"))
        except WrongState as error:
            return stop_page(request, STALE, title="这一步现在不能办", happened=error.message, template="ui/stop.html")
        except KeyReused as error:
            return stop_page(request, STALE, title="这个页面用过了", happened=error.message, template="ui/stop.html")
        except DeskError as error:
            messages.error(request, error.message)
            number = str(kwargs.get("number", ""))
            return HttpResponseRedirect(reverse("desk-case", args=[number]) if number else reverse("desk"))

    return guarded


def with_whole_case(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The case for who sees it unmasked: papers, uploads and whole numbers do not exist for the auditor."""

    def opened(request: SignedInRequest, case: Case, **kwargs: Any) -> HttpResponse:
        if case_access(request.actor, case) is not Access.DESK:
            raise NotVisible
        return view(request, case, **kwargs)

    return with_desk_case(functools.wraps(view)(opened))


def with_desk_case(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The case of the address, for who has business with it at the desk; everyone else gets 404."""

    def opened(request: SignedInRequest, /, number: str, **kwargs: Any) -> HttpResponse:
        case: Case = desk_case(request.actor, number)
        return view(request, case, **kwargs)

    return functools.wraps(view)(staff_only(opened))
