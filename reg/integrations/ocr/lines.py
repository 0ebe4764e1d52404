"""Lines of writing with their places (文字行): what the engine gives and the parser takes. Pure geometry."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One line of writing: text, how sure each of its characters is (0 to 1), and its corners clockwise from the
    upper left."""

    text: str
    sure: tuple[float, ...]
    corners: tuple[Point, Point, Point, Point]

    @property
    def score(self) -> float:
        """A line is as sure as its weakest character: one rare character among common ones must show."""
        return min(self.sure, default=0.0)

    @property
    def angle(self) -> float:
        """Degrees by which the line climbs down to the right."""
        (x0, y0), (x1, y1) = self.corners[0], self.corners[1]
        return math.degrees(math.atan2(y1 - y0, x1 - x0))

    @property
    def length(self) -> float:
        return math.dist(self.corners[0], self.corners[1])

    @property
    def height(self) -> float:
        return math.dist(self.corners[0], self.corners[3])

    @property
    def left(self) -> float:
        return (self.corners[0][0] + self.corners[3][0]) / 2

    @property
    def right(self) -> float:
        return (self.corners[1][0] + self.corners[2][0]) / 2

    @property
    def middle(self) -> float:
        """The y of its middle."""
        return sum(y for _, y in self.corners) / 4

    def turned(self, degrees: float) -> Line:
        """Turned about the origin."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        a, b, c, d = ((x * cos - y * sin, x * sin + y * cos) for x, y in self.corners)
        return Line(self.text, self.sure, (a, b, c, d))

    def part(self, start: int, end: int) -> Line:
        """The characters from `start` to before `end`, and about where they stand."""
        length = max(1, len(self.text))
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.corners
        upper, lower = (
            [(x + (x1 - x) * share, y + (y1 - y) * share) for share in (start / length, end / length)]
            for (x, y), (x1, y1) in (((ax, ay), (bx, by)), ((dx, dy), (cx, cy)))
        )
        return Line(self.text[start:end], self.sure[start:end], (upper[0], upper[1], lower[1], lower[0]))


def line_of(text: str, sure: float | Sequence[float], corners: tuple[Point, Point, Point, Point]) -> Line:
    """A line without its blanks; `sure` for each character or one for all."""
    each = [sure] * len(text) if isinstance(sure, float) else list(sure)
    kept = [(char, score) for char, score in zip(text, each, strict=True) if not char.isspace()]
    return Line("".join(char for char, _ in kept), tuple(score for _, score in kept), corners)


def levelled(lines: Sequence[Line], tolerance: float = 9.0) -> list[Line]:
    """The lines turned level by their common slope; what runs in another direction (watermarks) is left out."""
    slope = common_slope(lines)
    return [line.turned(-slope) for line in lines if abs(line.angle - slope) <= tolerance]


def common_slope(lines: Iterable[Line]) -> float:
    """The slope of the median centimetre of writing."""
    weighted = sorted((line.angle, line.length) for line in lines)
    half, seen = sum(length for _, length in weighted) / 2, 0.0
    for angle, length in weighted:
        seen += length
        if seen >= half:
            return angle
    return 0.0
