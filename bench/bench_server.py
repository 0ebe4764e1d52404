"""The running system under load: 300 users with 2 s think time, and 100 log-ins at once. Starts its own on a free port.

Budgets: p95 ≤ 200 ms at 300 users (70 % pages, 20 % autosave, 10 % save), p95 ≤ 1 s for 100 log-ins. Medians of three
rounds; the users share the two cores with the system.
"""

from __future__ import annotations

import functools
import itertools
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.users import User, leaders, together  # noqa: E402 - started as a script

CROWD, ROUNDS = 100, 3
USERS, THINK, SECONDS = CROWD * ROUNDS, 2.0, 20.0


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
    environment = {**os.environ, "PORT_BASE": str(base), "DATA_DIR": folder, "WEB_WORKERS": "2"}  # as in production
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


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def log_ins(base: int) -> list[User]:
    """100 people come back from the identity provider in the same moment; three times, and the users of the load are in."""
    people, rounds, wrong = itertools.cycle(leaders()), [], 0
    users: list[User] = []
    for _ in range(ROUNDS):
        crowd = [User(base, *next(people)) for _ in range(CROWD)]
        together([user.goes_to_the_identity_provider for user in crowd], at_once=8)
        times: list[float] = []
        codes: list[int] = []

        def comes_back(user: User, times: list[float] = times, codes: list[int] = codes) -> None:
            began = time.monotonic()
            codes.append(user.comes_back())
            times.append((time.monotonic() - began) * 1000)

        together([functools.partial(comes_back, user) for user in crowd])
        rounds.append(p95(times))
        wrong += sum(code != 200 for code in codes)
        users += crowd
    print(f"100 log-ins at once p95: {statistics.median(rounds):.0f} ms", flush=True)
    print(f"100 log-ins at once errors: {wrong} answers", flush=True)
    return users


def load(users: list[User]) -> None:
    """300 people with 2 s of thinking between taps: 70 % pages, 20 % autosaves, 10 % saves."""
    together([user.opens_a_case for user in users], at_once=8)
    times: dict[str, list[list[float]]] = {"all": [], "page": [], "autosave": [], "save": []}
    wrong = done = 0
    for _ in range(ROUNDS):
        taps = _round(users)
        for name, rounds in times.items():
            rounds.append([ms for what, ms, _ in taps if name in ("all", what)])
        wrong += sum(code != 200 for _, _, code in taps)
        done += len(taps)
    for name, rounds in times.items():
        print(f"{USERS} users, {name} p95: {statistics.median(map(p95, rounds)):.0f} ms", flush=True)
    print(f"{USERS} users: {done / ROUNDS / SECONDS:.0f} requests/s", flush=True)
    print(f"{USERS} users, errors: {wrong} answers", flush=True)


def _round(users: list[User]) -> list[tuple[str, float, int]]:
    """What every tap was, how long it took (ms), how it was answered."""
    taps: list[tuple[str, float, int]] = []
    stop = time.monotonic() + SECONDS

    def sits(user: User, number: int) -> None:
        dice = random.Random(number)
        time.sleep(number / USERS * THINK)
        while time.monotonic() < stop:
            what, act = dice.choices(
                (("page", user.views), ("autosave", user.autosaves), ("save", user.saves)), weights=(70, 20, 10)
            )[0]
            began = time.monotonic()
            code = act()
            taps.append((what, (time.monotonic() - began) * 1000, code))
            time.sleep(THINK)

    together([functools.partial(sits, user, number) for number, user in enumerate(users)])
    return taps


def main() -> None:
    base = free_base()
    with tempfile.TemporaryDirectory(prefix="qideng-bench-") as folder:
        Path(folder).chmod(0o755)
        process = start(base, folder)
        try:
            load(log_ins(base))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


if __name__ == "__main__":
    main()
