"""Every pair of text and ground in tokens.css is readable (WCAG 2.2 AA; 关怀版 7:1 for body text) in every look."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = re.sub(r"/\*.*?\*/", "", (Path(__file__).parent / "static/ui/tokens.css").read_text("utf-8"), flags=re.DOTALL)
GROUNDS = ("bg", "surface", "inset")
STATES = ("ok", "block", "warn", "tip", "off")
Pair = tuple[str, str, float]


def block(start: str) -> dict[str, str]:
    begin = CSS.index(start) + len(start)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", CSS[begin : CSS.index("}", begin)]))


LIGHT, CARE, DARK = block("body {"), block('body[data-weui-mode="care"] {'), block('body[data-weui-theme="dark"] {')
LOOKS = {"light": LIGHT, "dark": {**LIGHT, **DARK}, "care": {**LIGHT, **CARE}, "care+dark": {**LIGHT, **CARE, **DARK}}

PAIRS: list[Pair] = [
    *((text, ground, 4.5) for text in ("ink", "ink-2", "ink-3", "brand-text", *STATES) for ground in GROUNDS),
    *((state, f"{state}-soft", 4.5) for state in STATES),
    ("brand-text", "brand-soft", 4.5),
    *((text, f"{soft}-soft", 4.5) for text in ("ink", "ink-2") for soft in ("brand", *STATES)),
    *((text, ground, 4.5) for text in ("on-brand", "on-brand-2") for ground in ("brand", "band")),
    ("on-brand", "brand-press", 4.5),
    *(("line-strong", ground, 3) for ground in ("surface", "inset")),
    *(("focus", ground, 3) for ground in ("surface", "bg")),
    ("paper-ink", "paper", 7),
    ("paper-3", "paper", 4.5),
    ("seal", "paper", 4.5),
    ("pen", "paper", 7),
]
ON_SHARES = {"c1": "#ffffff", "c3": "#ffffff", "c2": "#14212e", "c4": "#14212e"}


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", LOOKS)
def test_every_pair_is_readable(look: str) -> None:
    colours = LOOKS[look]
    body: list[Pair] = [(text, ground, 7) for text in ("ink", "ink-2") for ground in GROUNDS] if "care" in look else []
    weak = [
        f"{text} on {ground}: {contrast(colours[text], colours[ground]):.2f}, needs {need}"
        for text, ground, need in [*PAIRS, *body]
        if contrast(colours[text], colours[ground]) < need
    ]
    weak += [f"{ink} on {share}" for share, ink in ON_SHARES.items() if contrast(colours[share], ink) < 4.5]
    assert weak == []


def test_dark_by_choice_is_dark_by_device() -> None:
    assert block('body:not([data-weui-theme="light"]) {') == DARK


def test_the_measure_itself_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_nothing_is_smaller_than_thirteen_pixels_and_care_starts_at_eighteen() -> None:
    def sizes(start: str) -> list[float]:
        begin = CSS.index(start) + len(start)
        found = re.findall(r"--fs-\w+:\s*([\d.]+)rem", CSS[begin : CSS.index("}", begin)])
        return [float(size) * 16 for size in found]

    assert min(sizes("body {")) >= 13
    assert min(sizes('body[data-weui-mode="care"] {')) >= 18
