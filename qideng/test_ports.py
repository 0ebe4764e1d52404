"""A busy port is refused with the name of who holds it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from qideng import ports


@pytest.fixture
def listening() -> Iterator[tuple[int, int]]:
    """Port and pid of another process that listens."""
    script = "import socket,sys; s=socket.create_server(('127.0.0.1',0)); print(s.getsockname()[1],flush=True); sys.stdin.read()"
    other = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    yield int(other.stdout.readline()), other.pid
    other.communicate()


def test_the_owner_is_named_with_its_pid(listening: tuple[int, int]) -> None:
    port, pid = listening
    assert ports.is_busy("127.0.0.1", port)
    assert f"进程号 {pid}" in ports.owner(port)
    assert os.path.basename(sys.executable) in ports.owner(port)


def test_a_free_port_is_not_busy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    assert not ports.is_busy("127.0.0.1", port)
    assert ports.owner(port) == "未知进程"
