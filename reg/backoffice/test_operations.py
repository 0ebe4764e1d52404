"""What operator and auditor read of reg: every system that is called, every job, event and audited act, each by its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from procrastinate.contrib.django import app

from foundation.config import config
from foundation.operations.report import words
from foundation.operations.testing import audited, called_systems
from foundation.operations.words import COUNTED, DETAILS, QUEUES, UNSHOWN
from foundation.outbox import subscriptions
from foundation.outside import health
from foundation.outside.lookups import ports
from foundation.outside.models import SystemHealth
from foundation.outside.result import Unavailable
from reg.backoffice.operations import MEANING, SYSTEMS, _specs, declared

CODES = {system.code for system in SYSTEMS}


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    health.forget()
    for code in CODES:
        monkeypatch.setenv(f"OUTSIDE_{code.upper()}_URL", "http://127.0.0.1:9")
    config.cache_clear()
    yield
    monkeypatch.undo()
    config.cache_clear()
    health.forget()


def test_every_system_that_is_called_is_on_the_page() -> None:
    named = called_systems("reg")
    assert named <= CODES
    assert CODES - named == {"sso", "sms"}, "these two are called by code of the ground"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ports())
def test_every_port_says_truly_which_system_it_asks(nobody_answers: None, name: str) -> None:
    port = ports()[name]
    assert isinstance(port.ask(defaultdict(str, district="310115", uscc="91310115MAXX00015T")), Unavailable)
    health.flush()
    assert [row.system for row in SystemHealth.objects.all()] == [port.asked_system]
    assert port.asked_system in CODES


def test_what_happens_without_a_system_is_what_its_lookups_declare() -> None:
    said = declared()
    for spec in _specs():
        assert any(MEANING[spec.down] in sentence for sentence in said[ports()[spec.port].asked_system])
    assert set(said) <= CODES
    assert {system.code for system in SYSTEMS if not system.when_down} - set(said) <= {"licence_store"}


def test_every_job_queue_event_and_receiver_has_a_name() -> None:
    app.perform_import_paths()  # type: ignore[no-untyped-call]  # the library's own omission
    jobs = {
        name: task for name, task in app.tasks.items() if not name.startswith(("builtin", "procrastinate", "test."))
    }
    assert set(jobs) <= set(words().jobs)
    assert {task.queue for task in jobs.values()} <= set(QUEUES)
    assert {event.__name__ for event in subscriptions()} <= set(words().events)
    handlers = {f"{one.__module__}.{one.__qualname__}" for row in subscriptions().values() for one in row}
    assert handlers <= set(words().handlers)


@pytest.mark.parametrize("project", ["reg", "foundation"])
def test_every_audited_act_has_a_name_and_every_detail_is_shown_counted_or_hidden(project: str) -> None:
    verbs, kinds, details = audited(project)
    assert verbs <= set(words().verbs)
    assert kinds <= set(words().kinds)
    assert details <= {*DETAILS, *COUNTED, *UNSHOWN}
