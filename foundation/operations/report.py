"""The three reports: outside systems, background jobs, audit. Each is a value with every name in Chinese already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings

from foundation import audit
from foundation.audit.checking import ChainState, chain_state, check_ask
from foundation.audit.search import EventLine, Query, events_export, events_search
from foundation.identity.actor import Actor, NotVisible
from foundation.jobs.overview import JobLine, Jobs, job_retry, jobs_overview
from foundation.operations.words import ACTORS, COUNTED, DETAILS, QUEUES, Words
from foundation.outbox.overview import Outbox, outbox_overview
from foundation.outside.systems import System, SystemLine, Trial, system_lines


@cache
def _project() -> Any:
    return import_module(settings.QIDENG_OPERATIONS)


@cache
def words() -> Words:
    """The project's words with those of the ground."""
    own: Words = _project().WORDS
    return own.with_ground()


def systems() -> tuple[System, ...]:
    """The outside systems of the project."""
    found: tuple[System, ...] = _project().SYSTEMS
    return found


# ---- outside systems ----


def outside_report() -> tuple[SystemLine, ...]:
    """Every outside system of this project."""
    return tuple(system_lines(systems(), _project().declared()))


def outside_try(*, actor: Actor, code: str) -> Trial:
    """现在试一次: call one system without changing anything; NotVisible for a code that is not ours."""
    found = {system.code: system for system in systems()}.get(code)
    if found is None:
        raise NotVisible
    trial = found.try_now()
    audit.record(actor, "system.try", "system", code, ok=trial.ok)
    return trial


# ---- background jobs ----


@dataclass(frozen=True)
class JobsReport:
    """What runs in the background, and the messages that wait."""

    jobs: Jobs
    outbox: Outbox

    @property
    def trouble(self) -> int:
        """How many things the operator has to look after."""
        silent = sum(1 for queue in self.jobs.queues if not queue.served)
        return len(self.jobs.failed) + len(self.jobs.stalled) + silent


def jobs_report() -> JobsReport:
    """The background work of this project, named in Chinese."""
    found, names = jobs_overview(), words()
    titles = {system.code: system.title for system in systems()}

    def lines(rows: Iterable[JobLine]) -> tuple[JobLine, ...]:
        return tuple(
            replace(
                row,
                task=names.jobs.get(row.task, row.task),
                queue=QUEUES.get(row.queue, row.queue),
                why=_named(row.why, titles),
            )
            for row in rows
        )

    jobs = Jobs(
        workers=tuple(replace(w, queues=tuple(QUEUES.get(q, q) for q in w.queues)) for w in found.workers),
        queues=tuple(replace(q, name=QUEUES.get(q.name, q.name)) for q in found.queues),
        failed=lines(found.failed),
        stalled=lines(found.stalled),
        again=lines(found.again),
    )
    return JobsReport(jobs, _outbox_named(titles))


def _outbox_named(titles: Mapping[str, str]) -> Outbox:
    box, names = outbox_overview(), words()
    return replace(
        box,
        messages=tuple(
            replace(
                message,
                event=names.events.get(message.event, message.event),
                pending=tuple(
                    replace(one, handler=names.handlers.get(one.handler, one.handler), why=_named(one.why, titles))
                    for one in message.pending
                ),
            )
            for message in box.messages
        ),
    )


def _named(why: str, titles: Mapping[str, str]) -> str:
    """`property 没有回应` → 规资产权核验没有回应"""
    code, blank, rest = why.partition(" ")
    return f"{titles[code]}{rest}" if blank and code in titles else why


def job_again(*, actor: Actor, number: int) -> bool:
    """再试一次, see job_retry."""
    return job_retry(actor=actor, number=number)


# ---- audit ----


@dataclass(frozen=True)
class AuditLine:
    """One act in words."""

    number: int
    at: datetime
    legal_at: datetime
    actor_kind: str
    actor: str
    verb: str
    kind: str
    ref: str
    said: str
    """Its details."""


@dataclass(frozen=True)
class AuditPage:
    """A page of acts, newest first, and how the chain stands."""

    lines: tuple[AuditLine, ...]
    older: int
    verbs: tuple[tuple[str, str], ...]
    """Code and name of every act that can be looked for."""
    chain: ChainState


def audit_page(query: Query, before: int = 0) -> AuditPage:
    """One page of the audit log."""
    found = events_search(query, before=before)
    verbs = tuple(sorted(words().verbs.items(), key=lambda pair: pair[0]))
    return AuditPage(tuple(map(_in_words, found.lines)), found.older, verbs, chain_state())


def audit_export(*, actor: Actor, query: Query) -> tuple[AuditLine, ...]:
    """All acts that match, at most 50,000; the export is itself an act that is recorded."""
    lines = tuple(map(_in_words, events_export(query)))
    audit.record(actor, "audit.export", "audit", settings.QIDENG_PROJECT, count=len(lines), query=query.as_details())
    return lines


def audit_check_ask(*, actor: Actor) -> None:
    """Have the chain walked now."""
    check_ask()
    audit.record(actor, "audit.check", "audit", settings.QIDENG_PROJECT)


def _in_words(line: EventLine) -> AuditLine:
    names = words()
    return AuditLine(
        number=line.number,
        at=line.at,
        legal_at=line.legal_at,
        actor_kind=ACTORS.get(line.actor_kind, line.actor_kind),
        actor=line.actor,
        verb=names.verbs.get(line.verb, line.verb),
        kind=names.kinds.get(line.obj_kind, line.obj_kind),
        ref=line.obj_ref,
        said="，".join(_said(line.details)),
    )


def _said(details: Mapping[str, Any]) -> Iterator[str]:
    for key, value in details.items():
        if key in COUNTED and isinstance(value, list):
            yield f"{COUNTED[key]} {len(value)}"
        elif key in DETAILS and value not in (None, "", [], {}):
            yield f"{DETAILS[key]} {_value(value)}"


def _value(value: Any) -> str:
    match value:
        case bool():
            return "是" if value else "否"
        case list():
            return "、".join(map(_value, value))
        case dict():
            return "；".join(f"{key}={one}" for key, one in value.items())
    return words().values.get(str(value), words().jobs.get(str(value), str(value)))
