"""Where lines run, how dark cells are, how long bars: numbers in, numbers out. R140."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from foundation.clock import SHANGHAI
from foundation.operations.watching import Busy, Counts, Grain, Point, Share, Step
from reg.backoffice import charts

shanghai = partial(datetime, tzinfo=SHANGHAI)
AT = shanghai(2026, 11, 27, 9)


def points(*begun: int) -> list[Point]:
    return [Point(AT.replace(hour=hour), Counts(begun=count)) for hour, count in enumerate(begun)]


def test_a_line_ends_before_the_hour_that_is_not_over_and_that_hour_is_a_dot() -> None:
    drawn = charts.trend(points(0, 5, 10, 1, 0), points(10, 10, 10, 10, 10), Grain.HOUR, running=3)
    assert drawn.line == "0.0,210.0 182.5,119.0 365.0,28.0"
    assert drawn.area == "0,210.0 0.0,210.0 182.5,119.0 365.0,28.0 365.0,210.0"
    assert len(drawn.before.split()) == 5
    assert [level.words for level in drawn.levels] == ["5", "10"]
    assert drawn.now is not None
    assert (drawn.now.count, drawn.now.anchor) == (1, "end")
    assert drawn.spoken == "最近 11月27日 2 时：发起 10 份，签好 0 份；最高 11月27日 2 时：发起 10 份，签好 0 份"


def test_nothing_is_a_flat_line_and_the_first_hour_of_a_day_has_none() -> None:
    drawn = charts.trend(points(0), (), Grain.HOUR, running=0)
    assert (drawn.line, drawn.area, drawn.spoken) == ("", "", "还没有")


@pytest.mark.parametrize(
    ("grain", "first", "last", "starts"),
    [
        (Grain.HOUR, shanghai(2026, 2, 28, 22), shanghai(2026, 3, 1, 1), ["22", "23", "00", "01"]),
        (Grain.DAY, shanghai(2028, 2, 28), shanghai(2028, 3, 1, 23), ["02-28", "02-29", "03-01"]),
        (Grain.WEEK, shanghai(2026, 12, 30), shanghai(2027, 1, 5, 23), ["12-28", "01-04"]),
        (Grain.MONTH, shanghai(2026, 12, 31), shanghai(2027, 2, 1, 23), ["2026-12", "2027-01", "2027-02"]),
    ],
)
def test_stretches_without_anything_stand_in_the_line_as_nothing(
    grain: Grain, first: datetime, last: datetime, starts: list[str]
) -> None:
    form = {Grain.HOUR: "%H", Grain.DAY: "%m-%d", Grain.WEEK: "%m-%d", Grain.MONTH: "%Y-%m"}[grain]
    found = charts.filled([], first, last, grain)
    assert [one.start.strftime(form) for one in found] == starts
    kept = Point(found[1].start.replace(tzinfo=SHANGHAI), Counts(begun=7))
    assert [one.counts.begun for one in charts.filled([kept], first, last, grain)][:2] == [0, 7]


def test_the_heat_map_has_every_hour_of_the_week_its_peak_and_its_quietest_time() -> None:
    drawn = charts.heat([Busy(0, 15, 60), Busy(2, 9, 30), Busy(6, 22, 1)])
    assert len(drawn.cells) == 7 * 24
    shades = {cell.words: cell.shade for cell in drawn.cells}
    assert shades["周一 15 时：60 份"] == "h6"
    assert shades["周三 9 时：30 份"] == "h3"
    assert shades["周日 22 时：1 份"] == "h1", "something is never as light as nothing"
    assert shades["周二 3 时：0 份"] == "h0"
    assert drawn.peak is not None
    assert drawn.peak.words == "周一 15 时：60 份"
    assert drawn.summary.startswith("最忙：周一 15 时，60 份。最闲：周一 2 时到 5 时")
    assert drawn.table[15] == (15, (60, 0, 0, 0, 0, 0, 0))
    assert charts.heat([]).summary == "这段时间没有人签。"


def test_the_funnel_says_how_many_stopped_before_each_step() -> None:
    stages = charts.funnel([Step("todo", "收到待办", 200), Step("opened", "打开文书", 150), Step("done", "签好", 150)])
    assert [(stage.part, stage.lost) for stage in stages] == [(100.0, 0), (75.0, 50), (75.0, 0)]
    assert [stage.part for stage in charts.funnel([Step("todo", "收到待办", 0)])] == [0.0]


def test_bars_are_as_long_as_their_share_of_the_longest_and_slices_fill_the_whole() -> None:
    drawn = charts.bars([Share("a", "甲", Counts(begun=30)), Share("b", "乙", Counts(begun=10))])
    assert [(bar.length, bar.part) for bar in drawn] == [(100.0, 75.0), (33.3, 25.0)]
    cut = charts.slices([("变更", 3), ("注销", 0), ("设立", 1)])
    assert [(one.x, one.width, one.words) for one in cut] == [
        (0.0, 75.0, "变更 3 份，75.0%"),
        (75.0, 25.0, "设立 1 份，25.0%"),
    ]
