"""Crooked photographs become straight pages; bad ones are told at once, with how to take them again."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from PIL import Image, ImageDraw

from foundation.pdf.photos import PhotoUnreadable, Trouble, straighten, turn, upright

SHEET = (1000, 1414)
CORNERS = np.array([[150, 120], [1130, 210], [1190, 1520], [90, 1590]], np.float32)
TABLE = (44, 52, 66)


def written_sheet(lines: int = 16) -> MatLike:
    """A white page with lines of writing."""
    image = Image.new("RGB", SHEET, (248, 248, 246))
    draw = ImageDraw.Draw(image)
    for line in range(lines):
        draw.text((90, 110 + line * 72), f"{line}. Lorem ipsum dolor sit amet", fill=(20, 20, 24), font_size=44)
    draw.ellipse((650, 1150, 860, 1360), outline=(205, 40, 40), width=9)
    return cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR)


def photographed(sheet: MatLike, *, light: float = 1.0, blur: float = 0.0, table: tuple[int, ...] = TABLE) -> MatLike:
    """The page on a table, seen from aside."""
    height, width = sheet.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    place = cv2.getPerspectiveTransform(flat, CORNERS)
    size = (1280, 1700)
    ground = np.full((size[1], size[0], 3), table, np.uint8)
    laid = cv2.warpPerspective(sheet, place, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full(sheet.shape[:2], 255, np.uint8), place, size)[..., None] / 255.0
    photo: MatLike = (laid * mask + ground * (1 - mask)) * light
    if blur:
        photo = cv2.GaussianBlur(photo, (0, 0), blur)
    noise = np.random.default_rng(4).normal(0, 2, photo.shape)
    return (photo + noise).clip(0, 255).astype(np.uint8)


def jpeg(picture: MatLike, exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    image = Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    image.save(out, "JPEG", quality=90, **({"exif": exif} if exif is not None else {}))
    return out.getvalue()


@pytest.mark.row("R035", part="证明材料上传")
def test_a_crooked_page_is_made_straight_and_keeps_its_colours() -> None:
    got = straighten(jpeg(photographed(written_sheet())))
    assert got.straightened
    assert got.usable
    assert got.troubles == ()
    assert np.abs(np.array(got.corners) - CORNERS).max() < 8
    assert got.height / got.width == pytest.approx(2**0.5, abs=0.01)
    page, _ = upright(got.jpeg)
    rim = np.concatenate([page[:12].reshape(-1, 3), page[:, :12].reshape(-1, 3)])
    assert rim.min() > 150, "no table left at the edges"
    red = (page[..., 2].astype(int) - page[..., 0]) > 80
    assert red.any(), "the seal is still red"


def test_where_no_sheet_is_sure_the_photo_stays_as_it_was_and_says_so() -> None:
    picture = photographed(written_sheet())[0:1200, 0:900]
    got = straighten(jpeg(picture))
    assert not got.straightened
    assert got.corners == ()
    assert (got.width, got.height) == (picture.shape[1], picture.shape[0])
    assert Trouble.NOT_FOUND in got.troubles
    assert any("已保留原照片" in sentence for sentence in got.advice(2))


def test_a_scan_that_fills_the_frame_is_not_called_a_photo_without_a_sheet() -> None:
    got = straighten(jpeg(written_sheet()))
    assert not got.straightened
    assert got.troubles == ()


@pytest.mark.row("R035", part="证明材料上传")
def test_a_blurred_page_is_refused_with_how_to_take_it_again() -> None:
    sharp, blurred = (straighten(jpeg(photographed(written_sheet(), blur=blur))) for blur in (0.8, 5.0))
    assert sharp.usable
    assert not blurred.usable
    assert blurred.sharpness < sharp.sharpness
    assert blurred.advice(2) == ["第 2 页不清楚，请在光线好的地方重拍，拿稳手机，等对上焦再按。"]


def test_dim_light_does_not_pass_for_blur() -> None:
    got = straighten(jpeg(photographed(written_sheet(), light=0.55)))
    assert got.usable
    assert straighten(jpeg(photographed(written_sheet(), light=0.28))).troubles == (Trouble.DARK,)


def test_glare_and_shadow_are_hints_that_do_not_stop() -> None:
    photo = photographed(written_sheet(), light=0.85)
    rows, columns = np.mgrid[0 : photo.shape[0], 0 : photo.shape[1]]
    spot = 400 * np.exp(-(((columns - 600) / 150) ** 2 + ((rows - 700) / 150) ** 2))
    glaring = straighten(jpeg((photo + spot[..., None]).clip(0, 255).astype(np.uint8)))
    shaded = straighten(jpeg((photo * np.where(columns < 520, 0.36, 1.0)[..., None]).astype(np.uint8)))
    assert Trouble.GLARE in glaring.troubles
    assert Trouble.SHADOW in shaded.troubles
    assert glaring.usable
    assert shaded.usable
    assert np.abs(np.array(shaded.corners) - CORNERS).max() < 12, "the shadow's edge is not the sheet's"


def test_a_page_far_away_is_too_small() -> None:
    photo = photographed(written_sheet())
    far = np.full((1900, 1900, 3), TABLE, np.uint8)
    small = cv2.resize(photo, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    far[400 : 400 + small.shape[0], 600 : 600 + small.shape[1]] = small
    assert Trouble.SMALL in straighten(jpeg(far)).troubles


def test_a_page_without_writing_is_nothing_to_read() -> None:
    assert straighten(jpeg(photographed(written_sheet(lines=0) * 0 + 245))).sharpness == 0


def test_a_photo_held_sideways_is_turned_by_what_the_camera_noted() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2026:11:24 10:21:00"
    sideways = np.ascontiguousarray(np.rot90(photographed(written_sheet())))
    got = straighten(jpeg(sideways, exif))
    assert got.straightened
    assert got.height > got.width
    assert got.taken_at == "2026:11:24 10:21:00"


def test_a_page_can_be_turned_by_hand() -> None:
    page = straighten(jpeg(photographed(written_sheet())))
    lying, _ = upright(turn(page.jpeg, 1))
    assert lying.shape[:2] == (page.width, page.height)


def test_what_is_no_picture_is_told_apart_from_a_crash() -> None:
    with pytest.raises(PhotoUnreadable):
        straighten(b"\xff\xd8\xff" + b"\0" * 200)
