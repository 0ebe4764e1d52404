"""Valid numbers that nobody holds: resident numbers with sequence 900-999, credit codes with a block that is not given out."""

from __future__ import annotations

import datetime as dt
from functools import cache

from reg.catalog.id_numbers import check_digit, is_id_area
from reg.catalog.places import DIVISIONS
from reg.catalog.source import read_csv

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_BLOCK = "MY"
"""First two of the organisation code. Real ones begin with MA or a digit; the people of the stories use MAXX."""
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FIRST_BIRTH = dt.date(1955, 1, 1)
_BIRTH_DAYS = 17_500
_SEQUENCES = 50
_STORIES = {"3101", "3301"}
"""Cities that people of the stories come from."""
_STEP = 1_000_000_007
"""A prime: multiplying by it shuffles a range without putting two numbers on one place."""


def organisation_code(number: int) -> str:
    """GB 11714: nine characters, unique for numbers below 31**6."""
    digits = ""
    for _ in range(6):
        number, digit = divmod(number, len(USCC_ALPHABET))
        digits = USCC_ALPHABET[digit] + digits
    body = ORGANISATION_BLOCK + digits
    total = sum(int(char, 36) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def uscc(district: str, number: int) -> str:
    """GB 32100: the credit code of the n-th enterprise, registered in a district."""
    body = f"91{district}{organisation_code(number)}"
    total = sum(USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + USCC_ALPHABET[(31 - total % 31) % 31]


def resident_number(person: int, *, male: bool) -> str:
    """GB 11643: one number for each person; areas are former Shanghai districts and the rest of the country."""
    areas = _shanghai_areas() if person % 2 == 0 else _other_areas()
    size = len(areas) * _BIRTH_DAYS * _SEQUENCES
    place = (person // 2 * _STEP + 12_345) % size
    place, sequence = divmod(place, _SEQUENCES)
    area, day = divmod(place, _BIRTH_DAYS)
    birth = _FIRST_BIRTH + dt.timedelta(days=day)
    body = f"{areas[area]}{birth:%Y%m%d}{900 + 2 * sequence + (1 if male else 0)}"
    return body + check_digit(body)


@cache
def _shanghai_areas() -> tuple[str, ...]:
    """Former districts and counties: no person of the stories has a number from there."""
    today = {row["code"] for row in read_csv(DIVISIONS / "districts.csv")}
    rows = read_csv(DIVISIONS / "id_areas.csv")
    return tuple(
        row["code"] for row in rows if row["code"].startswith("310") and row["code"] not in today and _is_county(row)
    )


@cache
def _other_areas() -> tuple[str, ...]:
    rows = read_csv(DIVISIONS / "china.csv")
    return tuple(r["code"] for r in rows if _is_county(r) and r["code"][:2] < "70" and r["code"][:4] not in _STORIES)


def _is_county(row: dict[str, str]) -> bool:
    return not row["code"].endswith("00") and row["name"] not in {"市辖区", "县"} and is_id_area(row["code"])
