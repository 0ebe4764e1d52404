"""Bad days: many taps at the same moment, rows that somebody holds, processes that are killed, a database that goes away."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx
import psycopg
from playwright.sync_api import Locator, Page

from foundation.config import PORT_OFFSET, Project
from qideng.postgres import Server
from tests.journeys.looks import Looks
from tests.journeys.people import Someone
from tests.journeys.system import PATIENCE, System, until


class Elsewhere(Looks):
    """Ordinary pages, which the journeys of good days look at: not looked at once more."""

    def see(self, page: Page, name: str) -> None:
        """Nothing."""


# taps


@dataclass(frozen=True)
class Form:
    """A form as the browser would send it when one of its buttons is tapped."""

    url: str
    fields: Sequence[tuple[str, str]]
    headers: dict[str, str]

    def send(self) -> httpx.Response:
        """One tap, without the script that holds back the second."""
        body = httpx.QueryParams(list(self.fields))
        with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
            return client.post(
                self.url,
                content=str(body),
                headers={**self.headers, "Content-Type": "application/x-www-form-urlencoded"},
            )

    def but(self, **changes: str) -> Form:
        """The same form with other values in some fields."""
        kept = [(name, value) for name, value in self.fields if name not in changes]
        return replace(self, fields=[*kept, *changes.items()])


FORM_OF = """button => {
    const form = button.form;
    const fields = [...new FormData(form, button)].filter(([, value]) => typeof value === "string");
    return {url: button.hasAttribute("formaction") ? button.formAction : form.action || location.href, fields};
}"""


def form_of(someone: Someone, button: str | Locator) -> Form:
    """The form that a button of the open page sends, with the cookies of its phone."""
    found = someone.button(button) if isinstance(button, str) else button
    told = found.evaluate(FORM_OF)
    url = str(told["url"])
    fields = [(str(name), str(value)) for name, value in told["fields"]]
    return Form(url=url, fields=fields, headers=headers_of(someone, url))


def headers_of(someone: Someone, url: str) -> dict[str, str]:
    """By which an application knows somebody's phone."""
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in someone.page.context.cookies(url))
    return {"Cookie": cookies, "User-Agent": str(someone.page.evaluate("navigator.userAgent"))}


def at_once(*forms: Form) -> list[httpx.Response]:
    """Send them at the same moment; the answers in their order."""
    return _together([form.send for form in forms])


def reads_at_once(someone: Someone, url: str, times: int) -> list[httpx.Response]:
    """Open one page several times at the same moment."""
    headers = headers_of(someone, url)

    def read() -> httpx.Response:
        return httpx.get(url, headers=headers, trust_env=False, timeout=PATIENCE)

    answers = _together([read] * times)
    assert {answer.status_code for answer in answers} == {200}, [answer.text[:2000] for answer in answers]
    return answers


def _together(calls: Sequence[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    gate = threading.Barrier(len(calls))
    answers: dict[int, httpx.Response] = {}

    def call(place: int) -> None:
        gate.wait(PATIENCE)
        answers[place] = calls[place]()

    threads = [threading.Thread(target=call, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(calls), "a call was not answered"
    return [answers[place] for place in range(len(calls))]


def taps_twice(someone: Someone, button: str | Locator, **typed: str) -> list[httpx.Response]:
    """Two taps at the same moment and, as after a page that seemed to hang, a third one later. None of them may fail."""
    form = form_of(someone, button).but(**typed)
    someone.page.goto("about:blank")  # whatever the page asks by itself, it asks no more
    answers = [*at_once(form, form), form.send()]
    failed = [answer for answer in answers if answer.status_code >= 400]
    assert not failed, f"{form.url}: {[answer.status_code for answer in answers]}\n{failed[0].text[:3000]}"
    return answers


# the database


def rows(system: System, project: Project, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What stands in a database."""
    with psycopg.connect(system.psql_url(project)) as connection:
        return connection.execute(sql, values).fetchall()


def number(system: System, project: Project, sql: str, *values: Any) -> int:
    """A number that stands in a database."""
    return int(rows(system, project, sql, *values)[0][0])


def waiting(system: System, project: Project, table: str) -> int:
    """Sessions that wait for rows somebody else holds, in a statement about `table`."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock' AND query LIKE %s"
    return number(system, project, sql, project, f"%{table}%")


@contextlib.contextmanager
def held(system: System, project: Project, sql: str, *values: Any) -> Iterator[None]:
    """Hold the rows that `sql` selects FOR UPDATE, so that whoever needs them is caught in the middle of his work."""
    connection = psycopg.connect(system.psql_url(project))
    try:
        assert connection.execute(sql, values).fetchall(), "there is nothing to hold"
        yield
    finally:
        with contextlib.suppress(psycopg.Error):  # the server may have been restarted in between
            connection.rollback()
        connection.close()


def database_restart(system: System, how: signal.Signals) -> None:
    """End PostgreSQL (SIGINT: at once but in order; SIGKILL: by force) and wait until the launcher has it back."""
    server = Server(system.data_dir)
    pid = server._postmaster()
    assert pid is not None, "PostgreSQL is not running"
    before = _recoveries(system)
    os.kill(pid, how)
    until("数据库已恢复", lambda: _recoveries(system) > before)


def _recoveries(system: System) -> int:
    return sum("数据库已恢复" in line for line in system.said)


# processes


def process_of(system: System, words: str) -> int:
    """The one process of this installation whose command line holds `words`."""
    (pid,) = system.processes(words)
    return pid


@contextlib.contextmanager
def paused(pid: int) -> Iterator[Callable[[], None]]:
    """A process that does not get to run until what is given is called."""
    os.kill(pid, signal.SIGSTOP)

    def resume() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    try:
        yield resume
    finally:
        resume()


@contextlib.contextmanager
def pages_away(system: System, project: Project) -> Iterator[None]:
    """The web server of a project does not answer for a while; its worker goes on."""
    port = system.port_base + PORT_OFFSET[project]
    with contextlib.ExitStack() as stack:
        for pid in system.processes(f"granian --interface wsgi --host 127.0.0.1 --port {port}"):
            stack.enter_context(paused(pid))
        yield
