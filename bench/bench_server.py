"""The running system under load: 300 users with 2 s think time, and 100 log-ins at once. Starts its own on a free port.

Budgets: p95 ≤ 200 ms at 300 users (70 % pages, 20 % autosave, 10 % save), p95 ≤ 1 s for 100 log-ins. Only loopback is asked.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
USERS, THINK, SECONDS = 300, 2.0, 30.0


def free_base() -> int:
    """Three free ports in a row."""
    for base in range(21000, 29000, 10):
        try:
            for offset in range(3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", base + offset))
        except OSError:
            continue
        return base
    raise SystemExit("no free ports")


def start(base: int, folder: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PORT_BASE": str(base), "DATA_DIR": folder}
    process = subprocess.Popen(
        [sys.executable, "-m", "qideng.cli", "up"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    began = time.monotonic()
    for line in process.stdout or ():
        if "页面已可用" in line:
            print(f"first start to a usable page: {time.monotonic() - began:.1f} s", flush=True)
        if "企登已启动" in line:
            break
    threading.Thread(target=lambda: [None for _ in process.stdout or ()], daemon=True).start()
    return process


def visitors(base: int) -> None:
    """Anonymous page views at the pace of 300 people."""
    times: list[float] = []
    errors: list[int] = []
    stop = time.monotonic() + SECONDS
    lock = threading.Lock()

    def user(number: int) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{base}", timeout=10) as client:
            time.sleep(number / USERS * THINK)
            while time.monotonic() < stop:
                began = time.monotonic()
                status = client.get("/login").status_code
                with lock:
                    times.append((time.monotonic() - began) * 1000)
                    if status != 200:
                        errors.append(status)
                time.sleep(THINK)

    threads = [threading.Thread(target=user, args=(n,)) for n in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"300 users, page views: {len(times) / SECONDS:.0f} requests/s")
    print(f"300 users, page p95: {statistics.quantiles(times, n=20)[-1]:.0f} ms")
    print(f"300 users, errors: {len(errors)} answers")


def main() -> None:
    base = free_base()
    with tempfile.TemporaryDirectory(prefix="qideng-bench-") as folder:
        Path(folder).chmod(0o755)
        process = start(base, folder)
        try:
            visitors(base)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


if __name__ == "__main__":
    main()
