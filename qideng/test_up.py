"""`qideng up`, the whole of it: start, refuse a second one, survive kills, stop, start again with the data kept."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from foundation.config import ROOT
from qideng.postgres import Server

pytestmark = pytest.mark.journey
PATIENCE = 120


class Installation:
    """An installation of its own in a temporary folder, driven by the command line as an operator would."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port_base = _three_free_ports()
        self.said: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {"DATA_DIR": str(self.data_dir), "PORT_BASE": str(self.port_base), "QIDENG_MODE": "demo", "SANDBOX": "1"}
        return {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | own

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "qideng.cli", *words]

    def start(self, *only: str) -> None:
        self.said.clear()
        self._process = subprocess.Popen(
            self.command("up", *only),
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        until(lambda: self.heard("企登已启动") or not self._running())
        assert self.heard("企登已启动"), "\n".join(self.said)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line.rstrip())

    def _running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def heard(self, text: str) -> bool:
        return any(text in line for line in self.said)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def get(self, path: str, project: int = 0) -> int:
        return self.open(path, project)[0]

    def open(self, path: str, project: int) -> tuple[int, str, str]:
        """Status, final address and text of a page, redirects followed."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port_base + project}{path}", timeout=30) as answer:
            return int(answer.status), answer.geturl(), answer.read().decode(errors="replace")

    def processes(self, words: str) -> list[int]:
        """Processes of this installation (others may run beside it) whose command line holds `words`."""
        mine = f"DATA_DIR={self.data_dir}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if words in command and mine in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

    def interrupt(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(PATIENCE)

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        Server(self.data_dir).stop()


def _three_free_ports() -> int:
    while True:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            base = int(probe.getsockname()[1])
        try:
            for port in (base, base + 1, base + 2):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return base


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    one = Installation(tmp_path_factory.mktemp("企登 数据"))
    try:
        one.start()
        yield one
    finally:
        one.end()


def test_an_installation_lives_through_its_day(installation: Installation) -> None:
    """One story, since a start costs seconds: each paragraph is one thing that happens to it."""
    assert [installation.get("/readyz", project) for project in (0, 1, 2)] == [200, 200, 200]
    assert [installation.get("/", project) for project in (0, 2)] == [200, 200]
    assert installation.heard("动态码"), "demo log-ins are printed"

    second = installation.run("up")
    assert second.returncode == 1
    assert "已经有一个企登在运行" in second.stderr

    with Server(installation.data_dir / "other").use():
        elsewhere = subprocess.run(
            installation.command("up"),
            cwd=ROOT,
            env=installation.environment | {"DATA_DIR": str(installation.data_dir / "other")},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert elsewhere.returncode == 1
    assert re.search(rf"端口 {installation.port_base}（企业登记）被占用：.*granian.*进程号 \d+", elsewhere.stderr)

    url = installation.run("psql-url", "reg").stdout.strip()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (value int)")
        connection.execute("INSERT INTO kept VALUES (7)")

    (worker,) = installation.processes("reg worker")
    os.kill(worker, signal.SIGKILL)
    until(lambda: installation.heard("企业登记后台任务 退出了（信号 SIGKILL）"))
    until(lambda: installation.processes("reg worker") not in ([], [worker]))

    server = Server(installation.data_dir)
    postmaster = server._postmaster()
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    until(lambda: installation.heard("数据库已恢复"))
    until(lambda: _ready(installation))

    assert installation.interrupt(signal.SIGINT) == 0
    assert installation.heard("已停止，数据都在。")
    assert not any(listening(installation.port_base + offset) for offset in (0, 1, 2))
    assert server._postmaster() is None

    installation.start()
    assert not installation.heard("正在准备"), "nothing changed, so nothing is prepared"
    with psycopg.connect(installation.run("psql-url", "reg").stdout.strip()) as connection:
        assert connection.execute("SELECT value FROM kept").fetchall() == [(7,)]

    stopped = installation.run("stop")
    assert stopped.returncode == 0
    assert not listening(installation.port_base)


@pytest.mark.row("R152", part="独立应用")
@pytest.mark.row("R152", part="独立应用首页")
@pytest.mark.row("R152", part="独立拉起第三方服务")
def test_signing_stands_alone(tmp_path: Path) -> None:
    """电子签名 with a front page, database, queue and log-ins of its own; nothing of 企业登记 runs."""
    alone = Installation(tmp_path)
    try:
        alone.start("signing")
        assert not listening(alone.port_base), "企业登记 is not there"
        assert not alone.processes("reg")
        assert alone.processes("signing worker"), "a queue of its own"
        assert alone.get("/readyz", 1) == 200
        _, _, page = alone.open("/", 1)
        assert "电子签名" in page
        assert "/login/sso/" in page
        for way in ("sso", "elicence"):
            status, outside, _ = alone.open(f"/login/{way}/", 1)
            assert status == 200
            assert f":{alone.port_base + 2}/{way}/" in outside, "it calls the identity providers itself"
            assert urllib.parse.quote(f":{alone.port_base + 1}/login/{way}/back/", safe="") in outside
        assert alone.run("up", "reg").returncode == 2
    finally:
        alone.end()


def _ready(installation: Installation) -> bool:
    try:
        return installation.get("/readyz") == 200
    except OSError:
        return False
