"""Pages side by side (重复页、页序提示): has a page come twice, does the order look wrong? R035. Hints, never a stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from foundation.pdf.photos import Straightened, upright

WIDTH, HEIGHT = 48, 68
RIM = 3
SHIFT = 2
SAME = 0.86
"""Correlation of the ink from which two pages are taken for one."""
INK = 26


@dataclass(frozen=True)
class Fingerprint:
    """Where the ink is on a page: a perceptual hash that a small crop or another light does not change."""

    cells: bytes
    upright: bool
    """Taller than wide."""

    def likeness(self, other: Fingerprint) -> float:
        """-1 to 1; the best correlation when one is shifted a little over the other."""
        one, two = (np.frombuffer(f.cells, np.uint8).reshape(HEIGHT, WIDTH).astype(np.float32) for f in (self, other))
        inner = one[SHIFT:-SHIFT, SHIFT:-SHIFT]
        if inner.std() < 1 or two.std() < 1:
            return 1.0 if inner.std() < 1 and two.std() < 1 else 0.0
        return float(cv2.matchTemplate(two, inner, cv2.TM_CCOEFF_NORMED).max())


def fingerprint(picture: bytes) -> Fingerprint:
    """Of a straightened page (JPEG or PNG)."""
    pixels, _ = upright(picture)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    standing = grey.shape[0] >= grey.shape[1]
    if not standing:
        grey = np.ascontiguousarray(np.rot90(grey))
    return Fingerprint(cells=_ink(grey).tobytes(), upright=standing)


def _ink(grey: MatLike) -> MatLike:
    """How much darker than the paper around it each cell is, 0 to 255, the rim left out."""
    calm = cv2.resize(grey, (WIDTH * 12, HEIGHT * 12), interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(calm, np.ones((15, 15), np.uint8)), (0, 0), 12)
    dark = (paper.astype(np.float32) - calm.astype(np.float32) - INK).clip(0, 80)
    cells = cv2.GaussianBlur(cv2.resize(dark, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), (0, 0), 0.8)
    cells[:RIM], cells[-RIM:], cells[:, :RIM], cells[:, -RIM:] = 0, 0, 0, 0
    scaled: MatLike = (cells * (255.0 / max(1.0, float(cells.max())))).astype(np.uint8)
    return scaled


def duplicates(pages: Sequence[Fingerprint]) -> list[tuple[int, int]]:
    """Pairs of page numbers (from 1) that look like one page."""
    return [
        (i + 1, j + 1)
        for j in range(len(pages))
        for i in range(j)
        if pages[i].upright == pages[j].upright and pages[i].likeness(pages[j]) >= SAME
    ]


def hints(pages: Sequence[Straightened]) -> list[str]:
    """Sentences about pages together: twice the same, taken in another order, one lying among standing ones."""
    prints = [fingerprint(page.jpeg) for page in pages]
    said = [f"第 {i} 页和第 {j} 页看起来是同一页，请看看是不是拍重了。" for i, j in duplicates(prints)]
    times = [page.taken_at for page in pages]
    if all(times) and times != sorted(times, key=str):
        said.append("这几页的先后和拍照的先后不一样，请核对页序。")
    lying = [number for number, one in enumerate(prints, start=1) if not one.upright]
    if 0 < len(lying) < len(pages):
        said.append(f"第 {'、'.join(map(str, lying))} 页是横着的，其他页是竖着的，请看看要不要转过来。")
    first = title_page(pages)
    if first is not None and first != 1:
        said.append(f"第 {first} 页看起来像首页，请核对页序。")
    return said


def title_page(pages: Sequence[Straightened]) -> int | None:
    """The one page (from 1) with a large line standing in the middle of its upper part; None unless it is alone."""
    found = [number for number, page in enumerate(pages, start=1) if _has_title(page)]
    return found[0] if len(found) == 1 and len(pages) > 1 else None


def _has_title(page: Straightened) -> bool:
    pixels, _ = upright(page.jpeg)
    if pixels.shape[0] < pixels.shape[1]:
        return False
    grey = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), (600, 848), interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(grey, np.ones((15, 15), np.uint8)), (0, 0), 12)
    dark: MatLike = ((paper.astype(np.int16) - grey) > 70).astype(np.uint8)
    dark[:, :30], dark[:, -30:] = 0, 0
    lines = _lines(dark)
    if len(lines) < 3:
        return False
    top, bottom = lines[0]
    columns = np.nonzero(dark[top:bottom].any(axis=0))[0]
    middle, width = (columns[0] + columns[-1]) / 2, columns[-1] - columns[0]
    usual = float(np.median([low - high for high, low in lines[1:]]))
    return bool(top < 848 * 0.25 and bottom - top > 1.4 * usual and abs(middle - 300) < 45 and width < 360)


def _lines(dark: MatLike) -> list[tuple[int, int]]:
    """Rows of writing from the top: where ink begins and ends, at least six pixels high."""
    inked = np.concatenate([[False], dark.sum(axis=1) > 3, [False]])
    changes = np.flatnonzero(inked[1:] != inked[:-1])
    return [(int(a), int(b)) for a, b in zip(changes[::2], changes[1::2], strict=True) if b - a >= 6]
