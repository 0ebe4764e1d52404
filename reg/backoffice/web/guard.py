"""Pages of the back office belong to roles; to everybody else they do not exist."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpResponse

from foundation.identity.actor import NotVisible, StaffRole
from foundation.identity.middleware import SignedInRequest
from reg.review.web.guard import staff_only

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def for_roles(*roles: StaffRole) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Only for staff with one of `roles`: 404 for other staff, the desk's log-in for everybody else."""

    def wrap(view: View[P]) -> Callable[..., HttpResponse]:
        def opened(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not any(request.actor.has_role(role) for role in roles):
                raise NotVisible
            return view(request, *args, **kwargs)

        return functools.wraps(view)(staff_only(opened))

    return wrap
