"""The processes of an installation: started, watched, restarted with growing pauses, stopped in order."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60
GRACE_SECONDS = 12
LOG_LIMIT = 20 * 1024 * 1024
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Program:
    """One process to keep running."""

    name: str
    """What the operator calls it."""
    log: str
    """Name of its log file without the ending."""
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    rank: int = 0
    """Lower ranks stop first: pages before workers, workers before the database."""


class Child:
    """A program that is running or waits to be started again."""

    def __init__(self, program: Program, logs: Path, say: Callable[[str], None]) -> None:
        self.program = program
        self._log = logs / f"{program.log}.log"
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE
        self._again_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        with contextlib.suppress(OSError):
            if self._log.stat().st_size > LOG_LIMIT:
                self._log.replace(self._log.with_suffix(".log.1"))
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                list(self.program.arguments),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.program.environment},
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self._started = time.monotonic()

    def watch(self) -> None:
        """Notice a death, say so, and start again after the pause."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                if time.monotonic() - self._started > STEADY_SECONDS:
                    self._pause = FIRST_PAUSE
                return
            self._kill_group()
            self._process = None
            self._again_at = time.monotonic() + self._pause
            self._say(f"{self.program.name} 退出了（{_reason(code)}），{self._pause:.0f} 秒后再启动，日志 {self._log}")
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        elif time.monotonic() >= self._again_at:
            self.start()

    def ask_to_stop(self) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)

    def wait_stopped(self, deadline: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._say(f"{self.program.name} 没有按时停下，强行结束")
        self._kill_group()
        self._process.wait()
        self._process = None

    def _kill_group(self) -> None:
        """What the process left behind (granian's workers, a converter) goes with it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)


class Children:
    """All programs of one installation."""

    def __init__(self, logs: Path, say: Callable[[str], None]) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._say = say
        self.all: list[Child] = []

    def start(self, programs: Sequence[Program]) -> None:
        for program in programs:
            child = Child(program, self._logs, self._say)
            child.start()
            self.all.append(child)

    def watch(self) -> None:
        for child in self.all:
            child.watch()

    def stop(self) -> None:
        for rank in sorted({child.program.rank for child in self.all}):
            group = [child for child in self.all if child.program.rank == rank]
            for child in group:
                child.ask_to_stop()
            deadline = time.monotonic() + GRACE_SECONDS
            for child in group:
                child.wait_stopped(deadline)
        self.all.clear()


def _end_with_parent() -> None:
    """In the child before exec: SIGTERM from the kernel when the supervisor is killed, so that nothing is orphaned."""
    _libc.prctl(1, signal.SIGTERM)


def _reason(code: int) -> str:
    if code < 0:
        return f"信号 {signal.Signals(-code).name}"
    return f"代码 {code}"
