"""The picture of a seal as objects of a PDF: every pixel as it stands in the seal, encoded once.

What a file shows is compared pixel by pixel, too: how it is packed changes with the library that packs it.
"""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageChops, UnidentifiedImageError

from foundation.crypto.eseal import SealPicture
from signing.pdf.errors import SigningError
from signing.pdf.fonts import stream
from signing.pdf.letters import unpacked
from signing.pdf.syntax import reference

FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "bmp": "BMP"}
"""Kinds of pictures that we draw, as the standard names them, small letters; others (ofd, svg) are refused."""
POINTS_PER_MM = 72 / 25.4
_MOST_PIXELS = 2000 * 2000
_GROUP = b"/Group<</S/Transparency/CS/DeviceRGB>>"
_IMAGE = re.compile(
    rb"<</Type/XObject/Subtype/Image/Width (\d{1,4})/Height (\d{1,4})/BitsPerComponent 8/ColorSpace/Device(Gray|RGB)"
    rb"(/SMask \d{1,10} 0 R)?(/Filter/FlateDecode)?/Length \d{1,10}>>"
)
_DECODERS_DIFFER = {"JPEG": 8}
"""By how much, of 255, two readers of the same picture may differ."""
_RESOURCES = b"/Resources<</ExtGState<</G<</Type/ExtGState/BM/Multiply>>>>/XObject<</I %b>>>>"


@dataclass(frozen=True)
class Encoded:
    """Bodies of the three objects: mask, image, and the form that shows the image over what is printed."""

    mask: bytes
    _image: bytes

    def image(self, mask: int) -> bytes:
        """The image, its mask being object `mask`."""
        return self._image.replace(b"%MASK%", reference(mask), 1)


def form_of(image: int) -> bytes:
    """A form of one unit that shows object `image`."""
    head = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]%b%b" % (_GROUP, _RESOURCES % reference(image))
    return stream(b"/G gs /I Do", head)


class Drawn(NamedTuple):
    """An image as it stands in a file."""

    mode: str
    """L or RGB."""
    size: tuple[int, int]
    masked: bool
    packed: bool
    content: bytes

    def opened(self) -> Image.Image:
        """ValueError when there are not as many bytes as pixels."""
        size = self.size[0] * self.size[1] * len(self.mode)
        content = unpacked(self.content, size + 1) if self.packed else self.content
        if len(content) != size:
            raise ValueError("not as many bytes as pixels")
        return Image.frombytes(self.mode, self.size, content)


def drawn(entries: bytes, content: bytes) -> Drawn:
    """An image object, of which `entries` is the dictionary. ValueError when it is not written as we write it."""
    found = _IMAGE.fullmatch(entries)
    if not found:
        raise ValueError("not an image of ours")
    size = int(found[1]), int(found[2])
    return Drawn("L" if found[3] == b"Gray" else "RGB", size, bool(found[4]), bool(found[5]), content)


@lru_cache(maxsize=128)
def is_shown(picture: SealPicture, image: Drawn, mask: Drawn) -> bool:
    """Whether the image through its mask shows the picture, pixel by pixel. SigningError as for `encode`."""
    wanted = _opened(picture)
    kinds = image.mode, image.masked, mask.mode, mask.masked
    if kinds != ("RGB", True, "L", False) or mask.size != wanted.size or image.size not in {wanted.size, (1, 1)}:
        return False
    shown = image.opened().resize(wanted.size, Image.Resampling.NEAREST)
    shown.putalpha(mask.opened())
    difference = ImageChops.difference(_seen(shown), _seen(wanted)).getextrema()
    allowed = _DECODERS_DIFFER.get(FORMATS[picture.kind.lower()], 0)
    return all(isinstance(each, tuple) and each[1] <= allowed for each in difference)


def _seen(pixels: Image.Image) -> Image.Image:
    """The picture, every pixel that cannot be seen alike."""
    alpha = pixels.getchannel("A").point([0, *[255] * 255])
    return Image.composite(pixels, Image.new("RGBA", pixels.size), alpha)


@lru_cache(maxsize=128)
def encode(picture: SealPicture) -> Encoded:
    """The picture's pixels and their opacity, unchanged. SigningError when it cannot be read or is of another kind."""
    pixels = _opened(picture)
    size = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8" % pixels.size
    mask = _packed(pixels.getchannel("A").tobytes(), size + b"/ColorSpace/DeviceGray")
    ink = _one_ink(pixels)
    if ink is not None:
        single = b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceRGB/SMask %MASK%"
        return Encoded(mask, stream(bytes(ink), single))
    colours = pixels.convert("RGB").tobytes()
    return Encoded(mask, _packed(colours, size + b"/ColorSpace/DeviceRGB/SMask %MASK%"))


@lru_cache(maxsize=32)
def as_png(picture: SealPicture) -> bytes:
    """The same pixels for a browser. SigningError as for `encode`."""
    out = io.BytesIO()
    _opened(picture).save(out, "PNG")
    return out.getvalue()


def _packed(content: bytes, entries: bytes) -> bytes:
    return stream(zlib.compress(content, 9), entries + b"/Filter/FlateDecode")


def _opened(picture: SealPicture) -> Image.Image:
    kind = FORMATS.get(picture.kind.lower())
    if kind is None:
        raise SigningError("seal_picture", f"印章图案的格式（{picture.kind}）不能显示")
    try:
        opened = Image.open(io.BytesIO(picture.data), formats=(kind,))
        if opened.width * opened.height > _MOST_PIXELS:
            raise SigningError("seal_picture", "印章图案太大，不能显示")
        return opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise SigningError("seal_picture", "印章图案不能读取") from None


def _one_ink(pixels: Image.Image) -> tuple[int, int, int] | None:
    """The one colour of everything that can be seen; None when there are several, or nothing."""
    seen: set[tuple[int, int, int]] = set()
    for _, colour in pixels.getcolors(1 << 16) or []:
        if isinstance(colour, tuple) and colour[3]:
            seen.add((colour[0], colour[1], colour[2]))
    return seen.pop() if len(seen) == 1 else None
