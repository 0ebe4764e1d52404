"""The head office as a business system: its own key, the client of 电子签名, and whom it believes."""

from __future__ import annotations

from functools import cache

from foundation.config import Service, config
from foundation.outside.signed import nonce_use, public_key
from signing_client import HttpTransport, Incoming, ServiceKey, SigningClient

NAME: Service = "chain_office"
READ_SECONDS = 5.0
PAUSES = (0.3,)
"""A page is waited for."""


class KeptNonces:
    """Nonces in the database: every process of this server knows them."""

    def first_use(self, service: str, nonce: str) -> bool:
        return nonce_use(service, nonce)


def signing() -> SigningClient:
    """The client of 电子签名, signed with the head office's own key."""
    return SigningClient(_transport(config().base_url("signing")))


@cache
def _transport(base: str) -> HttpTransport:
    key = ServiceKey(NAME, bytes.fromhex(config().secret(NAME, "service_key")))
    return HttpTransport(base, key, read_seconds=READ_SECONDS, pauses=PAUSES)


def incoming() -> Incoming:
    """Believes 电子签名 alone."""
    return Incoming(public_key("signing"), KeptNonces())
