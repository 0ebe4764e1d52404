"""A portrait that is nobody: drawn shapes, the same for the same seed (虚构头像)."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw, ImageFilter

SKIN = ((236, 202, 176), (228, 190, 160), (243, 214, 190), (219, 178, 146))
HAIR = ((32, 28, 28), (44, 36, 32), (58, 50, 46), (92, 90, 90))
CLOTH = ((44, 62, 88), (70, 74, 82), (96, 54, 60), (40, 80, 72), (112, 104, 92))


def portrait(seed: str, *, woman: bool, size: tuple[int, int]) -> Image.Image:
    """Head and shoulders on white, at twice the size and scaled down."""
    dice = random.Random(seed)  # noqa: S311  a drawing, not a secret
    width, height = size[0] * 2, size[1] * 2
    picture = Image.new("RGB", (width, height), (244, 246, 248))
    draw = ImageDraw.Draw(picture)
    skin, hair, cloth = dice.choice(SKIN), dice.choice(HAIR), dice.choice(CLOTH)
    middle, face_w, face_h = width / 2, width * dice.uniform(0.225, 0.25), height * dice.uniform(0.205, 0.225)
    face_y = height * 0.42

    def oval(x: float, y: float, rx: float, ry: float, fill: tuple[int, int, int]) -> None:
        draw.ellipse((x - rx, y - ry, x + rx, y + ry), fill=fill)

    if woman:
        draw.rounded_rectangle(
            (middle - face_w * 1.3, face_y - face_h * 0.7, middle + face_w * 1.3, height * dice.uniform(0.66, 0.8)),
            radius=face_w * 0.8,
            fill=hair,
        )
    oval(middle, height * 1.02, width * 0.46, height * 0.30, cloth)
    draw.rectangle((middle - face_w * 0.42, face_y, middle + face_w * 0.42, height * 0.76), fill=_darker(skin, 14))
    draw.polygon(
        [(middle - face_w * 0.5, height * 0.74), (middle + face_w * 0.5, height * 0.74), (middle, height * 0.88)],
        fill=(250, 250, 250),
    )
    oval(middle, face_y - face_h * 0.32, face_w * 1.12, face_h * 0.95, hair)
    for side in (-1, 1):
        oval(middle + side * face_w, face_y + face_h * 0.08, face_w * 0.14, face_h * 0.18, _darker(skin, 10))
    oval(middle, face_y + face_h * 0.1, face_w, face_h, skin)
    fringe = face_y - face_h * dice.uniform(0.42, 0.58)
    draw.chord(
        (middle - face_w * 1.06, fringe - face_h, middle + face_w * 1.06, fringe + face_h * 0.42), 180, 360, hair
    )
    _face(draw, dice, middle, face_y, face_w, face_h, hair)
    return picture.resize(size, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.6))


def _face(
    draw: ImageDraw.ImageDraw,
    dice: random.Random,
    middle: float,
    y: float,
    w: float,
    h: float,
    hair: tuple[int, int, int],
) -> None:
    glasses = dice.random() < 0.4
    for side in (-1, 1):
        x = middle + side * w * 0.42
        draw.arc((x - w * 0.24, y - h * 0.3, x + w * 0.24, y + h * 0.02), 205, 335, fill=hair, width=7)
        draw.ellipse((x - w * 0.13, y - h * 0.06, x + w * 0.13, y + h * 0.06), fill=(252, 252, 252))
        draw.ellipse((x - h * 0.055, y - h * 0.055, x + h * 0.055, y + h * 0.055), fill=(30, 24, 22))
        if glasses:
            draw.ellipse((x - w * 0.28, y - h * 0.17, x + w * 0.28, y + h * 0.17), outline=(40, 40, 44), width=5)
    if glasses:
        draw.line((middle - w * 0.14, y, middle + w * 0.14, y), fill=(40, 40, 44), width=5)
    draw.arc((middle - w * 0.16, y + h * 0.1, middle + w * 0.16, y + h * 0.42), 30, 150, fill=(150, 104, 84), width=6)
    draw.arc((middle - w * 0.32, y + h * 0.4, middle + w * 0.32, y + h * 0.72), 25, 155, fill=(168, 84, 82), width=9)


def _darker(colour: tuple[int, int, int], by: int) -> tuple[int, int, int]:
    red, green, blue = colour
    return red - by, green - by, blue - by
