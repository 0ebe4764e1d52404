"""What a signature looks like on the page (签名外观): handwriting, printed name or seal, and the small lines under it.

Letters and seals are vectors. A handwriting is a transparency mask over one ink, encoded once per ceremony.
"""

from __future__ import annotations

import base64
import io
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from PIL import Image, ImageChops, ImageStat, UnidentifiedImageError

from foundation.crypto.eseal import SealPicture
from signing.pdf import fonts
from signing.pdf.errors import SigningError
from signing.pdf.seal import seal_form
from signing.pdf.ses import picture as seal_picture
from signing.pdf.syntax import reference, write_dict, write_number, write_numbers

LABEL_CHARACTERS = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -:/.*：（），、"
    "签署时间业务认证流水号地点原因授权书办理人姓名单位年月日时分秒第份代表法定章电子营执照"
)
"""What the label font that a document carries can write; other characters bring their own subset."""
_LABELS = frozenset(LABEL_CHARACTERS)
LABEL_KEY = b"QdLabel"
_INK, _GREY = b"0.1 g", b"0.35 g"
_WIDEST_IMAGE = (720, 320)
_LARGEST_UPLOAD = 4096 * 4096
_LARGEST_LINE, _LEADING = 6.5, 1.3


@dataclass(frozen=True)
class Appearance:
    """What is shown. With `seal` the printed name is the enterprise's and stands along the seal's rim."""

    printed_name: str
    image_png: bytes | None = field(default=None, repr=False)
    """Handwriting; None: the printed name takes its place."""
    lines: tuple[str, ...] = ()
    """签署时间 and 流水号, one line each, top to bottom."""
    seal: bool = False
    picture: SealPicture | None = field(default=None, repr=False)
    """SES: the picture of the seal itself, in its own size where the place allows; nothing else is drawn for it."""

    def as_json(self) -> dict[str, Any]:
        image = base64.b64encode(self.image_png).decode() if self.image_png else None
        return {"printed_name": self.printed_name, "image_png": image, "lines": list(self.lines), "seal": self.seal}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Appearance:
        image = base64.b64decode(value["image_png"]) if value["image_png"] else None
        return cls(str(value["printed_name"]), image, tuple(value["lines"]), bool(value["seal"]))


class Drawing:
    """Objects of one appearance, numbered as they are added."""

    def __init__(self, first: int) -> None:
        self.objects: dict[int, bytes] = {}
        self._next = first

    @property
    def next_number(self) -> int:
        return self._next

    def add(self, body: bytes) -> int:
        self.objects[self._next] = body
        self._next += 1
        return self._next - 1

    def add_font(self, embedded: fonts.Embedded) -> int:
        number = self._next
        added = embedded.numbered(number)
        self.objects.update(added)
        self._next += len(added)
        return number


@dataclass
class _Page:
    """The content stream of an appearance while it is written."""

    drawing: Drawing
    label_font: int | None
    content: list[bytes] = field(default_factory=list)
    font_keys: dict[int, bytes] = field(default_factory=dict)
    pictures: dict[bytes, int] = field(default_factory=dict)
    _own: dict[tuple[str, str], int] = field(default_factory=dict)

    def font(self, embedded: fonts.Embedded) -> bytes:
        """The resource name of an embedded font."""
        known = (embedded.font.name, embedded.characters)
        if known not in self._own:
            self._own[known] = self.drawing.add_font(embedded)
        return self._key(self._own[known])

    def _key(self, number: int) -> bytes:
        return self.font_keys.setdefault(number, b"F%d" % len(self.font_keys))

    def text(self, text: str, face: fonts.Face, size: float, x: float, y: float, colour: bytes) -> None:
        """Show text with its base line at (x, y)."""
        self.content.append(b"BT %b 1 0 0 1 %b %b Tm" % (colour, write_number(x), write_number(y)))
        label = label_font()
        if face == "sans" and self.label_font is not None and _LABELS.issuperset(text):
            runs = [(self._key(self.label_font), label.encode(text))]
        else:
            parts = fonts.fonts_for(text, face)
            subsets = [(fonts.embed(font, "".join(dict.fromkeys(part))), part) for font, part in parts]
            runs = [(self.font(subset), subset.encode(part)) for subset, part in subsets]
        for key, shown in runs:
            self.content.append(b"/%b %b Tf %b Tj" % (key, write_number(size), shown))
        self.content.append(b"ET")

    def picture(self, number: int, x: float, y: float, width: float, height: float) -> None:
        """Place an image or a form of one unit at (x, y)."""
        key = b"X%d" % len(self.pictures)
        self.pictures[key] = number
        self.content.append(b"q %b 0 0 %b %b %b cm /%b Do Q" % (*map(write_number, (width, height, x, y)), key))

    def resources(self) -> bytes:
        parts: dict[bytes, bytes] = {}
        if self.font_keys:
            parts[b"Font"] = write_dict({key: reference(number) for number, key in self.font_keys.items()})
        if self.pictures:
            parts[b"XObject"] = write_dict({key: reference(number) for key, number in self.pictures.items()})
        return write_dict(parts)


def label_font() -> fonts.Embedded:
    """The font of the small lines, one for the whole document."""
    return fonts.embed(fonts.face("sans"), LABEL_CHARACTERS)


def draw(
    appearance: Appearance, *, width: float, height: float, rotation: int, first: int, label: int | None
) -> tuple[int, Drawing]:
    """The appearance as a form of `width` × `height` pt: its object number, and all objects from `first` upwards.

    `rotation` is the page's; `label` the document's label font, if it has one.
    """
    drawing = Drawing(first)
    page = _Page(drawing, label)
    beside = width > 4 * height and bool(appearance.lines) and not (appearance.seal or appearance.picture)
    if beside:
        _draw_mark(page, appearance, 0, 0, width * 0.45, height)
        _draw_lines(page, appearance.lines, width * 0.47, 0, width * 0.53, height)
    else:
        foot = _foot(appearance.lines, width, height)
        _draw_mark(page, appearance, 0, foot, width, height - foot)
        _draw_lines(page, appearance.lines, 0, 0, width, foot)
    form = fonts.stream(
        b"\n".join(page.content),
        b"/Type/XObject/Subtype/Form/BBox%b/Matrix%b/Resources %b"
        % (write_numbers((0, 0, width, height)), write_numbers(_matrix(rotation, width, height)), page.resources()),
    )
    return drawing.add(form), drawing


def _matrix(rotation: int, width: float, height: float) -> tuple[float, ...]:
    """Turns the form against the page's rotation, so that it stands upright."""
    return {
        0: (1, 0, 0, 1, 0, 0),
        90: (0, 1, -1, 0, height, 0),
        180: (-1, 0, 0, -1, width, height),
        270: (0, -1, 1, 0, 0, width),
    }[rotation]


def _foot(lines: tuple[str, ...], width: float, height: float) -> float:
    """Height the small lines take, at most 45 % of the whole."""
    if not lines:
        return 0
    size = min(_LARGEST_LINE, *(width / max(_label_width(line), 0.1) for line in lines))
    return min(len(lines) * size * _LEADING, height * 0.45)


@lru_cache(maxsize=4096)
def _label_width(line: str) -> float:
    if _LABELS.issuperset(line):
        return fonts.text_width(fonts.face("sans"), line)
    return sum(fonts.text_width(font, part) for font, part in fonts.fonts_for(line, "sans"))


def _draw_lines(page: _Page, lines: tuple[str, ...], x: float, y: float, width: float, height: float) -> None:
    if not lines:
        return
    widest = max(_label_width(line) for line in lines)
    size = min(_LARGEST_LINE, height / (len(lines) * _LEADING), width / max(widest, 0.1))
    block = len(lines) * size * _LEADING
    top = y + (height + block) / 2
    left = x + max(0, (width - widest * size) / 2)
    for index, line in enumerate(lines):
        page.text(line, "sans", size, left, top - (index + 0.8) * size * _LEADING, _GREY)


def _draw_mark(page: _Page, appearance: Appearance, x: float, y: float, width: float, height: float) -> None:
    if appearance.picture is not None:
        _draw_picture(page, appearance.picture, x, y, width, height)
    elif appearance.seal:
        _draw_seal(page, appearance.printed_name, x, y, width, height)
    elif appearance.image_png is not None:
        _draw_image(page, appearance.image_png, x, y, width, height)
    else:
        _draw_name(page, appearance.printed_name, x, y, width, height)


def _draw_name(page: _Page, name: str, x: float, y: float, width: float, height: float) -> None:
    runs = fonts.fonts_for(name, "serif")
    wide = sum(fonts.text_width(font, part) for font, part in runs)
    size = min(28, height * 0.8, width / max(wide, 0.1))
    page.text(name, "serif", size, x + (width - wide * size) / 2, y + (height - size) / 2 + size * 0.14, _INK)


def _draw_seal(page: _Page, name: str, x: float, y: float, width: float, height: float) -> None:
    side = min(width, height)
    runs = fonts.fonts_for(name, "bold")
    keys = dict[str, tuple[int, fonts.Embedded]]()
    for font in dict.fromkeys(font for font, _ in runs):
        characters = "".join(dict.fromkeys("".join(part for each, part in runs if each is font)))
        embedded = fonts.embed(font, characters)
        number = page.drawing.add_font(embedded)
        keys.update({character: (number, embedded) for character in characters})
    form = page.drawing.add(seal_form(name, keys))
    page.picture(form, x + (width - side) / 2, y + (height - side) / 2, side, side)


def _draw_picture(page: _Page, picture: SealPicture, x: float, y: float, width: float, height: float) -> None:
    encoded = seal_picture.encode(picture)
    image = page.drawing.add(encoded.image(page.drawing.add(encoded.mask)))
    form = page.drawing.add(seal_picture.form_of(image))
    wide, high = (side * seal_picture.POINTS_PER_MM for side in (picture.width, picture.height))
    scale = min(1.0, width / wide, height / high)
    page.picture(form, x + (width - wide * scale) / 2, y + (height - high * scale) / 2, wide * scale, high * scale)


def _draw_image(page: _Page, png: bytes, x: float, y: float, width: float, height: float) -> None:
    mask, image, columns, rows = _encoded(png)
    mask_number = page.drawing.add(mask)
    number = page.drawing.add(image.replace(b"%SMASK%", reference(mask_number)))
    scale = min(width / columns, height / rows)
    placed = columns * scale, rows * scale
    page.picture(number, x + (width - placed[0]) / 2, y + (height - placed[1]) / 2, *placed)


@lru_cache(maxsize=128)
def _encoded(png: bytes) -> tuple[bytes, bytes, int, int]:
    """Mask and ink of a handwriting as stream bodies, with its size in pixels."""
    picture = _opened(png)
    alpha = picture.getchannel("A")
    if alpha.getextrema()[0] == 255:
        alpha = ImageChops.invert(picture.convert("L"))
    alpha = alpha.point([0 if value < 24 else value for value in range(256)])
    bounds = alpha.getbbox()
    if bounds is None:
        raise SigningError("blank", "签名是空白的，请重新签名")
    ink = _ink(picture, alpha)
    alpha = alpha.crop(bounds)
    alpha.thumbnail(_WIDEST_IMAGE, Image.Resampling.LANCZOS)
    columns, rows = alpha.size
    size = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8"
    mask = fonts.stream(
        zlib.compress(alpha.tobytes(), 9), size % (columns, rows) + b"/ColorSpace/DeviceGray/Filter/FlateDecode"
    )
    image = fonts.stream(bytes(ink), size % (1, 1) + b"/ColorSpace/DeviceRGB/SMask %SMASK%")
    return mask, image, columns, rows


def _opened(png: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(png), formats=("PNG",))
        if picture.width * picture.height > _LARGEST_UPLOAD:
            raise SigningError("image", "签名图片太大，请重新签名")
        return picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise SigningError("image", "签名图片不能读取，请重新签名") from None


def _ink(picture: Image.Image, alpha: Image.Image) -> tuple[int, int, int]:
    """The average colour of what is written, never too light to read."""
    darkest = alpha.getextrema()[1]
    written = alpha.point([255 if value * 2 > darkest else 0 for value in range(256)])  # type: ignore[operator]  # one band
    red, green, blue = (int(value) for value in ImageStat.Stat(picture.convert("RGB"), written).mean)
    brightness = math.sqrt(0.299 * red**2 + 0.587 * green**2 + 0.114 * blue**2)
    factor = min(1.0, 110 / max(brightness, 1))
    return int(red * factor), int(green * factor), int(blue * factor)
