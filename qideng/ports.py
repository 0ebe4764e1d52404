"""Who holds a TCP port: read from /proc, so that a busy port is refused with a name and not with a number."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

LISTENING = "0A"


def is_busy(host: str, port: int) -> bool:
    """Whether something listens on the port already, so that we could not."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            if problem.errno in (errno.EADDRINUSE, errno.EACCES):
                return True
            raise
        return False


def owner(port: int) -> str:
    """`name（进程号 pid）` of the process that listens on `port`; says so when it belongs to somebody else."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and _holds(process, sockets):
            return f"{_name(process)}（进程号 {process.name}）"
    return "另一个用户的进程" if sockets else "未知进程"


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for columns in map(str.split, lines):
            if columns[3] == LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                inodes.add(columns[9])
    return inodes


def _holds(process: Path, sockets: set[str]) -> bool:
    try:
        return any(os.readlink(entry) in sockets for entry in (process / "fd").iterdir())
    except OSError:
        return False


def _name(process: Path) -> str:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
        return " ".join(w.decode(errors="replace") for w in words[:4] if w) or (process / "comm").read_text().strip()
    except OSError:
        return "已退出的进程"
