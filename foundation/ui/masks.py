"""What a page shows of a number that belongs to a person (个人信息脱敏), and how it is spoken."""

from __future__ import annotations

import re
from collections.abc import Callable

STAR = "*"
Mask = Callable[[object], str]


def mask_middle(text: str, head: int, tail: int) -> str:
    """The first `head` and last `tail` signs, stars between; everything is hidden when nothing would be."""
    hidden = len(text) - head - tail
    if hidden <= 0:
        return STAR * len(text)
    return text[:head] + STAR * hidden + text[len(text) - tail :]


def mask_id(value: object) -> str:
    """310***********9190. Short numbers of passports keep their first and last three, and at least half is hidden."""
    text = _plain(value)
    if len(text) >= 15:
        return mask_middle(text, 3, 4)
    return mask_middle(text, 1, min(3, max(0, len(text) // 2 - 1)))


def mask_mobile(value: object) -> str:
    """199****0004"""
    text = re.sub(r"[\s-]", "", _plain(value))
    if len(text) >= 11:
        return mask_middle(text, len(text) - 8, 4)
    return mask_middle(text, min(2, len(text) // 3), min(2, len(text) // 3))


def mask_name(value: object) -> str:
    """*演示 for three signs, *甲 for two: the family name is hidden."""
    text = _plain(value)
    return STAR + text[1:] if len(text) < 4 else mask_middle(text, 0, 2)


def mask_email(value: object) -> str:
    """p***@example.com"""
    name, at, host = _plain(value).partition("@")
    return f"{name[:1]}{STAR * 3}{at}{host}" if at else mask_middle(name, 1, 1)


def mask_residence(value: object) -> str:
    """上海市示例区****: as far as the district."""
    text = _plain(value)
    district = re.match(r".{1,14}?[区县旗]", text)
    head = district.group() if district and district.end() < len(text) else text[: min(6, len(text) // 2)]
    return f"{head}{STAR * 4}" if text else ""


def spoken_id(value: object) -> str:
    """证件尾号 9190: what a screen reader hears in place of stars."""
    return f"证件尾号 {_tail(_plain(value))}"


def spoken_mobile(value: object) -> str:
    """手机尾号 0004"""
    return f"手机尾号 {_tail(_plain(value))}"


def _tail(text: str) -> str:
    return text[-4:] if len(text) >= 11 else text[-2:]


def _plain(value: object) -> str:
    return "" if value is None else str(value).strip()


MASKS: dict[str, Mask] = {
    "id": mask_id,
    "mobile": mask_mobile,
    "name": mask_name,
    "email": mask_email,
    "residence": mask_residence,
}
SPOKEN: dict[str, Mask] = {"id": spoken_id, "mobile": spoken_mobile}
