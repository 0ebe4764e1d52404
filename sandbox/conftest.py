"""Fixtures of the sandbox: the loaded stories, and callers whose every call is held against the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from foundation import clock
from sandbox.faults.models import Fault
from sandbox.testing import Caller, Contracts
from sandbox.world.models import Person
from sandbox.world.stories import stories_load


@pytest.fixture(scope="session")
def contracts() -> Contracts:
    """The OpenAPI files, read once."""
    return Contracts()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Load the stories once for all tests that roll back."""
    with django_db_blocker.unblock():
        stories_load()


@pytest.fixture
def world(db: None) -> Iterator[None]:
    """The people and companies of data/stories; loaded again after a test that emptied the tables."""
    clock.forget()
    if not Person.objects.exists():
        stories_load()
    yield
    clock.forget()


@pytest.fixture
def reg(world: None, contracts: Contracts) -> Caller:
    """The registration system as a caller."""
    return Caller("reg", contracts)


@pytest.fixture
def signing(world: None, contracts: Contracts) -> Caller:
    """The signing system as a caller."""
    return Caller("signing", contracts)


@pytest.fixture
def browser(world: None) -> Client:
    """A person's browser."""
    return Client()


@pytest.fixture
def fault(world: None) -> Callable[..., None]:
    """`fault("sso", mode="error")`"""

    def put(system: str, **values: object) -> None:
        Fault.objects.update_or_create(pk=system, defaults=values)

    return put
