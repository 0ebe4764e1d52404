"""URL sets of the registration system: citizens (public), examiners (desk), machines. REG_FACE chooses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from foundation.clock import views as clock
from foundation.config import config

PUBLIC: list[URLPattern | URLResolver] = [
    path("", include("reg.cases.urls")),
    path("", include("reg.declarations.urls")),
    path("api/", include("reg.api.urls")),
]
DESK: list[URLPattern | URLResolver] = [
    path("desk/", include("reg.review.urls")),
    path("desk/", include("reg.backoffice.urls")),
]
ALWAYS: list[URLPattern | URLResolver] = [
    path("internal/clock", clock.move),
    path("ui/", include("foundation.ui.urls")),
    path("", include("foundation.health.urls")),
]

urlpatterns = [
    *ALWAYS,
    *(PUBLIC if config().face in {"public", "all"} else []),
    *(DESK if config().face in {"desk", "all"} else []),
]

handler400 = "foundation.ui.errors.bad_request"
handler403 = "foundation.ui.errors.permission_denied"
handler404 = "foundation.ui.errors.not_found"
handler500 = "foundation.ui.errors.server_error"
