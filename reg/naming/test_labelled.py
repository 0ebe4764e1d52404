"""The labelled set: pairs and names written from the rules by a second hand, judged by the engine. R104, R107.

`python -m pytest -s reg/naming/test_labelled.py` prints the confusion tables.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from reg.naming.tables import MALFORMED, PASSED, checked_rows, compared_rows, rows_of

HERE = Path(__file__).parent / "labelled"
LEAST = 0.95


def table(truth: list[str], found: list[str], order: tuple[str, ...]) -> str:
    """Rows: the label; columns: the engine's word."""
    counts = Counter(zip(truth, found, strict=True))
    head = "\t".join(("标注＼判断", *order))
    return "\n".join([head, *("\t".join((one, *(str(counts[one, other]) for other in order))) for one in order)])


@pytest.mark.row("R104", part="同行业近似度比对")
@pytest.mark.row("R104", part="自动比对")
def test_pairs_are_judged_as_labelled_and_nothing_different_is_called_the_same() -> None:
    rows = rows_of(HERE / "pairs.csv", ("name_a", "industry_a", "name_b", "industry_b", "class"))
    truth = [row["class"] for row in rows]
    found = [kind for kind, _ in compared_rows(rows)]
    print(f"\n{table(truth, found, ('相同', '相近', '不同'))}")
    right = sum(one == other for one, other in zip(truth, found, strict=True))
    wrongly_same = [row["why"] for row, kind in zip(rows, found, strict=True) if kind == "相同" != row["class"]]
    assert len(rows) >= 300
    assert right / len(rows) >= LEAST
    assert wrongly_same == []


@pytest.mark.row("R104", part="自动比对")
def test_the_rule_that_is_told_is_the_one_of_the_label() -> None:
    rows = rows_of(HERE / "pairs.csv", ("rule",))
    found = [rule for _, rule in compared_rows(rows)]
    right = sum(row["rule"] == rule for row, rule in zip(rows, found, strict=True))
    assert right / len(rows) >= LEAST
    assert {row["rule"] for row in rows} >= {f"S0{n}" for n in range(1, 5)} | {f"P0{n}" for n in range(1, 8)}


@pytest.mark.row("R104", part="格式规范性检查")
@pytest.mark.row("R104", part="禁用词校验")
@pytest.mark.row("R104", part="禁止控制与限制提示")
def test_names_are_judged_as_labelled() -> None:
    rows = rows_of(HERE / "names.csv", ("name", "entity_type", "class"))
    truth = [row["class"] for row in rows]
    found = [judgement for judgement, _ in checked_rows(rows)]
    print(f"\n{table(truth, found, (PASSED, '禁止', '限制', MALFORMED))}")
    right = sum(one == other for one, other in zip(truth, found, strict=True))
    assert len(rows) >= 100
    assert right / len(rows) >= LEAST


def test_every_refusal_of_the_set_says_why() -> None:
    rows = rows_of(HERE / "names.csv", ("name", "entity_type"))
    for judgement, why in checked_rows(rows):
        assert (judgement == PASSED) == (why == "")
        assert "{" not in why
