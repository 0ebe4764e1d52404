"""Photos become one PDF (照片拼成 PDF): A4, in the order given, the same bytes for the same pictures. R035."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageOps

from foundation.pdf.verdict import MAX_BYTES, MAX_PAGES

A4 = (595.28, 841.89)
MARGIN = 28.35
"""One centimetre, for what is not shaped like A4."""
SAME_SHAPE = 0.06
LEAST_DPI = 100
"""A small picture is not blown up beyond this."""
JPEG_QUALITY = 85
STEPS: tuple[tuple[int, int], ...] = ((2339, 80), (2000, 75), (1754, 70), (1400, 65), (1100, 60))
"""Longest side and quality, tried in turn when the PDF is too big."""


class CannotAssemble(ValueError):
    """Nothing to put together, too many pages, or too big at the smallest size; the message is for the applicant."""


@dataclass(frozen=True)
class _Encoded:
    jpeg: bytes
    width: int
    height: int
    grey: bool


def images_to_pdf(images: Sequence[bytes], *, max_bytes: int = MAX_BYTES) -> bytes:
    """One page a picture (JPEG or PNG), upright, on A4 standing or lying as the picture does."""
    if not images:
        raise CannotAssemble("没有照片可以拼，请先拍照或选择照片。")
    if len(images) > MAX_PAGES:
        raise CannotAssemble(f"一次最多拼 {MAX_PAGES} 页，请分成几份。")
    pages = [_encoded(image) for image in images]
    budget = max_bytes - 4096 - 1024 * len(pages)
    for longest, quality in STEPS:
        if sum(len(page.jpeg) for page in pages) <= budget:
            break
        pages = [_encoded(image, longest=longest, quality=quality) for image in images]
    pdf = _written(pages)
    if len(pdf) > max_bytes:
        raise CannotAssemble("照片太多太大，拼成的文件超过 20 MB，请分成几份。")
    return pdf


def _encoded(image: bytes, *, longest: int | None = None, quality: int = JPEG_QUALITY) -> _Encoded:
    """The picture as an upright JPEG; one that is so already is taken as it is."""
    try:
        with Image.open(io.BytesIO(image), formats=["JPEG", "PNG"]) as picture:
            upright = picture.getexif().get(0x0112, 1) == 1
            if longest is None and picture.format == "JPEG" and upright and picture.mode in {"RGB", "L"}:
                return _Encoded(image, picture.width, picture.height, picture.mode == "L")
            seen = on_white(ImageOps.exif_transpose(picture))
    except (OSError, SyntaxError, ValueError) as error:
        raise CannotAssemble("有一张照片打不开，请重新选择或重拍。") from error
    if longest is not None:
        seen.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    seen.save(out, "JPEG", quality=quality, optimize=True)
    return _Encoded(out.getvalue(), seen.width, seen.height, grey=False)


def on_white(picture: Image.Image) -> Image.Image:
    """RGB, what is transparent shown white (a palette with transparency would come out black)."""
    if picture.mode in {"P", "PA", "LA", "RGBA"} or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, seen).convert("RGB")
    return picture.convert("RGB")


def place(width: int, height: int) -> tuple[tuple[float, float], tuple[float, float, float, float]]:
    """Page size and the picture's x, y, width, height on it, in points."""
    page = A4 if height >= width else (A4[1], A4[0])
    full = abs((height / width) / (page[1] / page[0]) - 1) < SAME_SHAPE
    margin = 0.0 if full else MARGIN
    scale = min((page[0] - 2 * margin) / width, (page[1] - 2 * margin) / height, 72 / LEAST_DPI)
    wide, high = width * scale, height * scale
    return page, ((page[0] - wide) / 2, (page[1] - high) / 2, wide, high)


def _written(pages: Sequence[_Encoded]) -> bytes:
    pdf = pikepdf.new()
    for encoded in pages:
        size, (x, y, wide, high) = place(encoded.width, encoded.height)
        page = pdf.add_blank_page(page_size=size)
        image = pdf.make_stream(
            encoded.jpeg,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=encoded.width,
            Height=encoded.height,
            ColorSpace=Name.DeviceGray if encoded.grey else Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        page.obj.Resources = Dictionary(XObject=Dictionary(Im0=image))
        page.obj.MediaBox = Array([0, 0, *size])
        page.obj.Contents = pdf.make_stream(f"q {wide:.3f} 0 0 {high:.3f} {x:.3f} {y:.3f} cm /Im0 Do Q".encode())
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
