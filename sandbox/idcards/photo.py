"""A telephone's photograph of a card (随手拍): crooked, in perspective, under some light, a little blurred."""

from __future__ import annotations

from typing import Literal, assert_never

import cv2
import numpy as np
from cv2.typing import MatLike

from sandbox.idcards.card import Person, back, front

Light = Literal["even", "dim", "warm", "shadow", "glare"]
Picture = MatLike
PHOTO_WIDTH, PHOTO_HEIGHT = 1600, 1200
CARD_SHARE = 0.70


def photo_jpeg(
    person: Person,
    *,
    side: Literal["front", "back"] = "front",
    angle: float = 0.0,
    perspective: float = 0.0,
    light: Light = "even",
    blur: float = 0.0,
    seed: int = 0,
) -> bytes:
    """`angle` in degrees; `perspective` 0 (from above) to 1 (from well aside); `blur` is sigma in pixels."""
    image = np.asarray(front(person) if side == "front" else back(person))
    return shoot(
        cv2.cvtColor(image, cv2.COLOR_RGB2BGR),
        angle=angle,
        perspective=perspective,
        light=light,
        blur=blur,
        seed=seed,
        frame=(PHOTO_WIDTH, PHOTO_HEIGHT),
        share=CARD_SHARE,
        rounded=36,
    )


def shoot(
    flat: Picture,
    *,
    angle: float,
    perspective: float,
    light: Light,
    blur: float,
    seed: int,
    frame: tuple[int, int],
    share: float,
    rounded: int = 0,
) -> bytes:
    """Lay a flat picture on a table and photograph it. The same arguments give the same bytes."""
    dice = np.random.default_rng(seed)
    width, height = frame
    place = _place(flat, angle, perspective, dice, frame, share)
    mask = np.zeros(flat.shape[:2], np.uint8)
    cv2.rectangle(mask, (0, rounded), (mask.shape[1] - 1, mask.shape[0] - 1 - rounded), 255, -1)
    cv2.rectangle(mask, (rounded, 0), (mask.shape[1] - 1 - rounded, mask.shape[0] - 1), 255, -1)
    for x in (rounded, mask.shape[1] - 1 - rounded):
        for y in (rounded, mask.shape[0] - 1 - rounded):
            cv2.circle(mask, (x, y), rounded, 255, -1)
    soft = cv2.warpPerspective(mask, place, frame, flags=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    laid = cv2.warpPerspective(flat, place, frame, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    shade = cv2.GaussianBlur(np.roll(soft[..., 0], (14, 10), (0, 1)), (0, 0), 16)[..., None]
    table = _table(width, height, dice) * (1 - 0.45 * shade)
    photo: MatLike = table * (1 - soft) + laid.astype(np.float32) * soft
    photo = _lit(photo, light, dice, soft[..., 0])
    if blur > 0:
        photo = cv2.GaussianBlur(photo, (0, 0), blur)
    tile = dice.normal(0, 2.6, (256, 256, 3)).astype(np.float32)
    photo = photo + np.tile(tile, (height // 256 + 1, width // 256 + 1, 1))[:height, :width]
    done, out = cv2.imencode(".jpg", photo.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 88])
    if not done:
        raise ValueError("the photo could not be written")
    return out.tobytes()


def _place(
    flat: Picture,
    angle: float,
    perspective: float,
    dice: np.random.Generator,
    frame: tuple[int, int],
    share: float,
) -> MatLike:
    """Where the flat picture's corners come to lie."""
    height, width = flat.shape[:2]
    scale = min(frame[0] * share / width, frame[1] * (share + 0.12) / height)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    turn = np.deg2rad(angle)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    around = (corners - (width / 2, height / 2)) * scale @ spin.T
    away = dice.uniform(0, 2 * np.pi)
    depth = 1 + perspective * 0.18 * (around @ np.array([np.cos(away), np.sin(away)])) / np.abs(around).max()
    seen = around / depth[:, None]
    low, high = seen.min(axis=0), seen.max(axis=0)
    seen = (seen - (low + high) / 2) * min(1.0, ((np.array(frame) * 0.94) / (high - low)).min())
    target = seen + np.array(frame) / 2 + dice.uniform(-0.012, 0.012, 2) * frame
    return cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))


def _table(width: int, height: int, dice: np.random.Generator) -> MatLike:
    """Dark wood: streaks along one direction."""
    base = np.array([[44, 58, 80], [52, 54, 56], [38, 44, 62], [66, 76, 92]][int(dice.integers(4))], np.float32)
    grain = cv2.resize(dice.normal(0, 1, (height // 4, 6)).astype(np.float32), (width, height))
    fine = cv2.resize(dice.normal(0, 1, (height // 2, width // 24)).astype(np.float32), (width, height))
    tone: MatLike = base + (grain * 7 + fine * 3)[..., None]
    return tone


def _lit(photo: MatLike, light: Light, dice: np.random.Generator, sheet: MatLike) -> MatLike:
    height, width = photo.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    gain: MatLike = 1 - 0.12 * (((columns / width - 0.5) ** 2 + (rows / height - 0.5) ** 2) * 4)
    tint, added = np.ones(3, np.float32), np.zeros((height, width), np.float32)
    match light:
        case "even":
            pass
        case "dim":
            gain = gain * 0.5
        case "warm":
            tint = np.array([0.80, 0.95, 1.04], np.float32)
        case "shadow":
            edge = dice.uniform(0.35, 0.65)
            gain = gain * (0.58 + 0.42 / (1 + np.exp(-(columns / width + 0.25 * rows / height - edge) * 22)))
        case "glare":
            ys, xs = np.nonzero(sheet > 0.9)
            x, y = np.quantile(xs, 0.38), np.quantile(ys, 0.42)
            added = 420 * np.exp(-(((columns - x) / (width * 0.12)) ** 2 + ((rows - y) / (height * 0.12)) ** 2))
        case other:
            assert_never(other)
    lit: MatLike = photo * gain[..., None] * tint + added[..., None]
    return lit
