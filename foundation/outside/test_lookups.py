"""Questions to the outside: asked once, answered once, asked again when it makes sense, and never without an owner."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation import clock
from foundation.outside import lookups, testing
from foundation.outside.lookups import ask, lookup_ask, lookup_peek, lookup_renew, retry_due
from foundation.outside.models import Lookup
from foundation.outside.result import Found, NotFound, Unavailable

SUBJECT = {"name": "张示例", "mobile": "19900000001"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _port(settings: object) -> Iterator[None]:
    settings.QIDENG_PORTS = "foundation.outside.testing"  # type: ignore[attr-defined]  # pytest-django's settings
    lookups.ports.cache_clear()
    testing.ASKED.clear()
    testing.SAYS.clear()
    yield
    lookups.ports.cache_clear()


def waiting_jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name__endswith="lookups.ask", status="todo").count()


def work() -> None:
    """Do what the worker would, with the failures it would see."""
    for job in ProcrastinateJob.objects.filter(task_name__endswith="lookups.ask", status="todo"):
        ProcrastinateJob.objects.filter(pk=job.pk)._raw_delete("default")  # the model of the library is read-only
        ask(**job.args)


def later(lookup: Lookup, **ago: float) -> Lookup:
    shift = timedelta(**ago)
    for name in ("asked_at", "answered_at", "valid_until", "retry_at"):
        if getattr(lookup, name):
            setattr(lookup, name, getattr(lookup, name) - shift)
    lookup.save()
    return lookup


def test_a_question_waits_until_the_worker_has_asked() -> None:
    testing.SAYS.append(Found({"match": True}))
    lookup = lookup_ask("test", SUBJECT)
    assert (lookup.state, lookup.settled, testing.ASKED) == (Lookup.State.WAITING, False, [])
    work()
    lookup.refresh_from_db()
    assert (lookup.state, lookup.answer, lookup.attempts) == (Lookup.State.FOUND, {"match": True}, 1)
    assert testing.ASKED == [SUBJECT]


def test_a_fresh_answer_is_used_again_whatever_the_order_of_the_subject() -> None:
    first = lookup_ask("test", SUBJECT)
    work()
    again = lookup_ask("test", dict(reversed(SUBJECT.items())))
    assert (again.pk, again.state) == (first.pk, Lookup.State.NOT_FOUND)
    assert (waiting_jobs(), len(testing.ASKED)) == (0, 1)
    assert lookup_ask("test", {**SUBJECT, "name": "张示列"}).pk != first.pk


def test_a_stale_answer_is_asked_anew() -> None:
    lookup = lookup_ask("test", SUBJECT)
    work()
    later(lookup_ask("test", SUBJECT), hours=25)
    assert lookup_ask("test", SUBJECT).state == Lookup.State.WAITING
    testing.SAYS.append(Found({"match": True}))
    work()
    lookup.refresh_from_db()
    assert (lookup.state, lookup.attempts) == (Lookup.State.FOUND, 2)


def test_peeking_asks_nothing() -> None:
    assert lookup_peek("test", SUBJECT) is None
    assert waiting_jobs() == 0


def test_a_system_that_is_down_is_asked_again_when_its_time_has_come() -> None:
    testing.SAYS.append(Unavailable(clock.wall() + timedelta(seconds=30), "没有回应"))
    lookup = lookup_ask("test", SUBJECT)
    work()
    lookup.refresh_from_db()
    assert (lookup.state, lookup.why, lookup.settled) == (Lookup.State.UNAVAILABLE, "没有回应", False)
    retry_due()
    assert waiting_jobs() == 0, "not before its time"
    later(lookup, seconds=31)
    retry_due()
    retry_due()
    assert waiting_jobs() == 1
    testing.SAYS.append(Found({"match": False}))
    work()
    lookup.refresh_from_db()
    assert (lookup.state, lookup.why, lookup.retry_at) == (Lookup.State.FOUND, "", None)


def test_an_adapter_that_fails_leaves_a_reason_and_a_next_try() -> None:
    testing.SAYS.append(KeyError("match"))
    lookup = lookup_ask("test", SUBJECT)
    with pytest.raises(KeyError):
        work()
    lookup.refresh_from_db()
    assert lookup.state == Lookup.State.UNAVAILABLE
    assert lookup.why == "内部错误（KeyError）"
    assert lookup.retry_at is not None
    later(lookup, minutes=6)
    retry_due()
    assert waiting_jobs() == 1


def test_a_question_whose_job_was_lost_is_asked_again() -> None:
    lookup = lookup_ask("test", SUBJECT)
    ProcrastinateJob.objects.all()._raw_delete("default")
    retry_due()
    assert waiting_jobs() == 0
    later(lookup, minutes=3)
    retry_due()
    assert waiting_jobs() == 1


def test_asking_now_does_not_wait_for_the_answer_to_grow_old() -> None:
    lookup = lookup_ask("test", SUBJECT)
    work()
    lookup.refresh_from_db()
    lookup_renew(lookup)
    lookup_renew(lookup)
    assert waiting_jobs() == 1
    testing.SAYS.append(Found({"match": True}))
    work()
    lookup.refresh_from_db()
    assert lookup.state == Lookup.State.FOUND


def test_a_job_that_comes_twice_asks_once() -> None:
    lookup = lookup_ask("test", SUBJECT)
    ask(lookup_id=lookup.pk)
    ask(lookup_id=lookup.pk)
    assert len(testing.ASKED) == 1


def test_who_was_asked_about_is_not_readable_in_the_database() -> None:
    from django.db import connection

    lookup_ask("test", SUBJECT)
    work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT outside_lookup::text FROM outside_lookup")
        text = str(cursor.fetchall())
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        text += str(cursor.fetchall())
    assert "张示例" not in text
    assert "张示例".encode().hex() not in text
    assert b"19900000001".hex() not in text


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_share_one_question() -> None:
    gate = threading.Barrier(4)
    got: list[int] = []

    def asks() -> None:
        gate.wait()
        with transaction.atomic():
            got.append(lookup_ask("test", SUBJECT).pk)
        connections.close_all()

    threads = [threading.Thread(target=asks) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 1
    assert len(got) == 4
    assert (Lookup.objects.count(), waiting_jobs()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_find_it_stale_at_once_ask_once() -> None:
    later(lookup_ask("test", SUBJECT), hours=0)
    work()
    later(lookup_ask("test", SUBJECT), hours=25)
    gate = threading.Barrier(4)

    def asks() -> None:
        gate.wait()
        lookup_ask("test", SUBJECT)
        connections.close_all()

    threads = [threading.Thread(target=asks) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waiting_jobs() == 1
    work()
    assert Lookup.objects.get().state == Lookup.State.NOT_FOUND
    assert len(testing.ASKED) == 2


def test_an_answer_of_nothing_is_an_answer() -> None:
    testing.SAYS.append(NotFound())
    lookup = lookup_ask("test", SUBJECT)
    work()
    lookup.refresh_from_db()
    assert lookup.settled
    assert lookup.answer is None
