"""Photographs of papers (拍照上传): straightened, gently evened out, and judged at once. R035, R016.

What is not sure is left as it was taken, and said. Sentences teach: what is wrong on which page and how to take it
again. Loads OpenCV; import it by name, in a worker rather than in a web process.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageOps

from foundation.pdf.assemble import on_white
from foundation.pdf.outline import Outline, Pixels, Plane, find_outline
from foundation.pdf.verdict import MAX_PHOTO_PIXELS

Expect = Literal["sheet", "card"]
RATIO: dict[Expect, float] = {"sheet": 2**0.5, "card": 85.6 / 54.0}
LONG_SIDE: dict[Expect, int] = {"sheet": 2200, "card": 1011}
SNAP = 0.14
"""How far the measured shape may be off A4 or the card and still be taken for it."""
SURE = 0.55
TRIM = 0.004
"""Share of the long side cut off all round, so that no line of table is left."""
JPEG_QUALITY = 82
MAX_WORKING_SIDE = 3000

UNSHARP: dict[Expect, float] = {"sheet": 0.5, "card": 0.45}
TOO_SMALL_SIDE: dict[Expect, float] = {"sheet": 1000, "card": 480}
DARK_LEVEL = 95
GLARE_SHARE = 0.012
SHADOW_RATIO = 0.42


class Trouble(StrEnum):
    """What can be wrong with a photo; the value names it in data, advice() says it."""

    UNSHARP = "unsharp"
    SMALL = "small"
    DARK = "dark"
    GLARE = "glare"
    SHADOW = "shadow"
    NOT_FOUND = "not_found"


_ADVICE: dict[Trouble, str] = {
    Trouble.UNSHARP: "第 {0} 页不清楚，请在光线好的地方重拍，拿稳手机，等对上焦再按。",
    Trouble.SMALL: "第 {0} 页拍得太小，请靠近些，让纸张占满画面后重拍。",
    Trouble.DARK: "第 {0} 页太暗，请开灯或到窗边重拍。",
    Trouble.GLARE: "第 {0} 页有反光，有些字看不见，请换个角度、关掉闪光灯后重拍。",
    Trouble.SHADOW: "第 {0} 页有明显的影子，请让光从侧面来，避开手和手机的影子后重拍。",
    Trouble.NOT_FOUND: "第 {0} 页没有找到纸张的四个角，已保留原照片；把纸放在深色桌面上、四角都拍进去，就能自动摆正。",
}
BLOCKING = frozenset({Trouble.UNSHARP, Trouble.SMALL})
"""What makes a page useless to the examiner; the rest are hints."""


class PhotoUnreadable(ValueError):
    """The bytes are no picture that decodes (admission was left out)."""


@dataclass(frozen=True)
class Straightened:
    """A photo after straightening."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    straightened: bool
    """False: not sure where the sheet is, the picture is as it was taken (turned upright by EXIF)."""
    corners: tuple[tuple[float, float], ...]
    """The sheet's corners in the upright photo, clockwise from the upper left; empty when none were found."""
    confidence: float
    sharpness: float
    """0 (nothing to read) to 1 (crisp); below UNSHARP it must be taken again."""
    troubles: tuple[Trouble, ...]
    taken_at: str | None
    """When the camera says it was taken (EXIF, local, sorts as text)."""

    def advice(self, page_no: int) -> list[str]:
        """The sentences for this photo as page `page_no`."""
        return [_ADVICE[trouble].format(page_no) for trouble in self.troubles]

    @property
    def usable(self) -> bool:
        return not BLOCKING.intersection(self.troubles)


def straighten(data: bytes, *, expect: Expect = "sheet") -> Straightened:
    """Find the sheet (or card), take out the perspective, even the light out a little, judge the outcome."""
    picture, taken_at = upright(data)
    outline = find_outline(picture, ratio=RATIO["card"] if expect == "card" else None)
    found = outline is not None and outline.confidence >= SURE
    flat = flatten(picture, outline, expect) if outline is not None and found else picture
    troubles = _troubles(flat, outline if found else None, picture, expect)
    if not found and not _fills_the_frame(picture):
        troubles.append(Trouble.NOT_FOUND)
    result = _evened(flat) if found and expect == "sheet" else _bounded(flat, LONG_SIDE["sheet"])
    return Straightened(
        jpeg=_jpeg(result),
        width=result.shape[1],
        height=result.shape[0],
        straightened=found,
        corners=tuple((float(x), float(y)) for x, y in outline.corners) if outline is not None and found else (),
        confidence=round(outline.confidence, 3) if outline is not None else 0.0,
        sharpness=round(sharpness(flat, expect), 3),
        troubles=tuple(troubles),
        taken_at=taken_at,
    )


def upright(data: bytes, *, longest: int = MAX_WORKING_SIDE) -> tuple[Pixels, str | None]:
    """The picture as it was held (EXIF), BGR, at most `longest` pixels long, and when it was taken."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MAX_PHOTO_PIXELS:
                raise PhotoUnreadable("too many pixels")
            picture.draft("RGB", (longest, longest))
            taken_at = picture.getexif().get_ifd(0x8769).get(0x9003)
            # a palette cannot be scaled down smoothly, so it is made RGB first; a photo only once it is small
            image: Image.Image = picture if picture.mode in {"RGB", "L"} else on_white(picture)
            image.thumbnail((longest, longest), Image.Resampling.BICUBIC, reducing_gap=2.0)
            image = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PhotoUnreadable(str(error)) from error
    pixels: Pixels = cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR)
    return pixels, str(taken_at) if taken_at else None


def flatten(picture: Pixels, outline: Outline, expect: Expect) -> Pixels:
    """The sheet seen from above, in the shape of A4 or of the card when it is about that shape."""
    width, height = outline.size()
    lying = width > height
    ratio, ideal = max(width, height) / max(1.0, min(width, height)), RATIO[expect]
    if abs(ratio / ideal - 1) < SNAP:
        ratio = ideal
    long_side = min(LONG_SIDE[expect], max(width, height) * 1.1) if expect == "sheet" else LONG_SIDE[expect]
    wide, high = (long_side, long_side / ratio) if lying else (long_side / ratio, long_side)
    rim = TRIM * long_side if expect == "sheet" else 0.0
    target = np.array([[-rim, -rim], [wide + rim, -rim], [wide + rim, high + rim], [-rim, high + rim]], np.float32)
    matrix = cv2.getPerspectiveTransform(outline.corners, target)
    flat: Pixels = cv2.warpPerspective(
        picture, matrix, (round(wide), round(high)), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return flat


def turn(jpeg: bytes, quarters: int) -> bytes:
    """A straightened page turned clockwise by quarters, for the button 转一下."""
    picture, _ = upright(jpeg)
    return _jpeg(np.ascontiguousarray(np.rot90(picture, -quarters)))


def _fills_the_frame(picture: Pixels) -> bool:
    """A scan: paper to the very rim, no table to be seen."""
    paper = _background(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))
    rim = np.concatenate([paper[0], paper[-1], paper[:, 0], paper[:, -1]])
    return bool(rim.min() > 150 and rim.max() - rim.min() < 60)


# --- judging -----------------------------------------------------------------------------------------------------


def _troubles(flat: Pixels, outline: Outline | None, picture: Pixels, expect: Expect) -> list[Trouble]:
    troubles: list[Trouble] = []
    if max(outline.size() if outline is not None else picture.shape[:2]) < TOO_SMALL_SIDE[expect]:
        troubles.append(Trouble.SMALL)
    elif sharpness(flat, expect) < UNSHARP[expect]:
        troubles.append(Trouble.UNSHARP)
    paper = _background(cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY))
    bright, dull = float(np.percentile(paper, 90)), float(np.percentile(paper, 8))
    if bright < DARK_LEVEL:
        troubles.append(Trouble.DARK)
    elif outline is not None and dull < SHADOW_RATIO * bright:
        troubles.append(Trouble.SHADOW)
    if glare_share(flat) > GLARE_SHARE:
        troubles.append(Trouble.GLARE)
    return troubles


def _background(grey: Pixels) -> Plane:
    """The paper without its writing: the brightest nearby, smoothed, at an eighth of the size."""
    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    open_paper = cv2.dilate(small, np.ones((9, 9), np.uint8))
    smooth: Plane = cv2.GaussianBlur(open_paper, (0, 0), 6).astype(np.float32)
    return smooth


def glare_share(flat: Pixels) -> float:
    """Share of the sheet burnt out to pure white, when the rest of it is not."""
    least = cv2.resize(flat.min(axis=2), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    burnt = cv2.morphologyEx((least >= 252).astype(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    share = float(burnt.mean())
    return share if float(np.percentile(least, 50)) < 246 else 0.0


def sharpness(flat: Pixels, expect: Expect = "sheet") -> float:
    """How steep the strokes are: steepest slope over height of the step, where there are strokes; 0 to 1.

    Measured at a fixed size, so that it says how well the writing can be read and not how many pixels there are.
    """
    size = 1500 if expect == "sheet" else 1011
    scale = size / max(flat.shape[:2])
    grey = cv2.resize(
        cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY),
        None,
        fx=scale,
        fy=scale,
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
    )
    calm = cv2.GaussianBlur(grey, (0, 0), 0.7).astype(np.float32)
    around = np.ones((9, 9), np.uint8)
    step = cv2.dilate(calm, around) - cv2.erode(calm, around)
    slope = cv2.magnitude(cv2.Sobel(calm, cv2.CV_32F, 1, 0), cv2.Sobel(calm, cv2.CV_32F, 0, 1)) / 8
    steep = cv2.dilate(slope, around)
    paper = float(np.percentile(calm, 80))
    inner = np.zeros(step.shape, bool)
    margin_y, margin_x = step.shape[0] // 25, step.shape[1] // 25
    inner[margin_y:-margin_y, margin_x:-margin_x] = True
    strokes = inner & (step > max(24.0, 0.22 * paper))
    if np.count_nonzero(strokes) < 0.0005 * strokes.size:
        return 0.0
    ratio = steep[strokes] / step[strokes]
    return float(min(1.0, np.percentile(ratio, 60) / 0.42))


# --- the picture that is kept ------------------------------------------------------------------------------------


def _evened(flat: Pixels) -> Pixels:
    """Shadows lifted half-way and the paper nearly white; colours of seals and signatures stay."""
    paper = cv2.resize(
        np.stack([_background(flat[..., channel]) for channel in range(3)], axis=-1),
        (flat.shape[1], flat.shape[0]),
        interpolation=cv2.INTER_CUBIC,
    ).clip(32, 255)
    gain = (250.0 / paper) ** 0.92
    evened: Pixels = (flat.astype(np.float32) * gain).clip(0, 255).astype(np.uint8)
    return evened


def _bounded(picture: Pixels, long_side: int) -> Pixels:
    scale = long_side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    smaller: Pixels = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return smaller


def _jpeg(picture: Pixels) -> bytes:
    done, out = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise PhotoUnreadable("the picture could not be written")
    return out.tobytes()
