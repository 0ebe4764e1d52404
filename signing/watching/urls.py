"""`path("internal/watching/", include("signing.watching.urls"))`"""

from __future__ import annotations

from django.urls import path

from signing.watching import wire

urlpatterns = [path("live", wire.live), path("history", wire.history)]
