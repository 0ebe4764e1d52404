"""The audit trail names the row that was tampered with."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from foundation import audit, clock
from foundation.audit import chain
from foundation.audit.models import AuditEvent, AuditHead, AuditLink
from foundation.crypto import crypto
from foundation.identity.actor import Actor

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def _events(count: int) -> list[AuditEvent]:
    for number in range(count):
        audit.record(ACTOR, "case.save", "case", f"C{number}", items=["liaison"])
    chain.link_new()
    return list(AuditEvent.objects.order_by("pk"))


def _tamper(sql: str, *values: int | bytes | datetime) -> None:
    """As somebody does who owns the database: its triggers are off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


FORGE = """
INSERT INTO audit_auditevent (at, legal_at, actor_kind, actor, session, verb, obj_kind, obj_ref, details, mac)
SELECT %s, legal_at, actor_kind, actor, session, 'case.forged', obj_kind, obj_ref, details, mac
FROM audit_auditevent ORDER BY id LIMIT 1
"""


def _faults() -> list[tuple[str, int]]:
    return [(fault.kind, fault.event_id) for fault in chain.verify()]


def _said() -> tuple[int, str]:
    """Exit code and words of the command."""
    out = io.StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_an_untouched_trail_has_no_fault() -> None:
    _events(5)
    assert _faults() == []
    assert chain.tail() == 0
    assert _said() == (
        0,
        "审计链完好：核对了 5 条审计记录、1 处签名。\n没有等着入链的审计记录。\n",
    )


def test_an_empty_trail_has_no_fault() -> None:
    assert _faults() == []


def test_the_database_itself_refuses_to_change_an_event() -> None:

    event = _events(1)[0]
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(verb="case.nothing")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_auditevent SET obj_ref = 'C999' WHERE id = %s",
        "UPDATE audit_auditevent SET verb = 'case.withdraw' WHERE id = %s",
        "UPDATE audit_auditevent SET actor = 'somebody' WHERE id = %s",
        "UPDATE audit_auditevent SET session = 'x' WHERE id = %s",
        "UPDATE audit_auditevent SET details = '{}' WHERE id = %s",
        "UPDATE audit_auditevent SET at = at - interval '1 second' WHERE id = %s",
        "UPDATE audit_auditevent SET legal_at = legal_at + interval '1 microsecond' WHERE id = %s",
        "UPDATE audit_auditevent SET mac = '\\x00' WHERE id = %s",
    ],
)
def test_a_changed_event_is_named_and_no_other(change: str) -> None:
    victim = _events(5)[2]
    _tamper(change, victim.pk)
    assert [event_id for _, event_id in _faults()] == [victim.pk]
    code, said = _said()
    assert code == 1
    assert f"不对：审计记录 {victim.pk} " in said
    assert "审计链有 1 处不对" in said


def test_an_event_changed_before_it_was_linked_is_named() -> None:
    _events(2)
    audit.record(ACTOR, "case.save", "case", "C7")
    victim = AuditEvent.objects.latest("pk")
    _tamper("UPDATE audit_auditevent SET obj_ref = 'C999' WHERE id = %s", victim.pk)
    assert _faults() == [("inserted", victim.pk)]
    chain.link_new()
    assert _faults() == [("inserted", victim.pk)]


def test_a_removed_event_is_named() -> None:
    victim = _events(5)[2]
    _tamper("DELETE FROM audit_auditevent WHERE id = %s", victim.pk)
    assert _faults() == [("removed", victim.pk)]
    assert f"不对：审计记录 {victim.pk} 被删除" in _said()[1]


def test_an_event_removed_with_its_link_is_named_and_its_neighbour_not_blamed() -> None:
    victims = _events(6)[2:4]
    for victim in victims:
        _tamper("DELETE FROM audit_auditevent WHERE id = %s", victim.pk)
        _tamper("DELETE FROM audit_auditlink WHERE event_id = %s", victim.pk)
    assert _faults() == [("removed", victim.pk) for victim in victims]


def test_events_removed_where_numbers_are_missing_anyway_are_told_by_their_links() -> None:
    first = _events(2)
    taken_back = transaction.savepoint()
    audit.record(ACTOR, "case.save", "case", "C9")
    transaction.savepoint_rollback(taken_back)
    events = [*first, *_events(3)[2:]]
    _tamper("DELETE FROM audit_auditevent WHERE id = %s", events[2].pk)
    _tamper("DELETE FROM audit_auditlink WHERE event_id = %s", events[2].pk)
    assert [(fault.kind, fault.message) for fault in chain.verify()] == [
        ("removed_link", f"链条第 3 环被删除（在审计记录 {events[1].pk} 和 {events[3].pk} 之间）")
    ]


def test_a_removed_link_is_told_beside_its_event() -> None:
    victim = _events(5)[2]
    _tamper("DELETE FROM audit_auditlink WHERE event_id = %s", victim.pk)
    assert _faults() == [("removed_link", victim.pk)]
    _tamper("UPDATE audit_auditlink SET linked_at = linked_at + interval '10 minutes'")
    assert _faults() == [("removed_link", victim.pk)]
    chain.link_new()
    assert _faults() == [("removed_link", victim.pk)]


def test_a_changed_link_is_told_once() -> None:
    victim = _events(5)[2]
    _tamper("UPDATE audit_auditlink SET digest = '\\x00' WHERE event_id = %s", victim.pk)
    assert _faults() == [("changed", victim.pk)]


@pytest.mark.parametrize("age", [timedelta(), timedelta(days=3), timedelta(days=-3000)])
def test_an_inserted_event_is_named_at_once_and_when_the_linker_took_it(age: timedelta) -> None:
    _events(3)
    _tamper(FORGE, clock.wall() - age)
    forged = AuditEvent.objects.latest("pk")
    assert chain.tail() == 1
    assert _faults() == [("inserted", forged.pk)]
    chain.link_new()
    assert _faults() == [("inserted", forged.pk)]
    code, said = _said()
    assert code == 1
    assert f"不对：审计记录 {forged.pk} 不是系统写入的" in said


def test_an_event_that_repeats_another_is_named() -> None:
    events = _events(3)
    _tamper(FORGE.replace("'case.forged'", "verb"), events[0].at)
    copied = AuditEvent.objects.latest("pk")
    assert _faults() == [("inserted", copied.pk)]
    assert f"照抄审计记录 {events[0].pk}" in _said()[1]


def test_what_waits_for_its_link_is_shown_and_is_no_fault_however_long_the_worker_rests() -> None:
    _events(3)
    long_ago = clock.wall() - timedelta(hours=2)
    _tamper("UPDATE audit_auditlink SET linked_at = linked_at - interval '3 hours'")
    waiting = AuditEvent(at=long_ago, legal_at=long_ago, actor_kind="system", actor="test", verb="case.submit")
    waiting.mac = waiting.own_mac()
    waiting.save()
    assert _said() == (
        0,
        "审计链完好：核对了 3 条审计记录、1 处签名。\n"
        f"还没有入链：审计记录 {waiting.pk}（case.submit）。后台任务运行时一秒内入链。\n",
    )


def test_an_act_that_took_its_time_to_commit_is_linked_late_and_is_no_fault() -> None:
    events = _events(2)
    audit.record(ACTOR, "case.save", "case", "slow")
    slow = AuditEvent.objects.latest("pk")
    _tamper("UPDATE audit_auditevent SET id = id + 5 WHERE id = %s", slow.pk)
    chain.link_new()
    late = events[-1].pk + 1
    audit.record(ACTOR, "case.save", "case", "late")
    _tamper("UPDATE audit_auditevent SET id = %s WHERE obj_ref = 'late'", late)
    chain.link_new()
    assert [link.event_id for link in AuditLink.objects.order_by("seq")][-2:] == [slow.pk + 5, late]
    assert _faults() == []


def test_a_chain_made_anew_after_a_change_names_the_event_and_does_not_match_its_head() -> None:
    events = _events(3)
    _tamper("UPDATE audit_auditevent SET obj_ref = 'C999' WHERE id = %s", events[0].pk)
    _tamper("DELETE FROM audit_auditlink")
    chain.link_new()
    assert _faults() == [("inserted", events[0].pk), ("head", events[2].pk)]


def test_a_trail_cut_off_at_its_end_is_told_by_its_head_and_its_numbers() -> None:
    events = _events(4)
    for victim in events[2:]:
        _tamper("DELETE FROM audit_auditevent WHERE id = %s", victim.pk)
        _tamper("DELETE FROM audit_auditlink WHERE event_id = %s", victim.pk)
    assert _faults() == [("head", events[1].pk)]
    code, said = _said()
    assert code == 1
    assert f"只到第 2 环（审计记录 {events[1].pk}）" in said
    assert "最后一条之后还发出过 2 个编号" in said


def test_a_head_that_is_removed_is_missed() -> None:
    _events(3)
    _tamper("DELETE FROM audit_audithead")
    assert [kind for kind, _ in _faults()] == ["head"]


def test_a_later_head_that_is_removed_is_missed() -> None:
    _events(3)
    _tamper("UPDATE audit_auditlink SET linked_at = linked_at - interval '3 hours'")
    _tamper("UPDATE audit_audithead SET signed_at = signed_at - interval '3 hours'")
    _events(2)
    assert AuditHead.objects.count() == 2
    assert _faults() == []
    _tamper("DELETE FROM audit_audithead WHERE seq = 5")
    assert [fault.message for fault in chain.verify()] == ["链条第 4 环起应当有签名而没有，签名被删除"]


@pytest.mark.parametrize(
    "forgery",
    ["UPDATE audit_audithead SET digest = sha256(digest)", "UPDATE audit_audithead SET signature = sha256(signature)"],
)
def test_a_forged_head_is_told(forgery: str) -> None:
    events = _events(3)
    _tamper(forgery)
    assert _faults() == [("head", events[2].pk)]


def test_a_head_signed_with_another_key_is_told() -> None:
    events = _events(3)
    head = AuditHead.objects.get()
    key = crypto().sm2_keygen()
    signature = crypto().sm2_sign(key.private, chain._head_message(head.seq, bytes(head.digest)))
    _tamper("UPDATE audit_audithead SET signature = %s, public_key = %s", signature, key.public)
    assert _faults() == [("head", events[2].pk)]


def test_saves_of_a_draft_are_written_at_most_once_in_five_minutes() -> None:
    for _ in range(3):
        audit.record(ACTOR, "answer.save", "answer", "1/liaison", at_most_every=timedelta(minutes=5))
    assert AuditEvent.objects.filter(verb="answer.save").count() == 1
