"""One installation for the journeys of this process, driven by the command line as an operator would."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from foundation.config import ROOT
from tests.journeys.probe import END

PATIENCE = 90
"""Seconds after which a wait is called in vain. Long, since a loaded machine is no fault of the system."""
LOGS = ROOT / "build/journeys"


class InVain(AssertionError):
    """Something that had to happen did not happen."""


def until(what: str, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait for `condition` to hold and return what it said; the failure names `what` was waited for."""
    deadline = time.monotonic() + patience
    while True:
        said = condition()
        if said:
            return said
        if time.monotonic() > deadline:
            raise InVain(f"{patience:.0f} 秒内没有等到：{what}")
        time.sleep(0.1)


class System:
    """`qideng up` in a folder of its own, with the addresses of its three parts."""

    def __init__(self, data_dir: Path, name: str) -> None:
        self.data_dir = data_dir
        self.name = name
        self.port_base = three_free_ports()
        self.said: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._probe: subprocess.Popen[str] | None = None

    # addresses

    @property
    def reg(self) -> str:
        return self._address(0)

    @property
    def signing(self) -> str:
        return self._address(1)

    @property
    def sandbox(self) -> str:
        return self._address(2)

    def _address(self, project: int) -> str:
        return f"http://127.0.0.1:{self.port_base + project}"

    # life

    @property
    def environment(self) -> dict[str, str]:
        own = {"DATA_DIR": str(self.data_dir), "PORT_BASE": str(self.port_base), "QIDENG_MODE": "demo", "SANDBOX": "1"}
        foreign = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        return {key: value for key, value in os.environ.items() if key not in foreign} | own

    def start(self) -> None:
        """Start it and wait until all of it answers."""
        self.said.clear()
        self._process = subprocess.Popen(
            self._command("up"),
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        until("企登启动", lambda: self.heard("企登已启动") or not self.running, 3 * PATIENCE)
        if not self.heard("企登已启动"):
            raise InVain("\n".join(self.said))

    def stop(self) -> None:
        """`qideng stop`, as an operator would."""
        self._forget_probe()
        done = self.run("stop")
        if done.returncode != 0:
            raise InVain(done.stdout + done.stderr)
        if self._process is not None:
            self._process.wait(PATIENCE)

    def end(self) -> None:
        """Put everything away; keep what it said and logged."""
        self._forget_probe()
        if self.running:
            assert self._process is not None
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        folder = LOGS / self.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "up.log").write_text("\n".join(self.said))
        for log in (self.data_dir / "logs").glob("*"):
            shutil.copy(log, folder)
        shutil.copy(self.data_dir / "pg" / "server.log", folder) if (self.data_dir / "pg/server.log").exists() else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def heard(self, text: str) -> bool:
        """Whether the launcher printed it."""
        return any(text in line for line in self.said)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line.rstrip())

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "qideng.cli", *words]

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A `qideng` command on this installation."""
        return subprocess.run(
            self._command(*words),
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

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

    # looking inside

    def psql_url(self, project: str = "reg") -> str:
        """Address of a database."""
        return self.run("psql-url", project).stdout.strip()

    def ask(self, expression: str) -> Any:
        """The value of a Python expression inside reg, for what no page shows (hashes, the register as data)."""
        for _ in range(2):  # the second time with a fresh one: the database may have been restarted
            probe = self._probe_now()
            assert probe.stdin is not None
            assert probe.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                probe.stdin.write(base64.b64encode(expression.encode()).decode() + "\n")
                probe.stdin.flush()
                for line in probe.stdout:
                    if line.startswith(END):
                        return json.loads(line[len(END) :])
            self._forget_probe()
        raise InVain((self.data_dir / "logs/probe.log").read_text()[-3000:])

    def _probe_now(self) -> subprocess.Popen[str]:
        if self._probe is None:
            url = self.psql_url()
            with open(self.data_dir / "logs/probe.log", "w") as log:
                self._probe = subprocess.Popen(
                    [
                        *self._command("reg", "shell", "--no-imports"),
                        "-c",
                        "from tests.journeys.probe import serve; serve()",
                    ],
                    cwd=ROOT,
                    env={**self.environment, "DATABASE_URL": url, "DB_POOL": ""},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        return self._probe

    def _forget_probe(self) -> None:
        if self._probe is not None:
            self._probe.kill()
            self._probe.wait()
            self._probe = None

    @property
    def demo_password(self) -> str:
        """The password that the launcher printed."""
        found = re.search(r"口令 (\S+)", "\n".join(self.said))
        assert found, "demo log-ins were not printed"
        return found[1]


def three_free_ports() -> int:
    """The first of three free consecutive ports."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            base = int(probe.getsockname()[1])
        try:
            for port in (base, base + 1, base + 2):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return base
