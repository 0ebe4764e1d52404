"""The supervisor: a dead process is named and started again with growing pauses; stopping is orderly and complete."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qideng import children
from qideng.children import Children, Program


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def running(tmp_path: Path, said: list[str]) -> Iterator[Children]:
    group = Children(tmp_path / "logs", said.append)
    yield group
    group.stop()


def program(name: str, script: str, rank: int = 0) -> Program:
    return Program(name=name, log=name, arguments=[sys.executable, "-c", script], rank=rank)


SLEEP = "import time; print('started', flush=True); time.sleep(60)"


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_what_it_prints_goes_to_its_log(running: Children, tmp_path: Path) -> None:
    running.start([program("web", SLEEP)])
    until(lambda: (tmp_path / "logs" / "web.log").read_text() == "started\n")


def test_a_killed_process_is_named_and_started_again(
    running: Children, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "FIRST_PAUSE", 0.1)
    running.start([program("后台任务", SLEEP)])
    first = running.all[0].pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: running.all[0].pid is None)
    running.watch()
    assert said == [said[0]]
    assert said[0].startswith("后台任务 退出了（信号 SIGKILL）")

    def again() -> bool:
        running.watch()
        return running.all[0].pid not in (None, first)

    until(again)


def test_pauses_grow_while_it_keeps_dying(running: Children, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    running.start([program("web", "raise SystemExit(3)")])
    clock = iter(range(0, 100000, 40))
    monkeypatch.setattr("qideng.children.time.monotonic", lambda: float(next(clock)))
    for _ in range(4):
        process = running.all[0]._process
        assert process is not None
        process.wait()
        running.watch()  # says it died
        running.watch()  # the pause is over: starts again
    pauses = [line.split("，")[1].split()[0] for line in said]
    assert pauses == ["1", "2", "4", "8"]
    assert "（代码 3）" in said[0]


def test_pages_stop_before_workers(running: Children, tmp_path: Path) -> None:
    note = tmp_path / "order"
    script = (
        "import signal,sys,time\n"
        f"def bye(*_):\n open({str(note)!r},'a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, bye); print('on', flush=True)\nwhile True: time.sleep(1)"
    )
    for name, rank in (("worker", 1), ("pages", 0)):
        running.start([Program(name=name, log=name, arguments=[sys.executable, "-c", script, name[0]], rank=rank)])
        until(lambda name=name: (tmp_path / "logs" / f"{name}.log").read_text() != "")  # type: ignore[misc]  # bound early
    running.stop()
    assert note.read_text() == "pw"


def test_one_that_does_not_listen_is_ended_with_what_it_started(
    running: Children, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "GRACE_SECONDS", 0.3)
    script = (
        "import signal,subprocess,time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "p=subprocess.Popen(['sleep','60']); print(p.pid, flush=True)\ntime.sleep(60)"
    )
    running.start([program("stubborn", script)])
    log = tmp_path / "logs" / "stubborn.log"
    until(lambda: log.read_text().strip().isdigit())
    grandchild = int(log.read_text())
    running.stop()
    assert said == ["stubborn 没有按时停下，强行结束"]
    until(
        lambda: (
            not Path(f"/proc/{grandchild}").exists() or "Z" in Path(f"/proc/{grandchild}/stat").read_text().split()[2]
        )
    )
