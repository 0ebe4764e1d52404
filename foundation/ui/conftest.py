"""Pages are tested without a database: legal time is the wall clock, the site is the gallery by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from foundation.config import config
from foundation.ui import alone
from foundation.ui.testing import gallery, open_browser


@pytest.fixture(autouse=True)
def _without_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SANDBOX", "0")
    config.cache_clear()
    yield
    monkeypatch.undo()
    config.cache_clear()


@pytest.fixture
def site(settings: Any) -> Client:
    """The gallery in this process."""
    settings.ROOT_URLCONF = "foundation.ui.alone"
    settings.MIDDLEWARE = alone.MIDDLEWARE
    settings.TEMPLATES = alone.TEMPLATES
    settings.CONTENT_SECURITY_POLICY = alone.CONTENT_SECURITY_POLICY
    settings.CSRF_FAILURE_VIEW = alone.CSRF_FAILURE_VIEW
    return Client()


@pytest.fixture(scope="session")
def gallery_url() -> Iterator[str]:
    """The gallery in a process of its own, for the browser."""
    with gallery() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found
