"""Fixtures of 电子签名: the outside world on a socket, a client system, persons in front of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from foundation import clock
from foundation.crypto.index import person_index
from foundation.ui.csp import policy
from signing.testing import COMPANY, PERSONS, Browser, Caller, World, forget_jobs, serve

SYSTEMS = ("verification", "ca", "elicence", "seal_maker", "sms", "sso", "timestamp")


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The outside world, behaving unless told otherwise."""
    clock.forget()
    cache.clear()
    forget_jobs()
    outside = World()
    server = serve(outside)
    for system in SYSTEMS:
        monkeypatch.setenv(f"OUTSIDE_{system.upper()}_URL", f"{outside.base}/{system}")
    monkeypatch.setenv("REG_BASE_URL", f"{outside.base}/reg")
    monkeypatch.setenv("SANDBOX_BASE_URL", outside.base)
    yield outside
    server.shutdown()
    server.server_close()
    clock.forget()


@pytest.fixture
def reg(world: World) -> Caller:
    """The registration system as a client of the task API."""
    return Caller("reg")


@pytest.fixture
def served(
    transactional_db: None,
    world: World,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> str:
    """The pages as a real browser reaches them, which may be sent on to the outside world."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's loop runs in this thread
    monkeypatch.setenv("SIGNING_BASE_URL", live_server.url)
    settings.CONTENT_SECURITY_POLICY = policy(form_action=[world.base])
    cache.clear()
    return str(live_server.url)


@pytest.fixture
def enter(reg: Caller) -> Callable[..., Browser]:
    """`enter("P13")`: a browser in which this person came in by ticket; `company=True` also for COMPANY; `by` another client."""

    def come_in(code: str, *, company: bool = False, by: Caller = reg, **more: Any) -> Browser:
        body = {"person": PERSONS[code], **({"entity": COMPANY} if company else {}), **more}
        url = by.post("/api/tickets", body).json()["url"]
        person = PERSONS[code]
        uscc = COMPANY["uscc"] if company else more.get("entity", {}).get("uscc", "")
        browser = Browser(uscc or person_index(person["id_type"], person["id_number"]))
        answer = browser.get(urlsplit(url).path)
        assert answer.status_code == 302, answer.content.decode()
        return browser

    return come_in
