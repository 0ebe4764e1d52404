"""Addresses that 电子签名 calls."""

from __future__ import annotations

from django.urls import path

from sandbox.chain_office import wire

urlpatterns = [
    path("files/<str:ref>", wire.paper_file, name="chain-office-file"),
    path("callbacks/signing", wire.callback, name="chain-office-callback"),
]
