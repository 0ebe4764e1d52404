"""data/rows.yaml lists every requirement row with its parts, so that a marker can name what a test shows."""

from pathlib import Path

import yaml

ROWS = yaml.safe_load((Path(__file__).parents[2] / "data" / "rows.yaml").read_text("utf-8"))


def test_every_requirement_row_is_there_once_and_in_order() -> None:
    assert list(ROWS) == [f"R{number:03d}" for number in range(1, 159)]


def test_every_row_has_a_title_and_parts_that_a_marker_can_type() -> None:
    for code, row in ROWS.items():
        parts = row["parts"]
        assert row["title"], code
        assert parts, code
        assert len(set(parts)) == len(parts), code
        assert all(isinstance(part, str) and 1 < len(part) <= 30 and part == part.strip() for part in parts), code
