"""Addresses of 电子签名: pages, task API, callbacks, health."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from foundation.clock import views as clock
from signing.api.views import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("foundation.health.urls")),
    path("ui/", include("foundation.ui.urls")),
    path("internal/clock", clock.move),
    path("internal/operations/", include("foundation.operations.urls")),
    path("internal/watching/", include("signing.watching.urls")),
    path("api/", api.urls),
    path("", include("signing.web.urls")),
]

handler400 = "foundation.ui.errors.bad_request"
handler403 = "foundation.ui.errors.permission_denied"
handler404 = "foundation.ui.errors.not_found"
handler500 = "foundation.ui.errors.server_error"
