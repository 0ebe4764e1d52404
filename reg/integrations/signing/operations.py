"""运维和审计 of 电子签名, asked by signed calls: the same reports as of our own, or the word that it does not answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from foundation.audit.search import Query
from foundation.config import config
from foundation.identity.actor import Actor
from foundation.operations import wire
from foundation.operations.report import AuditLine, AuditPage, JobsReport
from foundation.outside.client import OutsideClient, OutsideDown, Reply
from foundation.outside.result import Found, NotFound, Result
from foundation.outside.systems import SystemLine, Trial

SYSTEM = "signing"
PATH = "/internal/operations"
NOT_FOUND, BAD = 404, 400
PAGE_SECONDS = 3.0
"""A page must not wait long for the sister; it says so and shows the rest."""
LONG_SECONDS = 20.0
TRUTH: TypeAdapter[bool] = TypeAdapter(bool)
T = TypeVar("T")


def outside_report() -> Result[tuple[SystemLine, ...]]:
    """The outside systems of 电子签名."""
    return asked(wire.LINES, lambda client: client.get(f"{PATH}/outside"))


def outside_try(*, actor: Actor, code: str) -> Result[Trial]:
    """Have 电子签名 try one of them now."""
    return asked(wire.TRIAL, _sent(f"outside/{code}/try", actor), LONG_SECONDS)


def jobs_report() -> Result[JobsReport]:
    """Its background work."""
    return asked(wire.JOBS, lambda client: client.get(f"{PATH}/jobs"))


def job_again(*, actor: Actor, number: int) -> Result[bool]:
    """Give one of its failed jobs one more try; NotFound when it is not there as failed."""
    return asked(TRUTH, _sent(f"jobs/{number}/again", actor))


def audit_page(query: Query, before: int = 0) -> Result[AuditPage]:
    """A page of its audit log."""
    body = {"query": wire.QUERY.dump_python(query, mode="json"), "before": before}
    return asked(wire.AUDIT, lambda client: client.post(f"{PATH}/audit", body))


def audit_export(*, actor: Actor, query: Query) -> Result[tuple[AuditLine, ...]]:
    """All its acts that match."""
    sent = _sent("audit/export", actor, query=wire.QUERY.dump_python(query, mode="json"))
    return asked(wire.EXPORT, sent, LONG_SECONDS)


def audit_check_ask(*, actor: Actor) -> Result[bool]:
    """Have its chain walked."""
    return asked(TRUTH, _sent("audit/check", actor))


def _sent(path: str, actor: Actor, **body: Any) -> Callable[[OutsideClient], Reply]:
    return lambda client: client.post(f"{PATH}/{path}", {"actor": actor.ref, **body})


def asked(adapter: TypeAdapter[T], send: Callable[[OutsideClient], Reply], seconds: float = PAGE_SECONDS) -> Result[T]:
    """What the sister says in answer to one call, in our types."""
    try:
        reply = send(OutsideClient(SYSTEM, config().base_url("signing"), read_seconds=seconds))
        if reply.status == NOT_FOUND:
            return NotFound()
        if reply.status >= BAD:
            raise OutsideDown(SYSTEM, f"不接受这次请求（{reply.status}）")
        said: Mapping[str, Any] = reply.json()
        try:
            return Found(adapter.validate_python(said["said"]))
        except (ValidationError, KeyError):
            raise OutsideDown(SYSTEM, "回答看不懂") from None
    except OutsideDown as down:
        return down.unavailable()
