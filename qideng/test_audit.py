"""`make verify-audit` on an installation that is stopped, and on copies of it that somebody tampered with. R157."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from foundation.config import ROOT
from qideng.postgres import Server

pytestmark = pytest.mark.journey
RECORD = """
from foundation import audit
from foundation.audit import chain
from foundation.identity.actor import Actor
for number in range(1, 6):
    audit.record(Actor.system("test"), "case.save", "case", f"C{number}")
chain.link_new()
"""
FORGED = """
INSERT INTO audit_auditevent (at, legal_at, actor_kind, actor, session, verb, obj_kind, obj_ref, details, mac)
SELECT now(), now(), actor_kind, actor, session, verb, obj_kind, 'C9', details, mac FROM audit_auditevent WHERE id = 1
"""


def qideng(data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command on the installation in `data_dir`."""
    own = {"DATA_DIR": str(data_dir), "QIDENG_MODE": "demo", "SANDBOX": "1"}
    foreign = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    return subprocess.run(
        [sys.executable, "-m", "qideng.cli", *words],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key not in foreign} | own,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A stopped installation in which five things were done."""
    here = tmp_path_factory.mktemp("企登") / "data"
    for words in (("reg", "migrate"), ("signing", "migrate"), ("reg", "shell", "--no-imports", "-c", RECORD)):
        done = qideng(here, *words)
        assert done.returncode == 0, done.stderr
    assert not Server(here).alive()
    yield here
    Server(here).stop()


def tampered_copy(data_dir: Path, name: str, *statements: str) -> Path:
    """A copy of the installation; its owner has switched the triggers off."""
    copy = data_dir.with_name(name)
    subprocess.run(["cp", "-a", str(data_dir), str(copy)], check=True)
    server = Server(copy)
    with server.use(), psycopg.connect(server.url("reg"), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)
    return copy


def test_a_good_installation_is_said_to_be_good_and_stays_stopped(data_dir: Path) -> None:
    done = qideng(data_dir, "verify-audit")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "企业登记：",
        "审计链完好：核对了 5 条审计记录、1 处签名。",
        "没有等着入链的审计记录。",
        "电子签名：",
        "审计链完好：核对了 0 条审计记录、0 处签名。",
        "没有等着入链的审计记录。",
    ]
    assert not Server(data_dir).alive()


def test_a_tampered_copy_names_every_row(data_dir: Path) -> None:
    copy = tampered_copy(
        data_dir,
        "tampered",
        "UPDATE audit_auditevent SET obj_ref = 'C8' WHERE id = 2",
        "DELETE FROM audit_auditevent WHERE id = 4",
        FORGED,
    )
    done = qideng(copy, "verify-audit")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "企业登记：",
        "不对：审计记录 2 被改动（case.save，case C8）",
        "不对：审计记录 4 被删除（链条第 4 环还在）",
        "不对：审计记录 6 不是系统写入的（case.save，case C9）",
    ]
    assert lines[4].startswith("审计链有 3 处不对：核对了 5 条审计记录")
    assert "电子签名：" in lines, "one bad trail does not hide the other"
    assert qideng(data_dir, "verify-audit").returncode == 0, "the original is as it was"


def test_where_nothing_is_installed_it_says_so(tmp_path: Path) -> None:
    done = qideng(tmp_path, "verify-audit")
    assert done.returncode == 1
    assert "还没有企登的数据" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_another_version_is_told_in_words(data_dir: Path) -> None:
    copy = tampered_copy(data_dir, "older", "ALTER TABLE audit_auditevent DROP COLUMN mac")
    done = qideng(copy, "verify-audit")
    assert done.returncode == 1
    assert "请先启动一次企登" in done.stderr
    assert "Traceback" not in done.stderr
