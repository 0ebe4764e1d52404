"""For tests of access: every address of a project, what a request writes, and in which of few ways it is answered.

A matrix is a table route → who may what. `addresses()` walks the resolver, so that a new address without a line fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

NOT_CONTENT = frozenset({"django_session", "cache_entry"})
"""Tables that say nothing about cases: session data holds the messages of the next page."""
WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)|\s*SELECT.*\b(procrastinate_defer)', re.S | re.I)
SEEN = re.compile(r'UPDATE "identity_loginsession" SET "seen_at"')
"""Every page notes that its log-in is in use."""
REDIRECTS = frozenset({301, 302, 303})


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver."""

    route: str
    name: str
    view: Callable[..., Any]

    @property
    def exempt(self) -> bool:
        """Whether it takes posts without the token of a page (calls of machines)."""
        return bool(getattr(self.view, "csrf_exempt", False))


def addresses() -> list[Address]:
    """Every address that the present settings serve."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, before: str) -> Iterator[Address]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one, route)
        elif isinstance(one, URLPattern):
            yield Address(route, one.name or "", one.callback)


class Outcome(StrEnum):
    """How a request was answered, as far as it matters to who may what."""

    IN = "进"
    """Let in: the page, a redirect onwards, or a refusal for another reason than who asks."""
    BARRED = "403"
    """Sees the thing, may not do this with it."""
    GONE = "404"
    LOG_IN = "登录"
    """Sent to the log-in."""
    UNSIGNED = "401"
    """A call of a machine without the signature of one that may."""
    NO_VERB = "405"


def outcome(response: Any) -> Outcome:
    """The way in which `response` answers."""
    status = response.status_code
    if status in REDIRECTS and _is_log_in(response["Location"]):
        return Outcome.LOG_IN
    return {401: Outcome.UNSIGNED, 403: Outcome.BARRED, 404: Outcome.GONE, 405: Outcome.NO_VERB}.get(status, Outcome.IN)


def _is_log_in(location: str) -> bool:
    path = location.partition("?")[0]
    return path in {"/login", "/desk/login", "/welcome/"} and (path == "/desk/login" or "next=" in location)


class Writes:
    """What is written while it is open, by table: `with Writes() as wrote: …; wrote.tables`."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __enter__(self) -> Self:
        self._open = ExitStack()
        self._open.enter_context(connection.execute_wrapper(self._heard))
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def _heard(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        done = execute(sql, params, many, context)
        found = WRITE.match(sql)
        if found and context["cursor"].rowcount and not SEEN.match(sql):
            self.tables.add(found[1] or found[2])
        self.tables -= NOT_CONTENT
        return done
