"""Business systems that may order signatures (业务系统), known by their service key."""

from __future__ import annotations

from urllib.parse import urlsplit

from foundation.config import config
from foundation.outside.client import OutsideClient
from signing.tasks.models import ClientSystem

REG_TITLE = "企登"


def client_of(service: str) -> ClientSystem | None:
    """The active client behind a service name that has proved itself. In a demo the registration system is known from the start."""
    if service == "reg" and config().mode == "demo":
        base = config().base_url("reg")
        client, created = ClientSystem.objects.get_or_create(
            name="reg", defaults={"title": REG_TITLE, "base_url": base}
        )
        if not created and client.base_url != base:
            ClientSystem.objects.filter(pk=client.pk).update(base_url=base)
            client.base_url = base
        return client if client.active else None
    return ClientSystem.objects.filter(name=service, active=True).first()


def client_owns(client: ClientSystem, url: str) -> bool:
    """Whether `url` lies on the client's own address; files and callbacks go nowhere else (no request forgery through us)."""
    return urlsplit(url)[:2] == urlsplit(client.base_url)[:2] and "@" not in urlsplit(url).netloc


def client_http(client: ClientSystem) -> OutsideClient:
    """The HTTP client that reaches this system's host."""
    scheme, host = urlsplit(client.base_url)[:2]
    return OutsideClient(client.name, base=f"{scheme}://{host}")
