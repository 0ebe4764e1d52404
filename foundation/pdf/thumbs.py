"""Photographs as small upright pictures for lists (缩略图), without OpenCV: a web process stays light."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from foundation.pdf.assemble import on_white

QUALITY = 78


def picture_jpeg(data: bytes, width: int, quarters: int = 0) -> bytes:
    """JPEG at most `width` wide and twice as high, upright by EXIF, turned clockwise by quarters; data was admitted before."""
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
        picture.draft("RGB", (width * 2, width * 4))
        image = on_white(ImageOps.exif_transpose(picture))
    image = image.rotate(-90 * (quarters % 4), expand=True)
    image.thumbnail((width, width * 2), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
