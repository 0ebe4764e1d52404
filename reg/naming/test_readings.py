"""Sound and shape of characters."""

from __future__ import annotations

import pytest

from reg.naming.glyphs import look_alike
from reg.naming.readings import partly_same_sound, runs, same_sound, sounds


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("星岚", "兴澜", True),
        ("长乐", "常悦", True),  # 长 chang, 乐 yue
        ("重华", "崇桦", True),  # 重 chong
        ("星岚", "信兰", False),  # xing is not xin
        ("星岚", "星岚达", False),
        ("星嵐", "星岚", True),
        ("三六零", "叁陆零", True),
    ],
)
def test_a_sound_is_shared_whatever_the_tone(one: str, other: str, same: bool) -> None:
    assert same_sound(one, other) is same
    assert same_sound(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "partly"),
    [
        ("星岚达", "兴岚科", True),
        ("星岚达", "星博科", False),
        ("星岚", "星博", False),
        ("万里长青", "万礼长清", True),
        ("万里长青", "万众一心", False),
    ],
)
def test_most_syllables_make_two_partly_alike(one: str, other: str, partly: bool) -> None:
    assert partly_same_sound(one, other) is partly


def test_whoever_is_partly_alike_shares_a_run() -> None:
    """The index finds P04 by runs: what the rule calls alike must have one in common."""
    trades = ["星岚达", "兴岚科", "星岚", "万里长青", "万礼长清", "万里青", "新天地一号", "新田地二号"]
    filed = {trade: {run for sound in sounds(trade) for run in runs(sound)} for trade in trades}
    for one in trades:
        for other in trades:
            if one != other and partly_same_sound(one, other):
                assert filed[one] & filed[other], (one, other)


def test_shapes_are_compared_as_printed() -> None:
    assert look_alike("晴天", "睛天")
    assert not look_alike("星岚", "兴澜")
    assert not look_alike("星", "星岚")
