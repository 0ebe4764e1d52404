"""The embedded PostgreSQL survives what a machine does to it."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from foundation.config import ROOT
from qideng import postgres
from qideng.postgres import Binaries, PostgresError, Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server in a folder whose name has blanks and Chinese; pytest's own folder above it is closed to others."""
    one = Server(tmp_path / "数据 目录")
    yield one
    one.stop()


def write(server: Server, value: str) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def read(server: Server) -> list[str]:
    with psycopg.connect(server.url()) as connection:
        return [value for (value,) in connection.execute("SELECT value FROM kept ORDER BY value")]


def postmaster(server: Server) -> int:
    pid = server._postmaster()
    assert pid is not None
    return pid


def test_a_restart_keeps_the_data_in_a_path_with_blanks_and_chinese(server: Server) -> None:
    server.start()
    write(server, "李𬎆赟")
    server.stop()
    assert not server.alive()
    server.start()
    assert read(server) == ["李𬎆赟"]


def test_a_folder_open_to_all_works_as_well_as_a_closed_one(server: Server) -> None:
    open_folder = Path(os.environ["DATA_DIR"]) / f"open-{os.getpid()}"
    open_folder.mkdir(mode=0o755)
    other = Server(open_folder)
    try:
        other.start()
        write(other, "a")
        assert read(other) == ["a"]
    finally:
        other.stop()


def test_it_speaks_to_its_own_account_only(server: Server) -> None:
    server.start()
    facts = Path(server._socket_note.read_text()).lstat()
    assert stat.S_IMODE(facts.st_mode) == 0o700
    assert facts.st_uid == server._account().pw_uid
    with psycopg.connect(server.url()) as connection:
        settings: dict[str, str] = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
    assert settings["listen_addresses"] == ""
    assert settings["jit"] == "off"
    assert settings["TimeZone"] == "UTC"


def test_root_hands_the_server_to_nobody_who_owns_its_cluster_only(server: Server) -> None:
    closed = stat.S_IMODE(server.data_dir.parent.stat().st_mode)
    server.start()
    account = server._account()
    assert account.pw_uid != 0
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid == account.pw_uid
    assert server.folder.stat().st_uid == account.pw_uid
    assert server.data_dir.stat().st_uid == os.geteuid()
    assert stat.S_IMODE(server.data_dir.parent.stat().st_mode) == closed, "a folder above was opened"


def test_a_pid_file_that_names_a_living_stranger_does_not_stop_the_start(server: Server) -> None:
    server.start()
    write(server, "a")
    left = (server.cluster / "postmaster.pid").read_text()
    server.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (server.cluster / "postmaster.pid").write_text(left.replace(left.split("\n")[0], str(stranger.pid), 1))
        server.start()
        assert read(server) == ["a"]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_killed_postmaster_is_recovered_with_its_committed_rows(server: Server) -> None:
    server.start()
    write(server, "committed")
    idle = psycopg.connect(server.url())  # its backend outlives the postmaster for a moment
    os.kill(postmaster(server), signal.SIGKILL)
    server.start()
    idle.close()
    assert read(server) == ["committed"]


def test_a_copy_of_a_running_installation_is_a_server_of_its_own(server: Server, tmp_path: Path) -> None:
    server.start()
    write(server, "kept")
    with psycopg.connect(server.url()) as connection:
        connection.execute("CHECKPOINT")
    copy = Server(tmp_path / "副本")
    subprocess.run(["cp", "-a", str(server.data_dir), str(copy.data_dir)], check=True)
    assert not copy.alive(), "the note of the running server came along"
    copy.stop()
    assert server.alive(), "stopping a copy leaves the original alone"
    subprocess.run(["cp", "-a", str(server.data_dir / "pg.socket"), str(copy.data_dir)], check=True)
    try:
        copy.start()
        write(copy, "tampered")
        assert read(server) == ["kept"]
        assert read(copy) == ["kept", "tampered"]
    finally:
        copy.stop()
    assert read(server) == ["kept"]


def test_a_half_made_cluster_is_made_anew(server: Server) -> None:
    server.cluster.mkdir(parents=True)
    (server.cluster / "base").mkdir()
    server.start()
    assert server.alive()


def test_two_starts_at_once_share_one_server(tmp_path: Path) -> None:
    servers = [Server(tmp_path), Server(tmp_path)]
    try:
        with ThreadPoolExecutor(2) as pool:
            urls = list(pool.map(Server.start, servers))
        assert urls[0] == urls[1]
        assert postmaster(servers[0]) == postmaster(servers[1])
    finally:
        servers[0].stop()
        servers[1].stop()


def test_the_last_user_stops_it(tmp_path: Path) -> None:
    first, second = Server(tmp_path), Server(tmp_path)
    with first.use():
        with second.use():
            assert second.alive()
        assert first.alive(), "the first user still needs it"
    assert not first.alive()


def test_a_killed_user_leaves_no_server_behind(tmp_path: Path) -> None:
    script = f"""
import pathlib, sys, time
from qideng.postgres import Server
with Server(pathlib.Path({str(tmp_path)!r})).use():
    print("up", flush=True)
    time.sleep(60)
"""
    user = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT)
    assert user.stdout is not None
    assert user.stdout.readline() == b"up\n"
    server = Server(tmp_path)
    pid = postmaster(server)
    user.kill()
    user.wait()
    deadline = time.monotonic() + 20
    while server._postmaster() == pid and time.monotonic() < deadline:
        time.sleep(0.1)
    assert server._postmaster() is None


def test_a_throw_away_server_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = f"""
import pathlib, os
from qideng.postgres import Server
server = Server(pathlib.Path({str(tmp_path)!r}), throw_away=True)
server.start()
print(server._postmaster(), flush=True)
os._exit(1)
"""
    user = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT, check=False)
    pid = int(user.stdout)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()
    Server(tmp_path).stop()


def test_stopping_cuts_open_connections_and_waits(server: Server) -> None:
    server.start()
    connection = psycopg.connect(server.url())
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()
    assert server._postmaster() is None


def test_the_three_databases_are_made_once(server: Server) -> None:
    server.start()
    server.create_databases()
    server.create_databases()
    for name in postgres.DATABASES:
        with psycopg.connect(server.url(name)) as connection:
            row = connection.execute("SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database").fetchone()
        assert row is not None
        assert row[1] == "UTF8"


def test_a_locked_start_waits_for_the_other(server: Server) -> None:
    server.data_dir.mkdir(parents=True)
    with open(server.data_dir / "pg.lock", "a") as lock, ThreadPoolExecutor(1) as pool:
        fcntl.flock(lock, fcntl.LOCK_EX)
        starting = pool.submit(server.start)
        time.sleep(0.3)
        assert not starting.done()
        fcntl.flock(lock, fcntl.LOCK_UN)
        starting.result(timeout=60)
    assert server.alive()


def test_without_any_server_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)
    monkeypatch.setattr(postgres, "INSTALLED", tmp_path)
    with pytest.raises(PostgresError, match="make setup"):
        postgres.find_binaries()


def test_the_wheel_comes_before_an_installed_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed = tmp_path / "16" / "bin"
    installed.mkdir(parents=True)
    (installed / "postgres").touch()
    monkeypatch.setattr(postgres, "INSTALLED", tmp_path)
    assert postgres.find_binaries().major == 18
    assert postgres.find_binaries(16) == Binaries(installed, 16)
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)
    assert postgres.find_binaries() == Binaries(installed, 16)


def test_a_cluster_of_another_version_is_named(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.cluster.mkdir(parents=True)
    (server.cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match="PostgreSQL 12"):
        server.start()
