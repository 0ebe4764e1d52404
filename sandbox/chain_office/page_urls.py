"""Addresses of the head office's pages."""

from __future__ import annotations

from django.urls import path

from sandbox.chain_office import pages

urlpatterns = [
    path("", pages.office, name="chain"),
    path("new/", pages.new, name="chain-new"),
    path("papers/<str:ref>.pdf", pages.signed_file, name="chain-signed-file"),
    path("<str:number>/", pages.show, name="chain-launch"),
    path("<str:number>/status", pages.status, name="chain-status"),
    path("<str:number>/refresh/", pages.refresh, name="chain-refresh"),
    path("<str:number>/cancel/", pages.cancel, name="chain-cancel"),
    path("<str:number>/seal/", pages.seal, name="chain-seal"),
    path("<str:number>/seal/cancel/", pages.cancel_seal, name="chain-seal-cancel"),
    path("<str:number>/authorisation/end/", pages.end_authorisation, name="chain-authorisation-end"),
]
