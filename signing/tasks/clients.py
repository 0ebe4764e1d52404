"""Business systems that may order signatures (业务系统), known by their service key."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from foundation.config import Project, config
from foundation.outside.client import OutsideClient
from signing.tasks.models import ClientSystem

AUTHORITY = "reg"
"""The only client that may have the registration authority's seal put on."""


@dataclass(frozen=True)
class Known:
    """A client that a demo knows from the start; elsewhere `client_add` enters it."""

    title: str
    lives_in: Project
    vouches: bool = False


KNOWN = {"reg": Known("企登", "reg", vouches=True), "chain_office": Known("连锁总部业务系统（演示）", "sandbox")}


def client_of(service: str) -> ClientSystem | None:
    """The active client behind a service name that has proved itself."""
    known = KNOWN.get(service) if config().mode == "demo" else None
    if known and (known.lives_in != "sandbox" or config().sandbox):
        client = _known(service, known)
        return client if client.active else None
    return ClientSystem.objects.filter(name=service, active=True).first()


def _known(name: str, known: Known) -> ClientSystem:
    """The row of a client of the demo, where this installation has it now."""
    base = config().base_url(known.lives_in)
    told = {"title": known.title, "base_url": base, "vouches": known.vouches}
    client, _ = ClientSystem.objects.get_or_create(name=name, defaults=told)
    if client.base_url != base:
        ClientSystem.objects.filter(pk=client.pk).update(base_url=base)
        client.base_url = base
    return client


def client_owns(client: ClientSystem, url: str) -> bool:
    """Whether `url` lies on the client's own address; files and callbacks go nowhere else (no request forgery through us)."""
    return urlsplit(url)[:2] == urlsplit(client.base_url)[:2] and "@" not in urlsplit(url).netloc


def client_http(client: ClientSystem) -> OutsideClient:
    """The HTTP client that reaches this system's host."""
    scheme, host = urlsplit(client.base_url)[:2]
    return OutsideClient(client.name, base=f"{scheme}://{host}")
