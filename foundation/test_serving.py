"""From where a request comes, behind a reverse proxy: what a trusted one states, and nobody else. R148 rests on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from foundation.config import ConfigError, config
from foundation.serving import application_of

PROXY, VISITOR, STRANGER = "127.0.0.1", "203.0.113.7", "198.51.100.9"


def asked(peer: str, headers: dict[str, str]) -> dict[str, Any]:
    """What the application is told of a request that comes from `peer`."""
    seen: dict[str, Any] = RequestFactory().get("/nowhere/", REMOTE_ADDR=peer, headers=headers).environ
    list(application_of("reg")(seen, lambda status, headers, exc=None: None))
    return seen


@pytest.mark.django_db
def test_the_proxy_says_who_asks_and_by_which_scheme() -> None:
    seen = asked(PROXY, {"X-Forwarded-For": VISITOR, "X-Forwarded-Proto": "https"})
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == (VISITOR, "https")


@pytest.mark.django_db
def test_nobody_else_is_believed() -> None:
    seen = asked(STRANGER, {"X-Forwarded-For": VISITOR, "X-Forwarded-Proto": "https"})
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == (STRANGER, "http")
    seen = asked(PROXY, {"X-Forwarded-For": f"{VISITOR}, {STRANGER}"})
    assert seen["REMOTE_ADDR"] == STRANGER, "what a visitor wrote himself stands before what the proxy adds"


def test_a_network_of_proxies_is_named_and_a_slip_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.88.0.0/16, ::1")
    assert config().trusted_proxies() == ["10.88.0.0/16", "::1"]
    monkeypatch.setenv("TRUSTED_PROXIES", "nginx")
    with pytest.raises(ConfigError, match="TRUSTED_PROXIES"):
        config().trusted_proxies()
