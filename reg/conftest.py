"""Fixtures of the registration system."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from foundation import clock


@pytest.fixture(autouse=True)
def _fresh_clock() -> Iterator[None]:
    """No test inherits another's legal time."""
    clock.forget()
    yield
    clock.forget()
