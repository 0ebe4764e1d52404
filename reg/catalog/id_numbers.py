"""证件号码: whether a number can exist, by the rule its document type names in codes.yaml."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from reg.catalog.source import DATA, read_csv

ProblemCode: TypeAlias = Literal["empty", "length", "characters", "area", "birth", "check_digit", "pattern"]

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_EARLIEST: Final = dt.date(1880, 1, 1)


@dataclass(frozen=True)
class IdProblem:
    """Why a number cannot be right, in words for the person who typed it."""

    code: ProblemCode
    message: str


@dataclass(frozen=True)
class IdFacts:
    """What an 18-digit number says about its holder."""

    birth_date: dt.date
    gender: Literal["男", "女"]
    area: str


@dataclass(frozen=True)
class IdCheck:
    """One rule: `cn_ric`, `cn18:NN`, `free` or a regular expression."""

    rule: str

    def problem(self, number: str) -> IdProblem | None:
        """Why the number breaks the rule; None if it keeps it."""
        if not number:
            return IdProblem("empty", "请填写证件号码。")
        if self.rule == "free":
            return None
        if self.rule == "cn_ric":
            return _ric_problem(number)
        if self.rule.startswith("cn18:"):
            return _permit_problem(number, self.rule.removeprefix("cn18:"))
        if re.fullmatch(self.rule, number):
            return None
        return IdProblem("pattern", "证件号码的位数或者字母不对，请对照证件再填一次。")


def ric_facts(number: str) -> IdFacts | None:
    """Birth, gender and area of a valid 18-digit resident number; None if it is not valid."""
    if _ric_problem(number) is not None:
        return None
    birth = _birth(number)
    return IdFacts(birth, "男" if int(number[16]) % 2 else "女", number[:6]) if birth else None


def check_digit(number: str) -> str:
    """GB 11643: the 18th digit for the first 17."""
    return _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11]


def is_id_area(code: str) -> bool:
    """Whether the six digits were ever an administrative area."""
    return code in _areas()


@cache
def _areas() -> frozenset[str]:
    return frozenset(row["code"] for row in read_csv(DATA / "divisions" / "id_areas.csv"))


def _shape_problem(number: str) -> IdProblem | None:
    if len(number) != 18:
        return IdProblem("length", f"号码应为 18 位，现在是 {len(number)} 位，请对照证件再填一次。")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return IdProblem("characters", "号码前 17 位是数字，最后一位是数字或者大写字母 X。")
    return None


def _ric_problem(number: str) -> IdProblem | None:
    if (problem := _shape_problem(number)) is not None:
        return problem
    if not is_id_area(number[:6]):
        return IdProblem("area", "号码前 6 位不是任何地区的代码，请对照证件再填一次。")
    if _birth(number) is None:
        return IdProblem("birth", "号码第 7 到 14 位不是一个日期，请对照证件再填一次。")
    return _digit_problem(number)


def _permit_problem(number: str, prefix: str) -> IdProblem | None:
    if (problem := _shape_problem(number)) is not None:
        return problem
    if not number.startswith(prefix):
        return IdProblem("pattern", f"这种证件的号码以 {prefix} 开头，请对照证件再填一次。")
    return _digit_problem(number)


def _digit_problem(number: str) -> IdProblem | None:
    if number[17] == check_digit(number):
        return None
    return IdProblem("check_digit", "号码的最后一位和前面对不上，多半是填错了一位，请对照证件再填一次。")


def _birth(number: str) -> dt.date | None:
    try:
        day = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return day if day >= _EARLIEST else None
