"""Rooms are tested without a database: legal time is the wall clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from foundation import clock
from foundation.config import config


@pytest.fixture(autouse=True)
def _without_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SANDBOX", "0")
    config.cache_clear()
    clock.forget()
    yield
    monkeypatch.undo()
    config.cache_clear()
    clock.forget()
