"""Where the sheet lies in a photograph (找出纸张四角). Pure geometry on arrays; loads OpenCV.

Several ways of telling sheet from table propose four-sided outlines; each is scored by how well its sides stand
on real edges and how differently it looks inside and outside. Nothing certain is found in a photo without a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

Pixels = MatLike
"""A picture, BGR, eight bits."""
Plane = MatLike
"""One channel of floats."""
Corners = MatLike
"""Four points: upper left, upper right, lower right, lower left."""

SEARCH_SIDE = 720
MIN_SHARE = 0.06
GOOD_ENOUGH = 0.22
"""How much less sure a larger outline may be."""
LARGER = 1.12
"""How much larger it must be to be preferred."""
RATIO_TOLERANCE = 0.28
MAX_TURN_OF_A_CORNER = 38.0
"""Degrees by which a corner may differ from a right angle."""


@dataclass(frozen=True)
class Outline:
    """A sheet found in a picture, in the picture's own pixels."""

    corners: Corners
    confidence: float
    """0 to 1; below photos.SURE the picture is better left alone."""

    def size(self) -> tuple[float, float]:
        """Width and height of the sheet as it lies: the longer of opposite sides."""
        a, b, c, d = self.corners
        width = max(np.linalg.norm(b - a), np.linalg.norm(c - d))
        height = max(np.linalg.norm(d - a), np.linalg.norm(c - b))
        return float(width), float(height)

    @property
    def ratio(self) -> float:
        """Long side by short side."""
        width, height = self.size()
        return max(width, height) / max(1.0, min(width, height))

    @property
    def area(self) -> float:
        return float(cv2.contourArea(self.corners))


def find_outline(picture: Pixels, *, ratio: float | None = None) -> Outline | None:
    """The best four-sided outline, or None. `picture` is BGR; `ratio` is the long side by the short, when it is known.

    Of several good ones the largest is taken: the edge of a shadow must not cut a page in two.
    """
    scale = min(1.0, SEARCH_SIDE / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    calm = cv2.bilateralFilter(small, 7, 40, 7)
    gradient = _gradient(calm)
    proposals = [_refined(proposal, gradient) for proposal in _proposals(calm)]
    scored = [Outline(corners, _confidence(corners, gradient, calm)) for corners in proposals]
    if ratio is not None:
        scored = [outline for outline in scored if abs(outline.ratio / ratio - 1) < RATIO_TOLERANCE]
    scored = [outline for outline in scored if outline.confidence > 0]
    if not scored:
        return None
    chosen = best = max(scored, key=lambda outline: outline.confidence)
    for outline in sorted(scored, key=lambda outline: -outline.confidence):
        if outline.confidence >= best.confidence - GOOD_ENOUGH and outline.area > LARGER * chosen.area:
            chosen = outline
    return Outline(chosen.corners / np.float32(scale), chosen.confidence)


def _gradient(calm: Pixels) -> MatLike:
    """The strongest change of any colour channel at each pixel."""
    across = np.abs(cv2.Scharr(calm, cv2.CV_32F, 1, 0)).max(axis=2)
    down = np.abs(cv2.Scharr(calm, cv2.CV_32F, 0, 1)).max(axis=2)
    strength: MatLike = cv2.magnitude(across, down)
    return strength


def _proposals(calm: Pixels) -> Iterator[Corners]:
    """Outlines seen by brightness, by paleness of colour, by difference from the rim, and by edges."""
    grey = cv2.cvtColor(calm, cv2.COLOR_BGR2GRAY)
    pale = 255 - cv2.cvtColor(calm, cv2.COLOR_BGR2HSV)[..., 1]
    masks = [cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1] for plane in (grey, pale)]
    masks += [255 - masks[0], _unlike_rim(calm)]
    for low, high in ((30, 90), (60, 160)):
        edges = cv2.Canny(calm, low, high)
        masks.append(cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8), iterations=2))
    for mask in masks:
        clean = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)) if mask.mean() > 12 else mask
        contours, _ = cv2.findContours(clean, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:3]:
            yield from _quadrilaterals(contour, calm.shape[0] * calm.shape[1])


def _unlike_rim(calm: Pixels) -> Pixels:
    """What differs in colour from the picture's rim, which usually is table."""
    lab = cv2.cvtColor(calm, cv2.COLOR_BGR2LAB).astype(np.float32)
    band = max(4, min(calm.shape[:2]) // 40)
    rim = np.concatenate([side.reshape(-1, 3) for side in (lab[:band], lab[-band:], lab[:, :band], lab[:, -band:])])
    distance = np.linalg.norm(lab - np.median(rim, axis=0), axis=2)
    mask: Pixels = cv2.threshold(distance.clip(0, 255).astype(np.uint8), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    return mask


def _quadrilaterals(contour: MatLike, area: float) -> Iterator[Corners]:
    """The contour's hull as four points: by its four longest sides, by simplification, by a turned rectangle."""
    hull = cv2.convexHull(contour)
    if cv2.contourArea(hull) < MIN_SHARE * area:
        return
    length = cv2.arcLength(hull, True)
    longest = _four_sides(cv2.approxPolyDP(hull, 0.008 * length, True).reshape(-1, 2).astype(np.float32))
    if longest is not None:
        yield in_order(longest)
    for tolerance in (0.02, 0.035, 0.05, 0.08):
        points = cv2.approxPolyDP(hull, tolerance * length, True)
        if len(points) == 4:
            yield in_order(points.reshape(4, 2).astype(np.float32))
            break
    yield in_order(cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float32))


def _four_sides(points: Corners) -> Corners | None:
    """The four longest sides prolonged until they cross: a card's round corners become square ones."""
    if len(points) < 4:
        return None
    sides = [(points[i], points[(i + 1) % len(points)]) for i in range(len(points))]
    by_length = sorted(range(len(sides)), key=lambda i: -float(np.linalg.norm(sides[i][1] - sides[i][0])))
    chosen = [sides[i] for i in sorted(by_length[:4])]
    lines = [
        (float(end[0] - start[0]), float(end[1] - start[1]), float(start[0]), float(start[1])) for start, end in chosen
    ]
    crossed = [_crossing(lines[i - 1], lines[i]) for i in range(4)]
    found = [point for point in crossed if point is not None]
    return np.array(found, np.float32) if len(found) == 4 else None


def in_order(points: Corners) -> Corners:
    """Clockwise from the upper left: the corner from which the sheet reads when it is turned less than 45°."""
    middle = points.mean(axis=0)
    around = points[np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))]
    first = int(np.argmin(around.sum(axis=1)))
    return np.roll(around, -first, axis=0)


def _confidence(corners: Corners, gradient: MatLike, calm: Pixels) -> float:
    """Sides that lie on edges × right enough corners × inside unlike outside × not the picture's own rim."""
    square = _squareness(corners)
    if square == 0:
        return 0.0
    height, width = gradient.shape
    share = cv2.contourArea(corners) / (height * width)
    if not MIN_SHARE <= share <= 0.985:
        return 0.0
    strong = float(np.clip(np.percentile(gradient, 90), 60.0, 400.0))
    sides = [_edge_share(corners[i], corners[(i + 1) % 4], gradient, strong) for i in range(4)]
    support = 0.6 * float(np.mean(sides)) + 0.4 * min(sides)
    return float(square * support * (0.3 + 0.7 * _contrast(corners, calm)))


def _squareness(corners: Corners) -> float:
    """1 for right angles, 0 when a corner is off by MAX_TURN_OF_A_CORNER or the outline is not convex."""
    worst = 0.0
    for i in range(4):
        one, other = corners[i - 1] - corners[i], corners[(i + 1) % 4] - corners[i]
        lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
        if lengths == 0:
            return 0.0
        worst = max(worst, abs(90.0 - float(np.degrees(np.arccos(np.clip(one @ other / lengths, -1, 1))))))
    if worst >= MAX_TURN_OF_A_CORNER or not cv2.isContourConvex(corners):
        return 0.0
    return 1.0 - 0.5 * worst / MAX_TURN_OF_A_CORNER


def _along(start: MatLike, end: MatLike, count: int) -> MatLike:
    """Points of a side, its corners (which may be round) left out."""
    steps = np.linspace(0.08, 0.92, count, dtype=np.float32)[:, None]
    points: MatLike = start + (end - start) * steps
    return points


def _edge_share(start: MatLike, end: MatLike, gradient: MatLike, strong: float) -> float:
    """Share of a side's points with a strong edge within three pixels across it."""
    normal = _normal(start, end)
    points = _along(start, end, 48)
    best = np.zeros(len(points), np.float32)
    for offset in range(-3, 4):
        best = np.maximum(best, _sample(gradient, points + normal * offset))
    return float((best >= strong * 0.6).mean())


def _normal(start: MatLike, end: MatLike) -> MatLike:
    along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    return np.array([-along[1], along[0]], np.float32)


def _sample(plane: MatLike, points: MatLike) -> MatLike:
    height, width = plane.shape
    x = np.clip(np.rint(points[:, 0]).astype(int), 0, width - 1)
    y = np.clip(np.rint(points[:, 1]).astype(int), 0, height - 1)
    picked: MatLike = plane[y, x]
    return picked


def _contrast(corners: Corners, calm: Pixels) -> float:
    """How differently just inside and just outside look, 0 to 1, on the least different side but one."""
    middle = corners.mean(axis=0)
    lab = cv2.cvtColor(calm, cv2.COLOR_BGR2LAB).astype(np.float32)
    differences = []
    for i in range(4):
        points = _along(corners[i], corners[(i + 1) % 4], 32)
        inward = middle - points
        inward /= np.linalg.norm(inward, axis=1, keepdims=True) + 1e-6
        inside = np.stack([_sample(lab[..., c], points + inward * 9) for c in range(3)], axis=1)
        outside = np.stack([_sample(lab[..., c], points - inward * 9) for c in range(3)], axis=1)
        stretches = (inside - outside).reshape(4, 8, 3).mean(axis=1)  # texture averages out, a sheet does not
        differences.append(float(np.median(np.linalg.norm(stretches, axis=1))))
    return min(1.0, sorted(differences)[1] / 40)


def _refined(corners: Corners, gradient: MatLike) -> Corners:
    """Each side moved onto the line through its strongest edge points, the corners where the lines cross."""
    lines = []
    for i in range(4):
        start, end = corners[i], corners[(i + 1) % 4]
        normal, points = _normal(start, end), _along(start, end, 64)
        offsets = np.arange(-5, 6, dtype=np.float32)
        strengths = np.stack([_sample(gradient, points + normal * offset) for offset in offsets])
        moved = points + normal * offsets[strengths.argmax(axis=0)][:, None]
        vx, vy, x, y = (float(v) for v in cv2.fitLine(moved, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel())
        lines.append((vx, vy, x, y))
    crossed = [_crossing(lines[i - 1], lines[i]) for i in range(4)]
    refined = np.array([point if point is not None else corners[i] for i, point in enumerate(crossed)], np.float32)
    moved_far = np.linalg.norm(refined - corners, axis=1).max() > 0.04 * max(gradient.shape)
    return corners if moved_far else refined


def _crossing(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> MatLike | None:
    across = one[0] * other[1] - one[1] * other[0]
    if abs(across) < 1e-6:
        return None
    t = ((other[2] - one[2]) * other[1] - (other[3] - one[3]) * other[0]) / across
    return np.array([one[2] + t * one[0], one[3] + t * one[1]], np.float32)
