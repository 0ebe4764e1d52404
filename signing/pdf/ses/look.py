"""Whether a signature shows the picture of its own seal: the appearance is compared object by object with the seal. R139, R141.

Beside the picture only lines of text may stand there, under it, small, in letters that stay on their line; an appearance
that other software drew in another way cannot be compared and is said to be so. Pictures are compared by what they show.
"""

from __future__ import annotations

import re

from foundation.crypto.eseal import SealPicture
from signing.pdf.errors import SigningError
from signing.pdf.letters import stay_on_line
from signing.pdf.objects import PdfFile
from signing.pdf.report import Problem
from signing.pdf.ses.picture import POINTS_PER_MM, Drawn, drawn, form_of, is_shown
from signing.pdf.syntax import Dict, PdfSyntaxError, Raw, number_of, parse_array, reference_of, references_in

_NUMBER = rb"-?\d{1,6}(?:\.\d{1,3})?"
_PICTURE = rb"q (%b) 0 0 (%b) (%b) (%b) cm /X0 Do Q" % ((_NUMBER,) * 4)
_TEXT = rb"BT 0\.\d{1,2} g 1 0 0 1 %b %b Tm(?:\n/F\d{1,2} %b Tf <[0-9A-F]*> Tj)+\nET" % ((_NUMBER,) * 3)
_SHOWN = re.compile(_PICTURE + rb"(?:\n" + _TEXT + rb")*")
_LINE = re.compile(rb" 1 0 0 1 %b (%b) Tm((?:\n/F\d{1,2} %b Tf <[0-9A-F]*> Tj)+)" % ((_NUMBER,) * 3))
_SIZE = re.compile(rb" (%b) Tf" % _NUMBER)
_LARGEST_LETTER = 6.5
_FONT = {b"Type", b"Subtype", b"BaseFont", b"Encoding", b"DescendantFonts", b"ToUnicode"}
_INNER = {b"Type", b"Subtype", b"BaseFont", b"CIDSystemInfo", b"FontDescriptor", b"DW", b"W", b"CIDToGIDMap"}
_OTHER_PROGRAMS = {b"FontFile", b"FontFile3"}
_PROGRAM = {b"Filter", b"Length", b"Length1"}
_FORM = {b"Type", b"Subtype", b"BBox", b"Matrix", b"Resources", b"Length"}
_TURNS = {(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0)}
_SMALLEST, _TOLERANCE = 0.2, 0.02
OTHER_PICTURE = Problem("seal_look", "签名位置上显示的不是印章里的图案，图案可能被换过")
UNKNOWN = Problem("seal_look_unknown", "签名位置的外观不是本系统认识的画法，不能和印章里的图案比对")


def look_problem(file: PdfFile, widget: Dict, picture: SealPicture) -> Problem | None:
    """None when the widget of a signature shows this picture and, beside it, text alone."""
    try:
        form = _form(file, widget, picture)
        return None if form is not None and _is_picture(file, form, picture) else OTHER_PICTURE if form else UNKNOWN
    except SigningError as error:
        return Problem(error.code, error.message)
    except (PdfSyntaxError, ValueError, KeyError, IndexError):
        return UNKNOWN


def _form(file: PdfFile, widget: Dict, picture: SealPicture) -> int | None:
    """The object that stands in the picture's place; None when the appearance is not drawn as we draw."""
    states = file.dict_of(widget.get(b"AP"))
    number = reference_of(states.get(b"N"))
    if number is None or set(states) != {b"N"} or b"Kids" in widget:
        return None
    form, content = file.dict_of(states[b"N"]), file.content(number)
    found = _SHOWN.fullmatch(content or b"")
    resources = file.dict_of(form.get(b"Resources"))
    pictures = file.dict_of(resources.get(b"XObject"))
    if found is None or set(form) != _FORM or set(pictures) != {b"X0"} or set(resources) - {b"XObject", b"Font"}:
        return None
    place = tuple(float(each) for each in found.groups())
    if not _in_place(place, _numbers(form[b"BBox"]), picture) or not _upright(form, widget):
        return None
    written = file.dict_of(resources.get(b"Font")).values()
    if not _is_below(content or b"", place[3]) or not all(_is_plain_font(file, each) for each in written):
        return None
    return reference_of(pictures[b"X0"])


def _numbers(raw: bytes) -> list[float]:
    return [number_of(each) for each in parse_array(raw)]


def _in_place(place: tuple[float, ...], box: list[float], picture: SealPicture) -> bool:
    """Whether the picture keeps its proportions, is neither hidden nor enlarged, and lies within the form."""
    wide, high, x, y = place
    scales = [given / (side * POINTS_PER_MM) for given, side in ((wide, picture.width), (high, picture.height))]
    even = abs(scales[0] - scales[1]) <= _TOLERANCE and min(scales) >= _SMALLEST and max(scales) <= 1 + _TOLERANCE
    inside = min(x, y) >= -_TOLERANCE and x + wide <= box[2] + _TOLERANCE and y + high <= box[3] + _TOLERANCE
    return even and inside and box[:2] == [0, 0]


def _is_below(content: bytes, bottom: float) -> bool:
    """Whether the lines of text are small and stand under the picture."""
    for line in _LINE.finditer(content):
        sizes = [float(each) for each in _SIZE.findall(line[2])]
        if min(sizes) <= 0 or max(sizes) > _LARGEST_LETTER or float(line[1]) + max(sizes) > bottom + _TOLERANCE:
            return False
    return True


def _is_plain_font(file: PdfFile, raw: Raw) -> bool:
    """Whether it is embedded, writes from left to right, and its letters stay on their line."""
    font = file.dict_of(raw)
    (below,) = file.items_of(font[b"DescendantFonts"])
    inner = file.dict_of(below)
    described = file.dict_of(inner[b"FontDescriptor"])
    kinds = font[b"Subtype"], font[b"Encoding"], inner[b"Subtype"], inner[b"CIDToGIDMap"]
    if kinds != (b"/Type0", b"/Identity-H", b"/CIDFontType2", b"/Identity"):
        return False
    if font.keys() - _FONT or inner.keys() - _INNER or described.keys() & _OTHER_PROGRAMS:
        return False
    program = file.dict_of(described[b"FontFile2"])
    if program.keys() - _PROGRAM or program[b"Filter"] != b"/FlateDecode":
        return False
    return stay_on_line(file.content(reference_of(described[b"FontFile2"]) or 0) or b"")


def _upright(form: Dict, widget: Dict) -> bool:
    """Whether the form fills its place, turned by quarters at most."""
    left, bottom, right, top = _numbers(widget[b"Rect"])
    matrix, box = _numbers(form[b"Matrix"]), _numbers(form[b"BBox"])
    turned = (right - left, top - bottom) if matrix[1] == 0 else (top - bottom, right - left)
    fills = all(abs(given - side) <= 1 for given, side in zip(box[2:], turned, strict=True))
    return fills and tuple(matrix[:4]) in _TURNS


def _is_picture(file: PdfFile, form: int, picture: SealPicture) -> bool:
    (image,) = references_in(file.value(form))
    if b"%b\nstream\n%b\nendstream" % (file.value(form), file.content(form) or b"") != form_of(image):
        return False
    (mask,) = references_in(file.value(image))
    return is_shown(picture, _drawn(file, image), _drawn(file, mask))


def _drawn(file: PdfFile, number: int) -> Drawn:
    return drawn(file.value(number), file.content(number) or b"")
