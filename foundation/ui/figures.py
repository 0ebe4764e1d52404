"""Numbers as pages write them: amounts in 万元, numbers in groups, lines and rings whose length is a share."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import pi

NBSP = "\u00a0"
APPLICATION_NUMBER = "6-8-6-2"
"""登记机关 – 日期 – 流水 – 校验."""


def money_wan(value: object, unit: str = "万元") -> str:
    """1,000 万元: thousands separated, no trailing zeros, the unit never on another line."""
    if value is None or value == "":
        return ""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not amount.is_finite():
        return str(value)
    text = f"{amount:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{'0' if text in {'-0', ''} else text}{NBSP}{unit}"


def grouped(value: object) -> str:
    """12,486: a count with its thousands apart."""
    return f"{value:,}" if isinstance(value, int) else str(value)


def number_groups(value: object, pattern: str = APPLICATION_NUMBER) -> str:
    """310115 20261123 000128 47: read aloud and copied without losing the place. What is longer forms a last group.

    A case number of another system's making, which is no row of digits, stays as it is.
    """
    text, groups = str(value or ""), []
    if pattern == APPLICATION_NUMBER and not text.isdigit():
        return text
    for width in pattern.split("-"):
        if text:
            groups.append(text[: int(width)])
            text = text[int(width) :]
    return NBSP.join([*groups, text] if text else groups)


def share(part: float, whole: float) -> float:
    """Per cent, within 0 and 100; 0 of nothing."""
    return 0.0 if whole <= 0 else round(min(100.0, max(0.0, part / whole * 100)), 1)


@dataclass(frozen=True)
class Ring:
    """Where the arc of a progress ring begins and how long it is; sizes in px."""

    size: int
    stroke: float
    radius: float
    arc: float
    around: float

    @property
    def middle(self) -> float:
        return self.size / 2

    @classmethod
    def of(cls, part: float, whole: float, *, size: int) -> Ring:
        stroke = max(6.0, round(size / 12))
        radius = (size - stroke) / 2
        around = 2 * pi * radius
        return cls(size, stroke, radius, round(around * share(part, whole) / 100, 1), round(around, 1))
