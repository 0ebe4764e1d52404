"""For tests: jobs that fail, wait or are killed as told, and a real worker process that does them.

`python -m foundation.jobs.testing` is that worker; it looks after stalled jobs in seconds instead of minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from foundation.config import ROOT


def register() -> dict[str, Any]:
    """The jobs of the tests, known to the worker only after this was called."""
    from foundation.jobs import job

    @job(queue="default", name="test.write")
    def write(path: str, text: str) -> None:
        with open(path, "a") as file:
            file.write(text)

    @job(queue="default", name="test.hold")
    def hold(path: str, seconds: float) -> None:
        """The first time it takes long, later it is done at once."""
        first = not Path(path).exists()
        with open(path, "a") as file:
            file.write("begun\n")
        if first:
            time.sleep(seconds)
        with open(path, "a") as file:
            file.write("done\n")

    @job(queue="default", attempts=3, name="test.fail")
    def fail(path: str) -> None:
        with open(path, "a") as file:
            file.write("tried\n")
        raise ValueError("as told")

    @job(queue="default", name="test.ask")
    def ask(path: str) -> None:
        """Uses the database and writes down which of its processes answered."""
        with connection.cursor() as cursor, open(path, "a") as file:
            cursor.execute("SELECT pg_backend_pid()")
            file.write(f"{(cursor.fetchone() or ['?'])[0]}\n")

    return {"ask": ask, "write": write, "hold": hold, "fail": fail}


@contextmanager
def worker(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of reg on the test's own database."""
    entry = connection.settings_dict
    url = f"postgresql://{entry['USER']}@/{entry['NAME']}?host={entry['HOST']}"
    if entry["HOST"] and not str(entry["HOST"]).startswith("/"):
        url = f"postgresql://{entry['USER']}:{entry['PASSWORD']}@{entry['HOST']}:{entry['PORT']}/{entry['NAME']}"
    name = str(settings.QIDENG_PROJECT)
    environment = {**os.environ, f"{name.upper()}_DATABASE_URL": url, "DB_POOL": "", "LOG_LEVEL": "WARNING"}
    environment["DJANGO_SETTINGS_MODULE"] = f"{name}.settings"
    command = [sys.executable, "-m", "foundation.jobs.testing", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(met: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.05)


def _main() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from foundation.jobs import rescue

    rescue.HEARTBEAT, rescue.STALLED_AFTER, rescue.EVERY = 1, 3, 1
    register()
    call_command("worker", *sys.argv[1:])


if __name__ == "__main__":
    _main()
