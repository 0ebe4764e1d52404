"""企业印章 as it looks on paper: a red ring, a star, the name along the rim. Drawn as vectors in a square of one unit."""

from __future__ import annotations

import math
from collections.abc import Mapping

from signing.pdf.fonts import Embedded, stream
from signing.pdf.syntax import reference, write_dict

_RED = b"0.83 0.09 0.11"
_RING, _RING_WIDTH = 0.478, 0.024
_STAR = 0.165
_TEXT_RADIUS, _TEXT_SIZE = 0.335, 0.118
_WIDEST_ARC = math.radians(290)
_CIRCLE = 0.5522847498


def seal_form(name: str, glyphs: Mapping[str, tuple[int, Embedded]]) -> bytes:
    """The body of the form: `glyphs` says in which font object, and how, each character of the name is written."""
    numbers = list(dict.fromkeys(number for number, _ in glyphs.values()))
    keys = {number: b"S%d" % index for index, number in enumerate(numbers)}
    content = [b"/G gs %b rg %b RG" % (_RED, _RED), _ring(), _star()]
    content += [b"BT", *_name(name, glyphs, keys), b"ET"]
    resources = write_dict(
        {
            b"Font": write_dict({key: reference(number) for number, key in keys.items()}),
            b"ExtGState": b"<</G<</Type/ExtGState/BM/Multiply/ca 0.92/CA 0.92>>>>",
        }
    )
    group = b"/Group<</S/Transparency/CS/DeviceRGB>>"
    head = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]%b/Resources %b" % (group, resources)
    return stream(b"\n".join(content), head)


def _number(value: float) -> bytes:
    return f"{value:.5f}".rstrip("0").rstrip(".").encode()


def _path(*values: float) -> bytes:
    return b" ".join(map(_number, values))


def _ring() -> bytes:
    """A circle of four curves around the middle."""
    radius, bend = _RING, _RING * _CIRCLE
    steps = [b"%b w %b m" % (_number(_RING_WIDTH), _path(0.5 + radius, 0.5))]
    for quarter in range(4):
        turn = math.pi / 2 * quarter
        points = ((radius, bend), (bend, radius), (0.0, radius))
        turned = (
            0.5 + part
            for x, y in points
            for part in (x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn))
        )
        steps.append(_path(*turned) + b" c")
    return b"\n".join([*steps, b"s"])


def _star() -> bytes:
    """Five points, one of them up."""
    inner = _STAR * math.sin(math.radians(18)) / math.sin(math.radians(126))
    corners = []
    for index in range(10):
        angle, radius = math.pi / 2 + index * math.pi / 5, inner if index % 2 else _STAR
        corners.append(_path(0.5 + radius * math.cos(angle), 0.5 + radius * math.sin(angle)))
    return corners[0] + b" m " + b" ".join(corner + b" l" for corner in corners[1:]) + b" h f"


def _name(name: str, glyphs: Mapping[str, tuple[int, Embedded]], keys: Mapping[int, bytes]) -> list[bytes]:
    """Every character on its place of the arc, heads outwards, narrowed when the name is long."""
    count = len(name)
    step = min(_WIDEST_ARC / max(count, 1), math.radians(33))
    room = step * _TEXT_RADIUS
    narrow = min(1.0, room / (_TEXT_SIZE * 1.02))
    shown = []
    for index, character in enumerate(name):
        number, embedded = glyphs[character]
        angle = (count - 1) / 2 * step - index * step
        wide = embedded.width(character) * _TEXT_SIZE * narrow
        cos, sin = math.cos(angle), math.sin(angle)
        x = 0.5 - _TEXT_RADIUS * sin - wide / 2 * cos
        y = 0.5 + _TEXT_RADIUS * cos - wide / 2 * sin
        matrix = _path(_TEXT_SIZE * narrow * cos, _TEXT_SIZE * narrow * sin, -_TEXT_SIZE * sin, _TEXT_SIZE * cos, x, y)
        shown.append(b"/%b 1 Tf %b Tm %b Tj" % (keys[number], matrix, embedded.encode(character)))
    return shown
