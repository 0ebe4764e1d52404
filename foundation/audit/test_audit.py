"""The audit trail names the row that was tampered with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from foundation import audit, clock
from foundation.audit import chain
from foundation.audit.models import AuditEvent
from foundation.identity.actor import Actor

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def _events(count: int) -> list[AuditEvent]:
    for number in range(count):
        audit.record(ACTOR, "case.save", "case", f"C{number}", items=["liaison"])
    chain.link_new()
    return list(AuditEvent.objects.order_by("pk"))


def _tamper(sql: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_an_untouched_trail_has_no_fault() -> None:
    _events(5)
    assert list(chain.verify()) == []
    assert chain.tail() == 0


def test_the_database_itself_refuses_to_change_an_event() -> None:
    from django.db import ProgrammingError, transaction

    event = _events(1)[0]
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(verb="case.nothing")


def test_a_changed_event_is_named() -> None:
    victim = _events(5)[2]
    _tamper("UPDATE audit_auditevent SET obj_ref = 'C999' WHERE id = %s", victim.pk)
    assert [(f.kind, f.event_id) for f in chain.verify()] == [("changed", victim.pk)]


def test_a_removed_event_is_named() -> None:
    victim = _events(5)[2]
    _tamper("DELETE FROM audit_auditevent WHERE id = %s", victim.pk)
    assert [(f.kind, f.event_id) for f in chain.verify()] == [("removed", victim.pk)]


def test_an_inserted_event_is_named_once_it_had_time_to_be_linked() -> None:
    _events(3)
    late = AuditEvent.objects.create(
        at=clock.wall() - timedelta(minutes=10),
        legal_at=clock.now(),
        actor_kind="system",
        actor="nobody",
        verb="case.forged",
        obj_kind="case",
        obj_ref="C1",
    )
    assert chain.tail() == 1
    assert [(f.kind, f.event_id) for f in chain.verify()] == [("inserted", late.pk)]


def test_a_rewritten_chain_does_not_match_the_signed_head() -> None:
    events = _events(3)
    _tamper("UPDATE audit_auditevent SET obj_ref = 'C999' WHERE id = %s", events[0].pk)
    _tamper("DELETE FROM audit_auditlink")
    chain.link_new()
    assert "head" in {f.kind for f in chain.verify()}


def test_saves_of_a_draft_are_written_at_most_once_in_five_minutes() -> None:
    for _ in range(3):
        audit.record(ACTOR, "answer.save", "answer", "1/liaison", at_most_every=timedelta(minutes=5))
    assert AuditEvent.objects.filter(verb="answer.save").count() == 1
