"""The sandbox, once for all tests of this folder; only the client system is played."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from django.core.cache import cache
from django.db import connections
from pytest_django.live_server_helper import LiveServer

from foundation.config import ROOT
from signing.testing import World, forget_jobs, serve

STARTS_WITHIN = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    """The sandbox with a database of its own; yields its address."""
    name, port = f"sandbox_live_{os.getpid()}", free_port()
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    split = urlsplit(server)
    url = f"postgresql://{split.netloc}/{name}?{split.query}"
    base = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "SANDBOX_DATABASE_URL": url,
        "SANDBOX_BASE_URL": base,
        "DJANGO_SETTINGS_MODULE": "sandbox.settings",
    }
    env["SIGNING_BASE_URL"] = "http://127.0.0.1:1"  # loopback is allowed for whoever logs in
    env["PYTHONPATH"] = str(ROOT)
    for command in (["migrate", "-v0"], ["createcachetable"], ["load_stories"]):
        subprocess.run([sys.executable, "-m", "django", *command], env=env, cwd=ROOT, check=True, capture_output=True)
    script = (
        "from wsgiref.simple_server import make_server, WSGIServer\n"
        "from socketserver import ThreadingMixIn\n"
        "from django.conf import settings\n"
        "plain = {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}\n"
        "settings.STORAGES = {**settings.STORAGES, 'staticfiles': plain}\n"
        "from sandbox.wsgi import application\n"
        "class Server(ThreadingMixIn, WSGIServer):\n    daemon_threads = True\n"
        f"make_server('127.0.0.1', {port}, application, Server).serve_forever()\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script], env=env, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        _await(base, child)
        yield base
    finally:
        child.terminate()
        child.wait(20)
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _await(base: str, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and child.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{base}/ca/root.pem", trust_env=False).status_code == 200:
                return
        time.sleep(0.3)
    raise AssertionError("the sandbox did not start")


@pytest.fixture
def world(
    transactional_db: None, sandbox: str, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """Only the client system is played here; everything else is the sandbox."""
    cache.clear()
    forget_jobs()
    outside = World()
    server = serve(outside)
    monkeypatch.setenv("SANDBOX_BASE_URL", sandbox)
    monkeypatch.setenv("SIGNING_BASE_URL", live_server.url)
    monkeypatch.setenv("REG_BASE_URL", f"{outside.base}/reg")
    yield outside
    server.shutdown()
    server.server_close()
    connections.close_all()
