"""The worker as a process: jobs of a killed one are taken over, failing ones tried again, duties done by one at a time."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.manager import JobManager

from foundation import jobs
from foundation.jobs import rescue, ticker
from foundation.jobs.models import WorkerBeat
from foundation.jobs.testing import register, until, worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def test_jobs() -> Iterator[dict[str, Any]]:
    known = dict(app.tasks)
    yield register()
    for name in set(app.tasks) - set(known):
        del app.tasks[name]


@pytest.fixture(autouse=True)
def _no_jobs(db: None) -> Iterator[None]:
    _clear()
    yield
    _clear()


def _clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def states() -> list[str]:
    return list(ProcrastinateJob.objects.order_by("pk").values_list("status", flat=True))


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def test_a_job_of_a_killed_worker_is_done_by_the_next(test_jobs: dict[str, Any], tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    test_jobs["hold"].configure(lock="case:1").defer(path=str(mark), seconds=60)
    test_jobs["write"].configure(lock="case:1").defer(path=str(mark), text="after\n")
    with worker() as first:
        until(lambda: lines(mark) == ["begun"])
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert states() == ["doing", "todo"], "nobody knows yet, and its lock holds the next one of the same case"
    with worker():
        until(lambda: lines(mark)[-1:] == ["after"])
        until(lambda: states() == [])
    assert lines(mark) == ["begun", "begun", "done", "after"]


def test_a_killed_worker_is_missed_within_half_a_minute_and_a_slow_one_may_be_late_three_times() -> None:
    assert rescue.STALLED_AFTER + rescue.EVERY < 30
    assert rescue.STALLED_AFTER >= 4 * rescue.HEARTBEAT


def test_a_worker_that_is_told_to_stop_leaves_its_job_to_the_next(test_jobs: dict[str, Any], tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    test_jobs["hold"].defer(path=str(mark), seconds=60)
    with worker() as first:
        until(lambda: lines(mark) == ["begun"])
        assert WorkerBeat.objects.count() == 1
        first.send_signal(signal.SIGTERM)
        began = time.monotonic()
        first.wait(30)
        assert time.monotonic() - began < 12
    with worker():
        until(lambda: lines(mark) == ["begun", "begun", "done"])
        until(lambda: states() == [])


def test_a_worker_that_has_nothing_to_do_stops_at_once_and_signs_off() -> None:
    with worker() as idle:
        until(WorkerBeat.objects.exists)
        idle.send_signal(signal.SIGTERM)
        assert idle.wait(8) == 0
    assert not WorkerBeat.objects.exists()


def test_a_failing_job_is_tried_again_with_growing_pauses_and_then_stands_as_failed(
    test_jobs: dict[str, Any], tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    test_jobs["fail"].defer(path=str(mark))
    with worker("--no-ticks"):
        until(lambda: states() == ["failed"])
    assert lines(mark) == ["tried"] * 3
    assert ProcrastinateJob.objects.get().attempts == 3


@pytest.mark.parametrize(("tried", "wait"), [(0, 2), (1, 4), (2, 8), (7, 256), (8, 300), (18, 300), (19, None)])
def test_pauses_grow_to_five_minutes(tried: int, wait: int | None) -> None:
    class Tried:
        attempts = tried

    decision = jobs.Backoff(20).get_retry_decision(exception=ValueError(), job=Tried())
    if wait is None:
        assert decision is None
    else:
        assert decision is not None
        assert decision.retry_at is not None
        assert abs((decision.retry_at.timestamp() - time.time()) - wait) < 2


def test_a_failing_job_gives_way_to_an_equal_one_that_waits(test_jobs: dict[str, Any], tmp_path: Path) -> None:
    """Else the database refuses its return, it stays `doing`, and its lock keeps the waiting one from ever being done."""
    mark = tmp_path / "mark"
    options = {"lock": "fetch:1", "queueing_lock": "fetch:1"}
    test_jobs["hold"].configure(**options).defer(path=str(mark), seconds=60)
    with worker() as first:
        until(lambda: lines(mark) == ["begun"])
        test_jobs["write"].configure(**options).defer(path=str(mark), text="after\n")
        first.send_signal(signal.SIGKILL)
        first.wait()
    with worker():
        until(lambda: states() == [])
    assert lines(mark) == ["begun", "after"]


def test_an_equal_job_is_deferred_once(test_jobs: dict[str, Any], tmp_path: Path) -> None:
    mark = str(tmp_path / "mark")
    with transaction.atomic():
        test_jobs["write"].configure(queueing_lock="one").defer_once(path=mark, text="a")
        test_jobs["write"].configure(queueing_lock="one").defer_once(path=mark, text="b")
        assert states() == ["todo"]
    with pytest.raises(exceptions.AlreadyEnqueued):
        test_jobs["write"].configure(queueing_lock="one").defer(path=mark, text="c")


def test_a_job_belongs_to_the_transaction_that_wants_it(test_jobs: dict[str, Any], tmp_path: Path) -> None:
    with transaction.atomic():
        test_jobs["write"].defer(path="", text="")
        transaction.set_rollback(True)
    assert states() == []


def test_a_job_leaves_no_connection_behind(test_jobs: dict[str, Any], tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for _ in range(8):
        test_jobs["ask"].defer(path=str(mark))
    with worker("--no-ticks", "--concurrency", "4"):
        until(lambda: states() == [])
        used = {int(pid) for pid in lines(mark)}
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE pid = ANY(%s)", [list(used)])
            assert cursor.fetchall() == []
    assert len(lines(mark)) == 8


def test_every_job_has_a_queue_that_some_worker_looks_at() -> None:
    app.perform_import_paths()  # type: ignore[no-untyped-call]  # the library's own omission
    queues = {
        task.queue for name, task in app.tasks.items() if not name.startswith(("builtin", "procrastinate", "test."))
    }
    assert queues <= {*settings.QIDENG_QUEUES, "ocr"}


def test_a_duty_is_done_by_one_worker_at_a_time() -> None:
    running, most, done = [0], [0], []
    guard, gate = threading.Lock(), threading.Barrier(3)

    def duty() -> None:
        with guard:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.3)
        with guard:
            running[0] -= 1

    def one_worker() -> None:
        gate.wait()
        done.append(ticker.run_under_lock(ticker.Tick("test", 1, duty)))
        connections.close_all()

    threads = [threading.Thread(target=one_worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1
    assert any(done)
    assert ticker.run_under_lock(ticker.Tick("test", 1, lambda: None)), "the lock was given back"


def test_a_duty_opens_its_own_transactions() -> None:
    seen: list[bool] = []
    ticker.run_under_lock(ticker.Tick("test", 1, lambda: seen.append(connection.in_atomic_block)))
    assert seen == [False]


def test_the_lock_of_a_duty_that_fails_is_given_back() -> None:
    def broken() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ticker.run_under_lock(ticker.Tick("test", 1, broken))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert cursor.fetchone() == (0,)


def test_a_failing_duty_is_done_again_the_next_time() -> None:
    stop, rounds = threading.Event(), []

    def failing() -> None:
        rounds.append(1)
        if len(rounds) == 3:
            stop.set()
        raise RuntimeError

    for thread in ticker.start([ticker.Tick("test", 0.02, failing)], stop):
        thread.join(5)
        assert not thread.is_alive()
    assert len(rounds) == 3


def test_nothing_is_rescued_from_a_worker_that_lives(test_jobs: dict[str, Any], tmp_path: Path) -> None:
    test_jobs["hold"].defer(path=str(tmp_path / "mark"), seconds=60)
    with worker("--no-ticks"):
        until(lambda: lines(tmp_path / "mark") == ["begun"])
        assert rescue.rescue_stalled() == 0


def test_a_job_that_ends_while_it_is_rescued_does_not_keep_the_others_from_it(
    test_jobs: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        test_jobs["write"].configure(lock=name).defer(path="", text="")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    first = ProcrastinateJob.objects.earliest("pk").pk
    looked = JobManager.get_stalled_jobs

    async def ended_meanwhile(manager: JobManager, **options: Any) -> Any:
        found = list(await looked(manager, **options))
        await manager.connector.execute_query_async("DELETE FROM procrastinate_jobs WHERE id = %(id)s", id=first)
        return sorted(found, key=lambda job: job.id or 0)

    monkeypatch.setattr(JobManager, "get_stalled_jobs", ended_meanwhile)
    assert rescue.rescue_stalled() == 1
    assert states() == ["todo"]


def test_a_seldom_duty_may_begin_soon_after_the_start() -> None:
    stop, done = threading.Event(), threading.Event()
    threads = ticker.start([ticker.Tick("test", 3600, done.set, first=0.01)], stop)
    assert done.wait(20)
    stop.set()
    for thread in threads:
        thread.join(20)
