"""The reports of a project travel to its sister signed, and mean there what they mean here."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation import audit, clock
from foundation.audit.models import AuditEvent
from foundation.audit.search import Query
from foundation.identity.actor import Actor
from foundation.jobs.models import JobTrouble
from foundation.operations import report, wire
from foundation.outbox.models import OutboxMessage
from foundation.outside.signed import sign_request

pytestmark = [pytest.mark.django_db, pytest.mark.urls("foundation.operations.urls")]
ACTOR = Actor.system("test")
PATHS = [
    ("GET", "/outside"),
    ("POST", "/outside/sms/try"),
    ("GET", "/jobs"),
    ("POST", "/jobs/1/again"),
    ("POST", "/audit"),
    ("POST", "/audit/export"),
    ("POST", "/audit/check"),
]


def call(method: str, path: str, body: Any = None, service: Any = "reg") -> Any:
    content = b"" if body is None else json.dumps(body).encode()
    headers = sign_request(service, method, path, content) if service else {}
    return Client().generic(method, path, content, content_type="application/json", headers=headers)


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("service", [None, "signing", "sandbox"])
def test_nobody_but_the_sister_is_answered(method: str, path: str, service: str | None) -> None:
    answer = call(method, path, {"actor": "yun1", "query": {}}, service)
    assert answer.status_code == 401
    assert AuditEvent.objects.count() == 0


def test_the_systems_arrive_as_they_are() -> None:
    said = call("GET", "/outside").json()["said"]
    assert wire.LINES.validate_python(said) == report.outside_report()


def test_trying_an_unknown_system_is_not_found() -> None:
    assert call("POST", "/outside/weather/try", {"actor": "yun1"}).status_code == 404


def test_jobs_and_messages_arrive_with_their_names() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts) "
            "VALUES ('notify', 'foundation.notify.services.sms_deliver', '{}', 'failed', 8) RETURNING id"
        )
        number = (cursor.fetchone() or [0])[0]
    JobTrouble.objects.create(job=number, why="sms 没有回应", at=clock.wall())
    message = OutboxMessage.objects.create(event="CaseApproved", payload={})
    message.deliveries.create(handler="nobody.knows", attempts=2, last_error="onestop 连不上")
    said = wire.JOBS.validate_python(call("GET", "/jobs").json()["said"])
    assert said == report.jobs_report()
    (line,) = said.jobs.failed
    assert (line.task, line.queue, line.why) == ("发短信", "短信", "短信没有回应")
    (late,) = said.outbox.messages[0].pending
    assert (late.handler, late.attempts, late.why) == ("nobody.knows", 2, "一网通办办件连不上")
    assert said.trouble >= 1
    assert call("POST", f"/jobs/{number}/again", {"actor": "yun1"}).json() == {"said": True}
    assert ProcrastinateJob.objects.get(pk=number).status == "todo"
    assert call("POST", f"/jobs/{number}/again", {"actor": "yun1"}).status_code == 404
    event = AuditEvent.objects.get(verb="job.retry")
    assert (event.actor, event.actor_kind) == ("yun1", "staff")


def test_the_audit_log_arrives_in_words_and_an_export_is_itself_recorded() -> None:
    audit.record(ACTOR, "session.end", "session", "S1", reason="logout", points=["张示例的决议"], why="张示例")
    asked = {"query": wire.QUERY.dump_python(Query(object_ref="S1"), mode="json")}
    page = wire.AUDIT.validate_python(call("POST", "/audit", asked).json()["said"])
    (line,) = page.lines
    assert (line.verb, line.kind, line.said) == ("退出登录", "登录", "补正处数 1，原因 自己退出")
    assert ("session.end", "退出登录") in page.verbs
    exported = wire.EXPORT.validate_python(call("POST", "/audit/export", {**asked, "actor": "ji1"}).json()["said"])
    assert exported == page.lines
    event = AuditEvent.objects.get(verb="audit.export")
    assert (event.actor, event.details) == ("ji1", {"count": 1, "query": {"object": "S1"}})


def test_the_walk_is_asked_for_once() -> None:
    for _ in range(2):
        assert call("POST", "/audit/check", {"actor": "ji1"}).json() == {"said": True}
    assert ProcrastinateJob.objects.filter(task_name__endswith="audit_check").count() == 1


@pytest.mark.parametrize("body", [[], {"actor": "ji1"}, {"actor": "ji1", "query": {"first": "yesterday"}}])
def test_what_makes_no_sense_is_refused(body: Any) -> None:
    assert call("POST", "/audit/export", body).status_code == 422
