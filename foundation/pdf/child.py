"""A child process that opens a foreign file (隔离检查): the bytes go in, an answer comes out, nothing else gets through.

The child calls `confine()` before it reads the first byte. Its environment is empty; whatever kills it is an answer too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from foundation.config import ROOT

WALL_SECONDS = 40.0


class TooHeavy(Exception):
    """The child used up its time, its processor or its room."""


class Died(Exception):
    """The child broke down over the file."""


def examined(module: str, *arguments: str, data: bytes, wall_seconds: float = WALL_SECONDS) -> bytes:
    """What `python -m module arguments` says about `data`; TooHeavy or Died when it says nothing."""
    task, answer = os.memfd_create("upload"), os.memfd_create("verdict")
    try:
        with open(task, "wb", closefd=False) as out:
            out.write(data)
        os.lseek(task, 0, os.SEEK_SET)
        code = _run(module, arguments, task, answer, wall_seconds)
        if code in {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGXFSZ}:
            raise TooHeavy
        if code != 0:
            raise Died
        os.lseek(answer, 0, os.SEEK_SET)
        with open(answer, "rb", closefd=False) as read:
            return read.read()
    finally:
        os.close(task)
        os.close(answer)


def _run(module: str, arguments: tuple[str, ...], task: int, answer: int, wall_seconds: float) -> int:
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=task,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8", "TZ": "UTC"},
        cwd="/",
        start_new_session=True,
    )
    try:
        return child.wait(timeout=wall_seconds)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
