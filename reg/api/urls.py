"""Addresses of the JSON API."""

from __future__ import annotations

from django.urls import path

from reg.api import address, names

urlpatterns = [
    path("address/towns", address.towns, name="api-address-towns"),
    path("address/roads", address.roads, name="api-address-roads"),
    path("address/centralized", address.centralized, name="api-address-centralized"),
    path("address/standard", address.standard, name="api-address-standard"),
    path("names/check", names.check, name="api-names-check"),
    path("names/suggestions", names.suggest, name="api-names-suggestions"),
    path("names/industries", names.classes, name="api-names-industries"),
]
