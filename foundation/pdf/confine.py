"""A child process that may only compute (隔离检查): limits of memory, CPU, output; no network, no new programs.

`confine()` is called before the first byte of a foreign file is read. What the kernel does not offer is left out
silently except the resource limits, which every Unix has; the seccomp filter covers x86-64, arm64 and loongarch64.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys

MEMORY = 1_200 * 1024 * 1024
CPU_SECONDS = 25
OUTPUT = 64 * 1024

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, _PR_SET_DUMPABLE = 38, 22, 2, 4
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 1
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_GENERIC = {"socket": 198, "execve": 221, "execveat": 281, "ptrace": 117, "io_uring_setup": 425}
_SYSCALLS: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, {"socket": 41, "execve": 59, "execveat": 322, "ptrace": 101, "io_uring_setup": 425}),
    "aarch64": (0xC00000B7, _GENERIC),
    "loongarch64": (0xC0000102, _GENERIC),
}


def confine(*, memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS, output: int = OUTPUT) -> None:
    """Give up what the examination does not need; cannot be undone in this process."""
    for what, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    if sys.platform == "linux":
        _filter_syscalls()


def _filter_syscalls() -> None:
    """seccomp: socket, exec, ptrace and io_uring answer EPERM."""
    known = _SYSCALLS.get(platform.machine())
    if known is None:
        return
    arch, calls = known
    count = len(calls)
    steps = [
        (_LOAD, 0, 0, 4),  # the architecture of the call
        (_JUMP_EQUAL, 0, count + 2, arch),  # a foreign one is denied
        (_LOAD, 0, 0, 0),  # its number
        *((_JUMP_EQUAL, count - place, 0, number) for place, number in enumerate(calls.values())),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    libc.prctl(_PR_SET_DUMPABLE, zero, zero, zero, zero)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero)
    libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.c_char_p(header), zero, zero)
