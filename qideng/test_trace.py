"""`make trace` on a made-up tree: what is full, what is partial, and what makes it refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation.config import ROOT
from qideng.trace import Claim, main, problems, read_rows, report, verdict

ROWS = """
R001:
  title: 首页
  parts:
    - 看得到能办的
    - 看得到办不了的去哪里
R002:
  title: 手机
  parts:
    - 号码本人名下
R003:
  title: 还没人说明
  parts:
    - 一件事
"""
TESTS = """
import pytest

@pytest.mark.row("R001", part="看得到能办的")
@pytest.mark.row("R002", part="号码本人名下")
def test_a_home_shows_what_can_be_done():
    pass

@pytest.mark.row("R001", part="看得到能办的")
@pytest.mark.parametrize("n", [1, 2])
def test_twice(n):
    pass
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project with three rows and three tests that show two of them."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.yaml").write_text(ROWS)
    (tmp_path / "reg").mkdir()
    (tmp_path / "reg" / "test_home.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    row(id, part): shows a part of a row\n")
    return tmp_path


@pytest.fixture(autouse=True)
def _only_the_plugin_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


ONE_PLAIN_SUITE = (("reg", "", ("reg",)),)


def test_full_partial_and_none_are_told_apart(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tree, ONE_PLAIN_SUITE) == 0
    assert capsys.readouterr().out.splitlines() == [
        "R001  3  partial",
        "R002  1  full",
        "R003  0  none",
        "1/3 rows shown",
    ]


def test_a_part_that_the_list_does_not_know_is_refused(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "reg" / "test_home.py").write_text(TESTS.replace("号码本人名下", "号码"))
    assert main(tree, ONE_PLAIN_SUITE) == 1
    assert "reg/test_home.py::test_a_home_shows_what_can_be_done: R002 has no part 「号码」" in capsys.readouterr().err


def test_a_row_that_the_list_does_not_know_is_refused(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "reg" / "test_home.py").write_text(TESTS.replace("R002", "R999"))
    assert main(tree, ONE_PLAIN_SUITE) == 1
    assert "row R999 is not in data/rows.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("mark", ["skip(reason='later')", "skipif(True, reason='here')", "xfail"])
def test_a_test_that_does_not_run_cannot_claim(tree: Path, mark: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = TESTS.replace("def test_a_home", f"@pytest.mark.{mark}\ndef test_a_home")
    (tree / "reg" / "test_home.py").write_text(text)
    assert main(tree, ONE_PLAIN_SUITE) == 1
    assert "is skipped but claims R001" in capsys.readouterr().err


def test_a_suite_that_cannot_be_collected_is_an_error_and_not_an_empty_trace(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "reg" / "test_home.py").write_text("import nowhere_at_all\n")
    assert main(tree, ONE_PLAIN_SUITE) == 1
    assert "pytest could not collect" in capsys.readouterr().err


def test_a_row_without_parts_is_never_full() -> None:
    assert verdict([], set()) == "none"
    assert verdict([], {"x"}) == "partial"
    assert report({"R001": []}, [])[-1] == "0/1 rows shown"


def test_parts_of_several_tests_add_up() -> None:
    claims = [Claim("a", "R001", "一", False), Claim("b", "R001", "二", False)]
    assert report({"R001": ["一", "二"]}, claims) == ["R001  2  full", "1/1 rows shown"]
    assert problems({"R001": ["一", "二"]}, claims) == []


def test_the_project_lists_every_row_of_the_requirement() -> None:
    rows = read_rows(ROOT / "data" / "rows.yaml")
    assert list(rows) == [f"R{number:03d}" for number in range(1, 159)]
    assert [row for row, parts in rows.items() if len(parts) != len(set(parts))] == []
