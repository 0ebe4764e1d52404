"""Set-up from a bare machine: what is asked of the system, and how its configuration reaches uv."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from foundation.config import ROOT
from qideng import bootstrap


def test_it_needs_nothing_but_the_standard_library() -> None:
    script = "import sys; sys.path.insert(0, 'qideng'); import bootstrap; bad=[m for m in sys.modules if m.split('.')[0] in ('django','yaml','foundation')]; sys.exit(bool(bad))"
    assert subprocess.run([sys.executable, "-S", "-E", "-c", script], cwd=ROOT, check=False).returncode == 0


def test_what_pip_is_told_uv_is_told() -> None:
    configured = (
        ":env:.cert='/etc/ssl/some.crt'\n"
        "global.extra-index-url='file:///a/simple file:///b/simple'\n"
        "global.find-links='/wheels'\n"
        "install.trusted-host='mirror.example'\n"
        "global.unknown='x'\n"
    )
    assert bootstrap.uv_environment(configured) == {
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_LINK_MODE": "copy",
        "SSL_CERT_FILE": "/etc/ssl/some.crt",
        "UV_INDEX": "file:///a/simple file:///b/simple",
        "UV_FIND_LINKS": "/wheels",
        "UV_INSECURE_HOST": "mirror.example",
    }


def test_uv_itself_is_installed_by_its_hashes() -> None:
    pinned = bootstrap._pinned("uv", bootstrap.TEST_LISTS)
    assert pinned.startswith("uv==")
    assert pinned.count("--hash=sha256:") > 3
    assert not pinned.rstrip().endswith("\\")


def test_missing_system_packages_are_named_in_one_line_for_the_administrator(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "SYSTEM_PACKAGES", {"wrk": lambda: False, "chromium": lambda: True})
    monkeypatch.setattr(bootstrap, "_as_root", lambda: None)
    assert bootstrap.main(["--test"]) == 2
    assert "apt-get install -y --no-install-recommends wrk" in capsys.readouterr().err


def test_as_root_they_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    there: list[str] = []

    def run(command: Sequence[str | Path], environment: object = None, quiet: bool = False) -> bool:
        ran.append([str(word) for word in command])
        there.append("wrk")
        return True

    monkeypatch.setattr(bootstrap, "SYSTEM_PACKAGES", {"wrk": lambda: "wrk" in there})
    monkeypatch.setattr(bootstrap, "_as_root", lambda: [])
    monkeypatch.setattr("qideng.bootstrap.shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "run", run)
    bootstrap.need_system_packages()
    assert ran == [["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "--no-install-recommends", "wrk"]]


def test_equal_lists_are_not_installed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[Sequence[str]] = []

    def install(lists: Sequence[str]) -> bool:
        calls.append(lists)
        return True

    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "_install_with_uv", install)
    bootstrap.install_packages(bootstrap.TEST_LISTS)
    bootstrap.install_packages(bootstrap.TEST_LISTS)
    bootstrap.install_packages(bootstrap.RUN_LISTS)
    assert calls == [bootstrap.TEST_LISTS]
    (tmp_path / "qideng-requirements").write_text("requirements/base.txt old\n")
    bootstrap.install_packages(bootstrap.RUN_LISTS)
    assert len(calls) == 2


def test_when_uv_fails_pip_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "_install_with_uv", lambda lists: False)
    monkeypatch.setattr(bootstrap, "_install_with_pip", lambda lists: False)
    with pytest.raises(bootstrap.SetupFailed, match="pip"):
        bootstrap.install_packages(bootstrap.RUN_LISTS)
    assert not (tmp_path / "qideng-requirements").exists()
