"""From photograph to fields (证件照片识别): straighten, read, parse, judge. Runs in the OCR worker only. R016, R020."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from cv2.typing import MatLike

from foundation.pdf.outline import Outline, find_outline
from foundation.pdf.photos import SURE, UNSHARP, PhotoUnreadable, flatten, glare_share, sharpness, upright
from reg.integrations.ocr.engine import read_lines
from reg.integrations.ocr.idcard import SideRead, parse
from reg.integrations.ocr.lines import common_slope
from reg.integrations.ocr.result import IdCardRead, Problem, Side, Trouble

PHOTO_SIDE = 2000
LONG_SIDE = 1280
TOO_MUCH_WRITING = 110
"""Characters beyond which well-read writing is of some other paper, and another way up will not help."""
CARD_RATIO = 85.6 / 54.0
GLARE = 0.006
DARK = 70
COPY_COLOUR = 5.0
SIDE_WORDS: dict[Side, str] = {"front": "人像面", "back": "国徽面"}
OTHER: dict[Side, Side] = {"front": "back", "back": "front"}


def read(front: bytes | None, back: bytes | None) -> IdCardRead:
    """Both pictures, whichever side each shows, put together."""
    sent: list[tuple[Side, bytes]] = []
    if front is not None:
        sent.append(("front", front))
    if back is not None:
        sent.append(("back", back))
    return _together([(meant, _read_picture(picture)) for meant, picture in sent])


def _together(reads: list[tuple[Side, SideRead]]) -> IdCardRead:
    fields: dict[str, str] = {}
    confidence: dict[str, float] = {}
    problems: list[Problem] = []
    seen: list[Side] = []
    for meant, got in reads:
        problems.extend(problem for problem in got.problems if problem not in problems)
        if got.side is None:
            continue
        problems.extend(_side_problem(meant, got.side, reads, seen))
        seen.append(got.side)
        for name, value in got.fields.items():
            if got.confidence[name] > confidence.get(name, -1.0):
                fields[name], confidence[name] = value, got.confidence[name]
    return IdCardRead(fields, confidence, tuple(dict.fromkeys(seen)), tuple(problems))


def _side_problem(meant: Side, side: Side, reads: list[tuple[Side, SideRead]], seen: list[Side]) -> Iterator[Problem]:
    """The right sides in the wrong order are fine; a side that is wanted and not there is told."""
    if side in seen:
        yield Problem.of(Trouble.SAME_SIDE, SIDE_WORDS[side], SIDE_WORDS[OTHER[side]])
    elif side != meant and not any(got.side == meant for _, got in reads) and len(reads) == 1:
        yield Problem.of(Trouble.WRONG_SIDE, SIDE_WORDS[side], SIDE_WORDS[meant])


def _read_picture(data: bytes) -> SideRead:
    try:
        picture, _ = upright(data, longest=PHOTO_SIDE)
    except PhotoUnreadable:
        return SideRead(problems=[Problem.of(Trouble.UNREADABLE)])
    outline = find_outline(picture, ratio=CARD_RATIO)
    if outline is not None and outline.confidence < SURE:
        outline = None
    view, got = _best_reading(picture, outline)
    _judge(got, view, picture, outline)
    return got


# --- which way up ------------------------------------------------------------------------------------------------


def _best_reading(picture: MatLike, outline: Outline | None) -> tuple[MatLike, SideRead]:
    """The first way up that shows an identity card; else the first way up."""
    first: tuple[MatLike, SideRead] | None = None
    for view in _views(picture, outline):
        lines = read_lines(view)
        got = parse(lines)
        if got.side is not None:
            return view, got
        first = first or (view, got)
        if sum(len(line.text) for line in lines if line.score > 0.8) > TOO_MUCH_WRITING:
            break
    return first if first is not None else (picture, SideRead())


def _views(picture: MatLike, outline: Outline | None) -> Iterator[MatLike]:
    """The card as found, turned by halves and quarters, at last the photograph by itself."""
    if outline is not None:
        flat = flatten(picture, outline, "card")
        standing = flat.shape[0] > flat.shape[1]
        for quarters in (1, 3) if standing else (0, 2):
            yield np.ascontiguousarray(np.rot90(flat, quarters))
    yield from _closer(_bounded(picture))


def _bounded(picture: MatLike) -> MatLike:
    scale = min(1.0, LONG_SIDE / max(picture.shape[:2]))
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _closer(picture: MatLike) -> Iterator[MatLike]:
    """Without a card's outline: the part of the picture that has writing, turned level."""
    for quarters in (0, 1, 2, 3):
        turned = np.ascontiguousarray(np.rot90(picture, quarters))
        lines = [line for line in read_lines(turned) if line.score > 0.6]
        if len(lines) < 3 or np.median([line.length / max(1.0, line.height) for line in lines]) < 1.0:
            continue
        yield _cropped(
            turned, lines_box=np.array([corner for line in lines for corner in line.corners]), slope=common_slope(lines)
        )
        return


def _cropped(picture: MatLike, *, lines_box: MatLike, slope: float) -> MatLike:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), slope, 1.0)
    level = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    moved = np.asarray(lines_box) @ turn[:, :2].T + turn[:, 2]
    low, high = moved.min(axis=0) - 30, moved.max(axis=0) + 30
    x0, y0 = (int(max(0, value)) for value in low)
    x1, y1 = int(min(width, high[0])), int(min(height, high[1]))
    part = level[y0:y1, x0:x1]
    return _bounded(part) if part.size else picture


# --- judging the picture -----------------------------------------------------------------------------------------


def _judge(got: SideRead, view: MatLike, picture: MatLike, outline: Outline | None) -> None:
    """What is wrong with the picture, said only where it explains what could not be read or cannot be relied on."""
    side = SIDE_WORDS[got.side] if got.side is not None else "照片"
    troubles: list[Problem] = []
    lacking = got.side is None or bool(got.missing) or any(p.code is Trouble.NUMBER_UNSURE for p in got.problems)
    if outline is not None and glare_share(view) > GLARE:
        troubles.append(Problem.of(Trouble.GLARE, side))
    if lacking:
        troubles.extend(_reasons(side, view, picture, outline))
    if got.side is None:
        troubles.append(Problem.of(Trouble.NOT_A_CARD))
    elif got.missing and not troubles:
        troubles.append(Problem.of(Trouble.INCOMPLETE, side, "、".join(got.missing)))
    if got.side is not None and colourfulness(view) < COPY_COLOUR:
        troubles.append(Problem.of(Trouble.COPY, side))
    got.problems[:0] = troubles


def _reasons(side: str, view: MatLike, picture: MatLike, outline: Outline | None) -> Iterator[Problem]:
    if float(np.percentile(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), 80)) < DARK:
        yield Problem.of(Trouble.DARK, side)
    if outline is not None and max(outline.size()) < 420:
        yield Problem.of(Trouble.SMALL, side)
    elif sharpness(view, "card") < UNSHARP["card"]:
        yield Problem.of(Trouble.UNSHARP, side)


def colourfulness(view: MatLike) -> float:
    """How far the colours of a card spread, in hundredths, whatever the light: a black-and-white copy has one tint."""
    small = cv2.GaussianBlur(cv2.resize(view, (126, 80), interpolation=cv2.INTER_AREA), (0, 0), 1.5)
    inner = small[6:-6, 6:-6].reshape(-1, 3).astype(np.float32) + 8
    lit = inner[inner.max(axis=1) < 250]  # where a channel is burnt out its colour is not known
    if len(lit) < len(inner) // 10:
        return 100.0
    tint = lit / lit.mean(axis=1, keepdims=True)
    tint /= np.median(tint, axis=0)
    low, high = np.percentile(tint, [4, 96], axis=0)
    return float(np.linalg.norm(high - low) * 100)
