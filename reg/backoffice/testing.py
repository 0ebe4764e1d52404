"""For tests of the back office: story staff logged in at the desk, and the sister system on a real socket."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client

from foundation import clock
from foundation.identity.demo import staff_ensure
from foundation.identity.models import LoginSession, StaffUser
from foundation.identity.sessions import KEY
from foundation.jobs.models import JobTrouble
from foundation.outside.models import SystemHealth
from reg.entities import stories


def staff_user(username: str) -> StaffUser:
    """A story member of staff in the database."""
    story = next(one for one in stories.load("staff") if one["username"] == username)
    return staff_ensure(**{key: story[key] for key in ("username", "name", "role", "office")})


def session_key(username: str) -> str:
    """The cookie of a browser in which this member of staff is logged in."""
    moment = clock.wall()
    row = LoginSession.objects.create(
        ref=f"test-{username}-{LoginSession.objects.count()}",
        staff=staff_user(username),
        method="password",
        started_at=moment,
        seen_at=moment,
        ends_at=moment.replace(year=moment.year + 1),
    )
    session = SessionStore()
    session[KEY] = row.ref
    session.create()
    return session.session_key or ""


def desk_of(username: str) -> Client:
    """A browser at the desk."""
    client = Client()
    client.cookies["reg_session"] = session_key(username)
    return client


def text(response: Any) -> str:
    """What stands on a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@dataclass
class Sister:
    """电子签名 as it answers: paths below /internal/operations/, or other internal ones whole → (status, what is said); paths of
    its API → (status, JSON or bytes as they are); 404 for the rest."""

    base: str = ""
    says: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def sister_system() -> Iterator[Sister]:
    """The sister on a free port."""
    sister = Sister()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            body = json.loads(self.rfile.read(size)) if size else {}
            path = self.path.removeprefix("/internal/operations/")
            sister.asked.append((self.command, path, body))
            status, said = sister.says.get(path, (404, {}))
            if self.path.startswith("/internal/"):
                said = {"said": said}
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    sister.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield sister
    finally:
        server.shutdown()
        server.server_close()


# ---- what an operator may find ----


def job_row(task: str, *, queue: str = "papers", status: str = "failed", attempts: int = 5, why: str = "") -> int:
    """A job in the queue as the library would leave it; its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, scheduled_at) "
            "VALUES (%s, %s, '{}', %s::procrastinate_job_status, %s, now() + interval '5 minutes') RETURNING id",
            [queue, task, status, attempts],
        )
        number = int((cursor.fetchone() or [0])[0])
    if why:
        JobTrouble.objects.create(job=number, why=why, at=clock.wall())
    return number


def health_row(system: str, *, ok: int | None = None, failed: int | None = None, ms: int = 40, why: str = "") -> None:
    """How a system answered: so many minutes ago well, so many minutes ago not."""

    def ago(minutes: int | None) -> datetime | None:
        return None if minutes is None else clock.wall() - timedelta(minutes=minutes)

    SystemHealth.objects.update_or_create(
        system=system,
        defaults={"last_ok_at": ago(ok), "last_failed_at": ago(failed), "last_ms": ms, "last_why": why},
    )
