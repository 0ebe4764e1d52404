"""`qideng up`: the whole installation in one terminal. Databases, then what changed, then pages, then workers.

`qideng up signing` starts 电子签名 alone, with the stand-in of the outside world beside it: it needs nothing of reg (R152).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from foundation.config import ROOT, Config, ConfigError, Project, config
from qideng import ports, prepare
from qideng.children import Children, Program
from qideng.postgres import Server, create_databases

PROJECTS: tuple[Project, ...] = ("reg", "signing", "sandbox")
TITLES: dict[Project, str] = {"reg": "企业登记", "signing": "电子签名", "sandbox": "模拟外部系统"}
ANSWER_SECONDS = 90
STOP_SECONDS = 60


class Stopped(BaseException):
    """SIGTERM or Ctrl-C: leave the loop and put everything away."""


def say(line: str) -> None:
    print(line, flush=True)


def up(wanted: Sequence[Project] = PROJECTS) -> int:
    """Run what is wanted until told to stop; returns the exit code."""
    began = time.monotonic()
    here = config()
    signal.signal(signal.SIGTERM, _stopped)
    signal.signal(signal.SIGINT, _stopped)
    with contextlib.suppress(Stopped), _only_one(here.data_dir):
        _refuse_busy_ports(here, wanted)
        with _database(here, wanted) as server:
            children = Children(here.data_dir / "logs", say)
            try:
                _start(children, here, wanted, began)
                while True:
                    time.sleep(0.5)
                    children.watch()
                    if server is not None:
                        _watch_database(server)
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                say("正在停止……")
                children.stop()
    say("已停止，数据都在。")
    return 0


def _stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


# one at a time


@contextlib.contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    data_dir.mkdir(parents=True, exist_ok=True)
    with open(data_dir / "up.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                f"这个数据目录已经有一个企登在运行（进程号 {_holder(lock)}，{data_dir}）。"
                "要停它：qideng stop；要再开一份：另设 DATA_DIR 和 PORT_BASE"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
        lock.truncate(0)


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    return lock.read().strip() or "未知"


def stop() -> int:
    """`qideng stop`: end the running installation of this DATA_DIR and wait until it is gone."""
    data_dir = config().data_dir
    told = False
    if (data_dir / "up.lock").exists():
        with open(data_dir / "up.lock", "r+") as lock:
            deadline = time.monotonic() + STOP_SECONDS
            while time.monotonic() < deadline:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    pid = _holder(lock)
                    if not told and pid.isdigit():
                        os.kill(int(pid), signal.SIGTERM)
                        told = True
                    time.sleep(0.2)
            else:
                say(f"企登（进程号 {_holder(lock)}）在 {STOP_SECONDS} 秒内没有停下")
                return 1
    server = Server(data_dir)
    if server.alive():
        server.stop()
    say("企登已停止，数据都在。" if told else "企登没有在运行。")
    return 0


def _refuse_busy_ports(here: Config, wanted: Sequence[Project]) -> None:
    for project in wanted:
        port = here.port(project)
        if ports.is_busy(_bind(here), port):
            raise ConfigError(
                f"端口 {port}（{TITLES[project]}）被占用：{ports.owner(port)}。请停掉它，或换一组端口：PORT_BASE=9000 make run"
            )


def _bind(here: Config) -> str:
    if "BIND" in os.environ:
        return os.environ["BIND"]
    return "127.0.0.1" if here.public_host in {"127.0.0.1", "localhost"} else "0.0.0.0"  # noqa: S104 - asked for


# the database


@contextlib.contextmanager
def _database(here: Config, wanted: Sequence[Project]) -> Iterator[Server | None]:
    if "DATABASE_URL" in os.environ:
        create_databases(os.environ["DATABASE_URL"])
        yield None
        return
    if all(f"{project.upper()}_DATABASE_URL" in os.environ for project in wanted):
        yield None
        return
    server = Server(here.data_dir)
    with server.use() as url:
        server.create_databases()
        os.environ["DATABASE_URL"] = url
        yield server


def _watch_database(server: Server) -> None:
    if not server.running():
        say("数据库停了，正在重新启动")
        server.start(guarded=True)
        say("数据库已恢复")


def _database_url(project: Project) -> str:
    """A libpq address of the project's database, from what Django would use."""
    from psycopg.conninfo import make_conninfo

    entry = config().database(project)
    known = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return make_conninfo(**{word: str(entry[key]) for word, key in known.items() if entry.get(key)})


def _prepare(*projects: Project) -> None:
    running: list[tuple[Project, subprocess.Popen[bytes]]] = []
    for project in projects:
        steps = prepare.missing(project, _database_url(project))
        if steps:
            say(f"正在准备{TITLES[project]}（{'、'.join(STEP_WORDS[step] for step in steps)}）……")
            command = [sys.executable, "-m", "qideng.prepare", project, *steps]
            running.append((project, subprocess.Popen(command, cwd=ROOT)))
    failed = [project for project, process in running if process.wait() != 0]
    if failed:
        raise ConfigError(f"没有准备好：{'、'.join(TITLES[project] for project in failed)}（原因见上文）")


STEP_WORDS: dict[prepare.Step, str] = {"schema": "数据库结构", "stories": "演示数据", "static": "页面资源"}


# the processes


def web(project: Project, here: Config) -> Program:
    """The web server of one project. Its processes share their counters in a folder (see foundation.health.metrics)."""
    metrics = here.data_dir / "metrics" / project
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    workers = os.environ.get("WEB_WORKERS", "1" if here.mode == "demo" else "2")
    arguments = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", _bind(here)]
    arguments += ["--port", str(here.port(project)), "--workers", workers, "--blocking-threads", "4"]
    arguments += ["--no-ws", "--backlog", "1024", "--workers-kill-timeout", "8", "--respawn-failed-workers"]
    return Program(
        name=f"{TITLES[project]}页面",
        log=f"{project}-web",
        arguments=[*arguments, f"{project}.wsgi:application"],
        environment={
            "DB_POOL": os.environ.get("DB_POOL", "8"),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": f"{project}.settings",
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        },
        rank=0,
    )


def serve(project: Project) -> NoReturn:
    """`qideng web <project>`: become the web server of one project (production: a unit or a container each)."""
    program = web(project, config())
    os.execve(program.arguments[0], list(program.arguments), {**os.environ, **program.environment})  # noqa: S606 - a fixed list


def worker(project: Project, command: str = "worker", title: str = "后台任务") -> Program:
    """A background worker of one project: no connection pool."""
    return Program(
        name=f"{TITLES[project]}{title}",
        log=f"{project}-{command}",
        arguments=[sys.executable, "-m", "qideng.cli", project, command],
        environment={"DB_POOL": "", "PYTHONPATH": str(ROOT)},
        rank=1,
    )


WORKERS: dict[Project, tuple[tuple[str, str], ...]] = {
    "reg": (("worker", "后台任务"), ("ocr_worker", "证件识别")),
    "signing": (("worker", "后台任务"),),
    "sandbox": (),
}


def _start(children: Children, here: Config, wanted: Sequence[Project], began: float) -> None:
    """The page a citizen sees comes first; what it does not need at once is prepared and started behind it."""
    at_once = [project for project in wanted if project != "signing" or "reg" not in wanted]
    _pages(children, here, at_once)
    first = time.monotonic() - began
    say(f"页面已可用：{here.base_url(at_once[0])}/（{first:.1f} 秒）")
    _pages(children, here, [project for project in wanted if project not in at_once])
    children.start([worker(project, *how) for project in wanted for how in WORKERS[project]])
    say(_welcome(here, wanted, first, time.monotonic() - began))


def _pages(children: Children, here: Config, projects: Sequence[Project]) -> None:
    _prepare(*projects)
    children.start([web(project, here) for project in projects])
    for project in projects:
        _await_answer(children, f"{_local(here, project)}/healthz")


def _local(here: Config, project: Project) -> str:
    return f"http://127.0.0.1:{here.port(project)}"


def _await_answer(children: Children, url: str) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own http address
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
            children.watch()
    raise ConfigError(f"{url} 在 {ANSWER_SECONDS} 秒内没有应答，请看日志目录 {config().data_dir / 'logs'}")


def _welcome(here: Config, wanted: Sequence[Project], first: float, whole: float) -> str:
    addresses: dict[Project, tuple[str, ...]] = {
        "reg": (
            f"  办事人      {here.base_url('reg')}/          随申办登录，在登录页点选一位演示人物",
            f"  审查人员    {here.base_url('reg')}/desk/     用户名、口令见下；动态码 30 秒一换：.venv/bin/qideng demo-otp",
        ),
        "signing": (f"  电子签名    {here.base_url('signing')}/",),
        "sandbox": (f"  模拟外部    {here.base_url('sandbox')}/          演示人物的故事、短信、故障开关、时钟",),
    }
    return "\n".join(
        [
            "",
            f"企登已启动（页面 {first:.1f} 秒，全部 {whole:.1f} 秒）。按 Ctrl-C 停止，数据留在 {here.data_dir}",
            "",
            *(line for project in PROJECTS if project in wanted for line in addresses[project]),
            "",
            *(_demo_staff() if here.mode == "demo" and "reg" in wanted else ()),
            f"日志：{here.data_dir / 'logs'}",
        ]
    )


def _demo_staff() -> Sequence[str]:
    """Who can log in at the desk, with the codes of this half minute."""
    command = [sys.executable, "-m", "qideng.cli", "reg", "demo_otp"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return ("演示审查人员没有列出来，请执行 .venv/bin/qideng demo-otp", "")
    return (*(f"    {line}" for line in done.stdout.splitlines()), "")
