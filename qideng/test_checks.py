"""The closing line of `make test` counts truly."""

from __future__ import annotations

from pathlib import Path

import pytest

from qideng import checks
from qideng.checks import Group, Tally, command, count, main


def test_a_junit_file_is_counted_and_a_skipped_test_counts_as_failed(tmp_path: Path) -> None:
    result = tmp_path / "j.xml"
    result.write_text('<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/></testsuites>')
    assert count(result) == (3, 4)


def test_a_run_that_left_no_file_is_one_failure(tmp_path: Path) -> None:
    assert count(tmp_path / "none.xml") == (0, 1)


def test_the_first_failing_group_ends_the_run_and_the_line_is_still_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    steps = [Group("one", command("true")), Group("two", command("false")), Group("three", command("true"))]
    monkeypatch.setattr(checks, "groups", lambda: steps)
    assert main() == 1
    out = capfd.readouterr().out.splitlines()
    assert out[-1] == "1 passed, 1 failed"
    assert not any("three" in line for line in out)


def test_groups_can_be_chosen_by_name(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(checks, "groups", lambda: [Group("one", command("false")), Group("two", command("true"))])
    assert main(["tw"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 0 failed"


def test_pytest_that_dies_without_a_failing_test_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "BUILD", tmp_path)
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    monkeypatch.setattr(checks, "_python", lambda *words: ["false"])
    tally = Tally()
    assert not checks.tests("x", "reg.settings", ("here",))(tally)
    assert (tally.passed, tally.failed) == (0, 1)
