"""公民身份号码 (GB 11643): found among what was read, repaired only where its check character confirms."""

from __future__ import annotations

import re
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
LOOKALIKE = str.maketrans(
    {
        "O": "0",
        "D": "0",
        "Q": "0",
        "U": "0",
        "I": "1",
        "L": "1",
        "|": "1",
        "!": "1",
        "Z": "2",
        "S": "5",
        "B": "8",
        "G": "6",
    }
)
_CANDIDATE = re.compile(r"[0-9A-Z|!]{18}")
MIN_DIGITS = 14


def is_valid(number: str) -> bool:
    """Eighteen places, a real day of birth, the right check character."""
    if not re.fullmatch(r"\d{17}[\dX]", number) or birth_of(number) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return CHECK[total % 11] == number[17]


def birth_of(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def gender_of(number: str) -> str:
    return "男" if int(number[16]) % 2 else "女"


def looks_like_number(text: str) -> bool:
    """Whether a line can be the number, right or wrong."""
    return sum(char.isdigit() for char in text) >= MIN_DIGITS and "." not in text


def find_number(text: str) -> tuple[str, bool] | None:
    """The number in a line and whether letters had to be taken for digits; None when no reading is confirmed."""
    plain = re.sub(r"[\s·.,\-—:：]", "", text).upper().replace("×", "X").replace("*", "X")
    for start in range(max(1, len(plain) - 17)):
        piece = plain[start : start + 18]
        if is_valid(piece):
            return piece, False
    mended = {_mended(piece) for piece in _windows(plain) if _CANDIDATE.fullmatch(piece)}
    confirmed = {piece for piece in mended if is_valid(piece)}
    return (confirmed.pop(), True) if len(confirmed) == 1 else None


def _windows(text: str) -> list[str]:
    return [text[start : start + 18] for start in range(max(0, len(text) - 17))]


def _mended(piece: str) -> str:
    """Letters that look like digits become digits; only the last place may be X."""
    return piece[:17].translate(LOOKALIKE) + (piece[17] if piece[17] == "X" else piece[17].translate(LOOKALIKE))
