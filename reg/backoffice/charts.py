"""The drawing of counts as values for SVG: where a line runs, how dark a cell is, how long a bar. No colours, no words of law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from foundation.operations.watching import Busy, Counts, Grain, Point, Share, Step
from foundation.ui.figures import share

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WIDTH, TOP, FLOOR = 730.0, 28.0, 210.0
LABELS = 6
SHADES = 6
CELL, ROW, LEFT, HEAD = 26, 24, 40, 20


# ---- lines ----


@dataclass(frozen=True)
class Level:
    """A line across, with its number."""

    y: float
    words: str


@dataclass(frozen=True)
class Tick:
    """A word under the chart."""

    x: float
    words: str
    anchor: str


@dataclass(frozen=True)
class Dot:
    """A point that can be pointed at: its place, what it says and where it leads."""

    x: float
    y: float
    words: str
    count: int
    anchor: str = "middle"


@dataclass(frozen=True)
class Trend:
    """A line over time with the area below it, and a second one to compare with."""

    levels: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    line: str
    area: str
    before: str
    dots: tuple[Dot, ...]
    now: Dot | None
    """The stretch that is not over yet; the line ends before it."""

    @property
    def spoken(self) -> str:
        """The latest and the highest, for who does not see the line."""
        if not self.dots:
            return "还没有"
        return f"最近 {self.dots[-1].words}；最高 {max(self.dots, key=lambda dot: dot.count).words}"


def trend(now: Sequence[Point], before: Sequence[Point], grain: Grain, *, running: int | None = None) -> Trend:
    """Begun over time; both series are complete and equally spaced. `running`: which of `now` is not over yet."""
    shown = list(now if running is None else now[: running + 1])
    steps = max(len(now), len(before), 2) - 1
    most = _round_up(max([1, *(one.counts.begun for one in (*shown, *before))]))

    def place(number: int, count: int) -> tuple[float, float]:
        return round(WIDTH * number / steps, 1), round(FLOOR - (FLOOR - TOP) * count / most, 1)

    def path(points: Iterable[Point]) -> str:
        return " ".join("{},{}".format(*place(n, one.counts.begun)) for n, one in enumerate(points))

    over = shown[:running]
    line = path(over)
    last_x = place(max(len(over) - 1, 0), 0)[0]
    dots = [
        Dot(
            *place(n, one.counts.begun),
            f"{point_words(one.start, grain)}：{counts_words(one.counts)}",
            one.counts.begun,
        )
        for n, one in enumerate(shown)
    ]
    return Trend(
        levels=tuple(Level(place(0, most * part // 2)[1], f"{most * part // 2:,}") for part in (1, 2)),
        ticks=tuple(_ticks(now or before, grain, steps)),
        line=line,
        area=f"0,{FLOOR} {line} {last_x},{FLOOR}" if line else "",
        before=path(before),
        dots=tuple(dots[:running]),
        now=None if running is None else replace(dots[running], anchor="end" if running > len(now) / 2 else "start"),
    )


def _ticks(points: Sequence[Point], grain: Grain, steps: int) -> Iterable[Tick]:
    every = max(1, -(-len(points) // LABELS))
    for number in range(0, len(points), every):
        x = round(WIDTH * number / steps, 1)
        anchor = "start" if number == 0 else "end" if x > WIDTH - 30 else "middle"
        yield Tick(x, tick_words(points[number].start, grain, first=points[0].start), anchor)


def tick_words(start: datetime, grain: Grain, *, first: datetime) -> str:
    """As short as the stretch allows."""
    match grain:
        case Grain.HOUR:
            return f"{start.hour}:00" if start.date() == first.date() else f"{start.month}-{start.day} {start.hour}:00"
        case Grain.DAY | Grain.WEEK:
            return f"{start.month}月{start.day}日"
        case Grain.MONTH:
            return f"{start.year}年{start.month}月"


def point_words(start: datetime, grain: Grain) -> str:
    """The name of a stretch, in a table and in a title."""
    match grain:
        case Grain.HOUR:
            return f"{start.month}月{start.day}日 {start.hour} 时"
        case Grain.DAY:
            return f"{start.month}月{start.day}日（{WEEKDAYS[start.weekday()]}）"
        case Grain.WEEK:
            end = start + timedelta(days=6)
            return f"{start.month}月{start.day}日至{end.month}月{end.day}日"
        case Grain.MONTH:
            return f"{start.year}年{start.month}月"


def counts_words(counts: Counts) -> str:
    """发起 12 份，签好 11 份"""
    return f"发起 {counts.begun:,} 份，签好 {counts.signed:,} 份"


def filled(points: Iterable[Point], first: datetime, last: datetime, grain: Grain) -> list[Point]:
    """Every stretch from the one of `first` to the one of `last` (Shanghai), with nothing where nothing was counted."""
    found = {one.start.replace(tzinfo=None): one for one in points}
    start, end, complete = _begin(first.replace(tzinfo=None), grain), last.replace(tzinfo=None), []
    while start <= end:
        complete.append(found.get(start) or Point(start, Counts()))
        start = _next(start, grain)
    return complete


def _begin(moment: datetime, grain: Grain) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match grain:
        case Grain.HOUR:
            return moment.replace(minute=0, second=0, microsecond=0)
        case Grain.DAY:
            return midnight
        case Grain.WEEK:
            return midnight - timedelta(days=midnight.weekday())
        case Grain.MONTH:
            return midnight.replace(day=1)


def _next(start: datetime, grain: Grain) -> datetime:
    match grain:
        case Grain.HOUR:
            return start + timedelta(hours=1)
        case Grain.DAY:
            return start + timedelta(days=1)
        case Grain.WEEK:
            return start + timedelta(days=7)
        case Grain.MONTH:
            return (start + timedelta(days=32)).replace(day=1)


def _round_up(count: int) -> int:
    """The next even number that reads well: 2, 4, 10, 20, 40, 100 …"""
    scale = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if step * scale >= count:
                return step * scale
        scale *= 10


# ---- bars ----


@dataclass(frozen=True)
class Bar:
    """One value of a dimension: its length against the longest, its part of the whole."""

    share: Share
    length: float
    part: float


def bars(shares: Sequence[Share]) -> list[Bar]:
    """Longest first is not assumed: the order is that of the dimension."""
    longest = max((one.counts.begun for one in shares), default=0)
    whole = sum(one.counts.begun for one in shares)
    return [Bar(one, share(one.counts.begun, longest), share(one.counts.begun, whole)) for one in shares]


@dataclass(frozen=True)
class Slice:
    """A part of a bar that adds up to the whole."""

    x: float
    width: float
    tone: str
    words: str


def slices(parts: Iterable[tuple[str, int]]) -> list[Slice]:
    """Parts of one whole next to each other, in the given order."""
    named = [(words, count) for words, count in parts]
    whole, at, found = sum(count for _, count in named), 0.0, []
    for number, (words, count) in enumerate(named):
        if count:
            width = share(count, whole)
            found.append(Slice(round(at, 1), width, f"s{number % 5 + 1}", f"{words} {count:,} 份，{width}%"))
            at += width
    return found


# ---- heat ----


@dataclass(frozen=True)
class Cell:
    """One hour of a weekday."""

    x: int
    y: int
    shade: str
    words: str


@dataclass(frozen=True)
class Heat:
    """24 hours × 7 weekdays; the darker, the more began."""

    rows: tuple[tuple[str, int], ...]
    columns: tuple[tuple[str, int], ...]
    cells: tuple[Cell, ...]
    peak: Cell | None
    table: tuple[tuple[int, tuple[int, ...]], ...]
    """Hour, and its count on every weekday."""
    summary: str


def heat(busy: Iterable[Busy]) -> Heat:
    """The map and what it says in words."""
    count = {(one.weekday, one.hour): one.begun for one in busy}
    most = max(count.values(), default=0)
    cells = {
        (day, hour): Cell(
            LEFT + hour * CELL,
            HEAD + day * ROW,
            f"h{_shade(count.get((day, hour), 0), most)}",
            f"{WEEKDAYS[day]} {hour} 时：{count.get((day, hour), 0):,} 份",
        )
        for day in range(7)
        for hour in range(24)
    }
    top = max(count, key=lambda place: (count[place], -place[0], -place[1]), default=None)
    return Heat(
        rows=tuple((word, HEAD + 16 + number * ROW) for number, word in enumerate(WEEKDAYS)),
        columns=tuple((str(hour), LEFT + 12 + hour * CELL) for hour in range(0, 24, 2)),
        cells=tuple(cells.values()),
        peak=cells[top] if top and most else None,
        table=tuple((hour, tuple(count.get((day, hour), 0) for day in range(7))) for hour in range(24)),
        summary=_heat_words(count, top) if top and most else "这段时间没有人签。",
    )


def _shade(count: int, most: int) -> int:
    return 0 if not count or not most else max(1, round(SHADES * count / most))


def _heat_words(count: Mapping[tuple[int, int], int], top: tuple[int, int]) -> str:
    """The peak, and the three hours in which least begins: when to maintain the system."""
    quiet = min(
        ((day, hour) for day in range(7) for hour in range(22)),
        key=lambda start: (sum(count.get((start[0], start[1] + more), 0) for more in range(3)), abs(start[1] - 2)),
    )
    return (
        f"最忙：{WEEKDAYS[top[0]]} {top[1]} 时，{count[top]:,} 份。"
        f"最闲：{WEEKDAYS[quiet[0]]} {quiet[1]} 时到 {quiet[1] + 3} 时，系统维护可以放在这时。"
    )


# ---- funnel ----


@dataclass(frozen=True)
class Stage:
    """One step of the funnel: how many came here, and how many stopped just before."""

    step: Step
    length: float
    part: float
    lost: int


def funnel(steps: Sequence[Step]) -> list[Stage]:
    """From the first step down."""
    whole = steps[0].count if steps else 0
    lost = [0, *(before.count - after.count for before, after in pairwise(steps))]
    return [
        Stage(one, share(one.count, whole), share(one.count, whole), gone)
        for one, gone in zip(steps, lost, strict=True)
    ]
