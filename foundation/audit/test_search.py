"""审计日志: found by object, actor, act and day; masked; the chain's state tells up to where it was walked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from foundation import audit, clock
from foundation.audit import chain
from foundation.audit.checking import KEPT, chain_check, chain_state, check_daily
from foundation.audit.models import AuditCheck, AuditEvent
from foundation.audit.search import PAGE, Query, events_export, events_search
from foundation.identity.actor import Actor

pytestmark = pytest.mark.django_db
ONE, OTHER = Actor.system("one"), Actor.system("other")


def refs(**asked: Any) -> list[str]:
    return [line.obj_ref for line in events_search(Query(**asked)).lines]


def at(day: datetime, ref: str) -> None:
    AuditEvent.objects.create(
        at=day, legal_at=day, actor_kind="system", actor="x", verb="case.open", obj_kind="case", obj_ref=ref
    )


def test_an_object_is_found_with_what_belongs_to_it() -> None:
    for ref in ("31011520261124000001", "31011520261124000001/liaison", "31010420261124000001"):
        audit.record(ONE, "case.save", "case", ref)
    assert refs(object_ref="31011520261124000001") == ["31011520261124000001/liaison", "31011520261124000001"]


def test_actor_and_act_narrow_the_search() -> None:
    audit.record(ONE, "case.open", "case", "A")
    audit.record(OTHER, "case.open", "case", "B")
    audit.record(OTHER, "case.submit", "case", "C")
    assert refs(actor="system:other") == ["C", "B"]
    assert refs(actor="system:other", verb="case.open") == ["B"]


def test_days_are_those_of_shanghai_and_both_are_inside() -> None:
    at(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), "before")
    at(datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "midnight")
    at(datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC), "last second")
    at(datetime(2026, 11, 25, 16, 0, tzinfo=UTC), "after")
    assert refs(first=date(2026, 11, 24), last=date(2026, 11, 25)) == ["last second", "midnight"]


def test_pages_do_not_shift_while_acts_go_on() -> None:
    for number in range(PAGE + 3):
        audit.record(ONE, "case.open", "case", f"C{number}")
    first = events_search(Query())
    audit.record(ONE, "case.open", "case", "later")
    second = events_search(Query(), before=first.older)
    assert [line.obj_ref for line in second.lines] == ["C2", "C1", "C0"]
    assert second.older == 0
    assert len(list(events_export(Query()))) == PAGE + 4


def test_personal_data_that_slipped_into_details_is_masked_on_the_way_out() -> None:
    audit.record(ONE, "case.open", "case", "A", note="310101198501019190 和 19900000001", name="张示例")
    (line,) = events_search(Query()).lines
    assert line.details == {"note": "310***********9190 和 199****0001", "name": "张**"}


def test_the_state_tells_what_is_linked_and_up_to_where_it_was_walked() -> None:
    audit.record(ONE, "case.open", "case", "A")
    assert chain_state().checked_at is None
    chain.link_new()
    chain_check()
    audit.record(ONE, "case.open", "case", "B")
    state = chain_state()
    assert (state.events, state.linked, state.unlinked, state.checked_upto, state.fault_count) == (2, 1, 1, 1, 0)
    assert state.signed_at is not None


def test_a_walk_over_a_tampered_chain_keeps_what_it_found() -> None:
    for ref in "ABC":
        audit.record(ONE, "case.open", "case", ref)
    chain.link_new()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_auditevent SET obj_ref = 'X' WHERE obj_ref = 'B'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    chain_check()
    state = chain_state()
    assert state.fault_count == 1
    assert "被改动" in state.faults[0]


def test_the_chain_is_walked_once_a_day_and_old_walks_are_forgotten() -> None:
    check_daily()
    check_daily()
    assert AuditCheck.objects.count() == 1
    for _ in range(KEPT + 5):
        chain_check()
    assert AuditCheck.objects.count() == KEPT
    AuditCheck.objects.update(at=clock.wall().replace(year=2020))
    check_daily()
    assert AuditCheck.objects.order_by("-pk").first().at.year != 2020  # type: ignore[union-attr]  # there are some
