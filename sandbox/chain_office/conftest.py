"""Fixtures of the head office."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.chain_office.testing import FakeSigning, fake_signing


@pytest.fixture
def signing(world: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSigning]:
    """电子签名, behaving unless told otherwise."""
    with fake_signing() as fake:
        monkeypatch.setenv("SIGNING_BASE_URL", fake.stub.base)
        yield fake
