"""URL sets of the registration system: citizens (public), examiners (desk), machines. REG_FACE chooses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
