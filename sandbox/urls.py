"""Addresses of the sandbox: one prefix per system, the start page, and the controls."""

from __future__ import annotations

from django.urls import include, path

from sandbox.control import api, pages
from sandbox.seal_maker import pages as seal_pages
from sandbox.systems import SYSTEMS

urlpatterns = [
    *(path(f"{system.prefix}/", include(f"sandbox.{system.code}.urls")) for system in SYSTEMS),
    path("", pages.start, name="start"),
    path("people/", pages.people, name="people"),
    path("people/<str:code>/", pages.person, name="person"),
    path("people/<str:code>/<str:picture>.jpg", pages.picture, name="picture"),
    path("papers/lease-<int:page_no>.jpg", pages.lease, name="lease"),
    path("companies/", pages.companies, name="companies"),
    path("places/", pages.places, name="places"),
    path("faults/", pages.faults, name="faults"),
    path("clock/", pages.clock_page, name="clock"),
    path("received/<str:code>/", pages.received, name="received"),
    path("callbacks/", pages.callbacks, name="callbacks"),
    path("licences/", pages.licences, name="licences"),
    path("seals/", seal_pages.seals, name="seals"),
    path("seals/<str:es_id>.png", seal_pages.picture, name="seal-picture"),
    path("contracts/<str:code>.yaml", pages.contract, name="contract"),
    path("chain/", include("sandbox.chain_office.page_urls")),
    path("control/faults", api.faults),
    path("control/clock", api.clock_control),
    path("control/received/<str:system>", api.received),
    path("control/callbacks", api.callbacks),
    path("control/callbacks/<int:callback_id>/send", api.callback_again),
    path("control/sms", api.sms),
    path("control/reset", api.reset_control),
    path("ui/", include("foundation.ui.urls")),
    path("", include("foundation.health.urls")),
]

handler400 = "foundation.ui.errors.bad_request"
handler403 = "foundation.ui.errors.permission_denied"
handler404 = "foundation.ui.errors.not_found"
handler500 = "foundation.ui.errors.server_error"
