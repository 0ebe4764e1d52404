"""What the operator sees of jobs: why they failed, without personal data, and one more try."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.identity.actor import Actor
from foundation.jobs import troubles
from foundation.jobs.models import JobTrouble, WorkerBeat
from foundation.jobs.overview import NoSuchFailure, job_retry, jobs_overview
from foundation.jobs.testing import register, until, worker
from foundation.outbox.tasks import DeliveryFailed
from foundation.outside.client import OutsideDown

OPERATOR = Actor.system("test")


@pytest.fixture(scope="module")
def test_jobs() -> Iterator[dict[str, Any]]:
    known = dict(app.tasks)
    yield register()
    for name in set(app.tasks) - set(known):
        del app.tasks[name]


def failed(task: str = "test.write", queueing_lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, queueing_lock) "
            "VALUES ('default', %s, '{}', 'failed', 3, %s) RETURNING id",
            [task, queueing_lock],
        )
        return int((cursor.fetchone() or [0])[0])


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_keeps_its_reason_and_a_try_more_ends_it(test_jobs: dict[str, Any], tmp_path: Path) -> None:
    test_jobs["fail"].defer(path=str(tmp_path / "mark"))
    with worker("--no-ticks"):
        until(lambda: bool(jobs_overview().failed))
        (line,) = jobs_overview().failed
        assert (line.task, line.queue, line.attempts) == ("test.fail", "default", 3)
        assert line.why == "内部错误（ValueError）"
        assert line.at is not None
        assert job_retry(actor=OPERATOR, number=line.number)
        until(lambda: [row.attempts for row in jobs_overview().failed] == [5])
    assert (tmp_path / "mark").read_text().split() == ["tried"] * 4, "one try more, not the whole series again"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_succeeds_after_failures_leaves_no_reason(test_jobs: dict[str, Any], tmp_path: Path) -> None:
    number = test_jobs["write"].defer(path=str(tmp_path / "mark"), text="a")
    JobTrouble.objects.create(job=number, why="没有回应", at=clock.wall())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 1 WHERE id = %s", [number])
    with worker("--no-ticks"):
        until(lambda: not JobTrouble.objects.exists())
    assert (tmp_path / "mark").read_text() == "a"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("310101199001019190 张三"), "内部错误（ValueError）"),
        (OutsideDown("property", "没有回应"), "property 没有回应"),
        (DeliveryFailed("reg.x"), "有接收方没有办成，见“没有送到的消息”"),
    ],
)
def test_the_reason_of_a_failure_holds_no_words_of_others(error: Exception, said: str) -> None:
    assert troubles.reason_of(error) == said


@pytest.mark.django_db
def test_a_try_more_is_written_down_and_a_second_tap_finds_nothing() -> None:
    number = failed()
    assert job_retry(actor=OPERATOR, number=number)
    assert ProcrastinateJob.objects.get(pk=number).status == "todo"
    assert [line.number for line in jobs_overview().again] == [number]
    with pytest.raises(NoSuchFailure):
        job_retry(actor=OPERATOR, number=number)
    (event,) = AuditEvent.objects.filter(verb="job.retry")
    assert (event.obj_ref, event.details) == (str(number), {"task": "test.write", "waits": True})


@pytest.mark.django_db
def test_a_failed_job_gives_way_to_an_equal_one_that_waits() -> None:
    number = failed(queueing_lock="one")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, queueing_lock) "
            "VALUES ('default', 'test.write', '{}', 'todo', 'one')"
        )
    assert not job_retry(actor=OPERATOR, number=number)
    assert [job.status for job in ProcrastinateJob.objects.all()] == ["todo"]


@pytest.mark.django_db
def test_queues_tell_what_waits_and_whether_anybody_looks() -> None:
    for name, ago in (("alive", 3), ("dead", 120)):
        at = clock.wall() - timedelta(seconds=ago)
        queue = "default" if name == "alive" else "papers"
        WorkerBeat.objects.create(name=name, queues=queue, started_at=at, beat_at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at) VALUES "
            "('papers', 'a', '{}', 'todo', NULL), ('papers', 'a', '{}', 'todo', now() + interval '1 hour'), "
            "('papers', 'a', '{}', 'doing', NULL), ('papers', 'a', '{}', 'failed', NULL), "
            "('elsewhere', 'a', '{}', 'todo', now() - interval '1 hour')"
        )
    found = jobs_overview()
    queues = {queue.name: queue for queue in found.queues}
    papers = queues["papers"]
    assert (papers.waiting, papers.later, papers.doing, papers.failed) == (1, 1, 1, 1)
    assert papers.oldest is not None
    assert not papers.served, "its worker gave no sign of life"
    assert queues["default"].served
    assert queues["elsewhere"].waiting == 1, "a queue that nobody declared is shown too"
    assert set(settings.QIDENG_QUEUES) <= set(queues)
    assert "builtin" not in queues
    assert [(w.name, w.alive) for w in found.workers] == [("alive", True), ("dead", False)]
    assert [line.state for line in found.stalled] == ["stalled"], "nobody has the one that is being done"


@pytest.mark.django_db
def test_reasons_of_jobs_that_are_gone_are_forgotten() -> None:
    number = failed()
    for job in (number, number + 1000):
        JobTrouble.objects.create(job=job, why="没有回应", at=clock.wall())
    troubles.sweep()
    assert [row.job for row in JobTrouble.objects.all()] == [number]
