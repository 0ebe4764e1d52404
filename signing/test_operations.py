"""What operator and auditor of reg read of 电子签名: complete, in words, by signed calls."""

from __future__ import annotations

from typing import Any

import pytest
from procrastinate.contrib.django import app

from foundation.audit.models import AuditEvent
from foundation.operations import wire
from foundation.operations.report import words
from foundation.operations.testing import audited, called_systems
from foundation.operations.words import COUNTED, DETAILS, QUEUES, UNSHOWN
from foundation.outbox import subscriptions
from foundation.outside.systems import Standing
from signing.ceremonies.states import VerificationVerb
from signing.operations import SYSTEMS
from signing.seals.models import SealVerb
from signing.testing import PERSONS, Caller, World, arrive, batch, document, slot

CODES = {system.code for system in SYSTEMS}


def test_every_system_that_is_called_is_on_the_page() -> None:
    constants = {"ca", "elicence", "seal_maker", "timestamp", "verification"}
    assert called_systems("signing") == set(), "signing names its systems as SYSTEM; a text would be a new one"
    assert constants | {"sso", "sms", "reg"} == CODES


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


def test_every_audited_act_has_a_name_and_every_detail_is_shown_counted_or_hidden() -> None:
    verbs, kinds, details = audited("signing")
    verbs |= {f"verification.{verb}" for verb in VerificationVerb} | {f"seal.{verb}" for verb in SealVerb}
    assert verbs <= set(words().verbs)
    assert kinds <= set(words().kinds)
    assert details <= {*DETAILS, *COUNTED, *UNSHOWN}


@pytest.mark.django_db
def test_the_registration_system_reads_systems_jobs_and_acts(world: World, reg: Caller) -> None:
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])])]))
    arrive(world)
    lines = wire.LINES.validate_python(reg.get("/internal/operations/outside").json()["said"])
    assert {line.code for line in lines} == CODES
    assert all(line.standing is not Standing.UNSET for line in lines)
    jobs = wire.JOBS.validate_python(reg.get("/internal/operations/jobs").json()["said"])
    assert "签名" in {queue.name for queue in jobs.jobs.queues}
    asked: dict[str, Any] = {"query": {"verb": "batch.create"}, "before": 0}
    page = wire.AUDIT.validate_python(reg.post("/internal/operations/audit", asked).json()["said"])
    assert [(line.verb, line.kind) for line in page.lines] == [("发起签署", "签署批次")]
    assert "卫甲" not in str(page)


@pytest.mark.django_db
def test_another_client_of_the_task_api_reads_nothing(world: World) -> None:
    for path in ("outside", "jobs"):
        assert Caller("sandbox").get(f"/internal/operations/{path}").status_code == 401
    assert not AuditEvent.objects.exists()
