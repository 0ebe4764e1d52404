"""The system and the browser of the journeys, once a process; people and outside systems for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from foundation.ui.testing import open_browser
from tests.journeys.faults import Elsewhere
from tests.journeys.looks import Looks
from tests.journeys.outside import Outside
from tests.journeys.people import People
from tests.journeys.system import System
from tests.journeys.traces import traces

FIRST = (
    "test_log_in",
    "test_change",
    "test_killed_signing",
    "test_bad_signing",
    "test_double_taps",
    "test_liaison",
    "test_no_script",
)
"""The long ones begin, so that nobody waits for one of them at the end; the double taps with a person who was never verified,
the log-ins with companies that still are called and led as in the stories."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: FIRST.index(item.path.stem) if item.path.stem in FIRST else len(FIRST))


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Everything `qideng up` starts, in a fresh folder. Whoever passes through leaves nothing personal in logs and tables."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    one = System(tmp_path_factory.mktemp("企登") / "data", name)
    try:
        one.start()
        yield one
        left = traces(one) if one.running else []
        assert not left, "\n".join(left)
    finally:
        one.end()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture
def looks(request: pytest.FixtureRequest) -> Iterator[Looks]:
    """Whatever page is shown to it is looked at in three looks; the test fails at its end where one was not clean."""
    one = Looks(request.node.path.stem.removeprefix("test_"))
    yield one
    one.assert_clean()


@pytest.fixture
def outside(system: System) -> Iterator[Outside]:
    """The controls of the outside world; faults end with the test."""
    one = Outside(system.sandbox)
    yield one
    one.heal()


@pytest.fixture
def people(system: System, browser: Browser, looks: Looks) -> Iterator[People]:
    """Whoever takes part; their browsers are closed with the test."""
    with People(system, browser, looks) as all_of_them:
        yield all_of_them


@pytest.fixture
def passers(system: System, browser: Browser) -> Iterator[People]:
    """People whose ordinary pages other journeys look at."""
    with People(system, browser, Elsewhere("")) as all_of_them:
        yield all_of_them
