"""Loaded by pytest before Django: a throw-away PostgreSQL for the run, and temporary data for everything else.

Workers of xdist inherit DATABASE_URL and DATA_DIR from the process that started them and so share the server;
each has its own test databases on it. The server is stopped when pytest ends, by Ctrl-C too.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qideng.postgres import Server

_started: Server | None = None
_folder: Path | None = None


def _wants_no_database(arguments: list[str]) -> bool:
    return any(a in {"--collect-only", "--co", "--help", "-h", "--version", "-V"} for a in arguments)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Iterator[None]:
    """Runs ahead of pytest-django, which reads the settings in this very hook."""
    global _started, _folder
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _folder = Path(tempfile.mkdtemp(prefix="qideng-test-"))
        _folder.chmod(0o755)
        for project in ("reg", "signing", "sandbox"):
            (_folder / "static" / project).mkdir(parents=True)
        atexit.register(_clean_up)
        os.environ["DATA_DIR"] = str(_folder)
        os.environ.setdefault("QIDENG_MODE", "demo")
        if "DATABASE_URL" not in os.environ:
            if _wants_no_database(args):
                os.environ["DATABASE_URL"] = "postgresql://nobody@/none?host=/nonexistent"
            else:
                _started = Server(_folder, throw_away=True)
                os.environ["DATABASE_URL"] = _started.start()
    yield


def _clean_up() -> None:
    if _started is not None:
        _started.stop()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Pages are rendered from the static files in the tree: nothing is collected for a test run."""
    from django.conf import settings

    if settings.configured and "STORAGES" in dir(settings):
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
