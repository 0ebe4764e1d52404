"""Field groups that many rooms need: a natural person. Sex and date of birth come from the identity number where it holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from foundation import clock
from reg.catalog import codes
from reg.items.kit.fields import LONG, Choice, Day, Email, Mobile, PersonName, Text, half_width
from reg.items.kit.form import ItemForm

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
RESIDENT_CARD = "10"
CN_RIC_TYPES = {"10", "60", "61", "62"}
PERSON_FIELDS = (
    "name", "id_type", "id_number", "gender", "birth_date", "nationality", "ethnicity", "residence", "id_valid_to", "mobile", "email",
)  # fmt: skip


def ric_check_digit(first17: str) -> str:
    """Check digit of a citizen identity number (GB 11643)."""
    return CHECKS[sum(w * int(d) for w, d in zip(WEIGHTS, first17, strict=True)) % 11]


def ric_birth(number: str) -> date | None:
    """Date of birth in a citizen identity number; None when the digits are no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def ric_gender(number: str) -> str:
    """男 or 女 by the 17th digit."""
    return "男" if int(number[16]) % 2 else "女"


def ric_problem(number: str) -> str:
    """What is wrong with a citizen identity number, as a sentence; empty when nothing is."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return "身份证号码应是 18 位，最后一位可以是 X，请核对。"
    born = ric_birth(number)
    if born is None or born > clock.today() or born.year < 1900:
        return "身份证号码里的出生日期不对，请对照证件核对第 7 至 14 位。"
    if number[-1] != ric_check_digit(number[:17]):
        return "身份证号码不对：最后一位校验没有通过，请对照证件逐位核对。"
    return ""


def id_number_problem(id_type: str, number: str) -> str:
    """What is wrong with a document number of this type; empty when nothing is."""
    kind = codes.id_document_types().get(id_type)
    if kind is None or not number:
        return ""
    if id_type in CN_RIC_TYPES or kind.id_check == "cn_ric":
        return ric_problem(number)
    if kind.id_check.startswith("^") and not re.match(kind.id_check, number):
        return f"{kind.name}的号码写法不对，请照证件核对。"
    return ""


def standard_number(text: str) -> str:
    """A document number without blanks and hyphens, half-width, upper case."""
    return re.sub(r"[\s\-]", "", half_width(text)).upper()


class PersonForm(ItemForm):
    """The natural-person field group (自然人信息)."""

    name = PersonName()
    id_type = Choice("证件类型", lambda: [(c.code, c.name) for c in codes.id_document_types().values()])
    id_number = Text("证件号码", mask="id", max_length=40, standard=standard_number, autocomplete="off")
    gender = Choice("性别", [("男", "男"), ("女", "女")], hint="居民身份证按号码算出")
    birth_date = Day("出生日期", hint="居民身份证按号码算出")
    nationality = Choice("国籍（地区）", lambda: [(c.code, c.name) for c in codes.countries()])
    ethnicity = Choice("民族", lambda: [(name, name) for name in codes.ethnic_groups()], required=False, empty="不填")
    residence = Text("住址", mask="residence", max_length=200, rows=2, hint="照身份证件上的住址填写")
    id_valid_to = Day("证件有效期至", long=True, hint="长期有效的填“长期”")
    mobile = Mobile()
    email = Email()

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        check_identity(self, values)
        return values


def check_identity(form: forms.Form, values: dict[str, Any]) -> None:
    """Identity number against its type; computes sex and birth from it; refuses an expired document."""
    id_type, number = values.get("id_type", ""), values.get("id_number", "")
    problem = id_number_problem(id_type, number)
    if problem:
        form.add_error("id_number", problem)
    elif id_type in CN_RIC_TYPES and number:
        compute_from_ric(form, values, number)
    valid_to = values.get("id_valid_to")
    if isinstance(valid_to, date) and valid_to < clock.today() and "id_valid_to" in form.fields:
        form.add_error(
            "id_valid_to", f"证件已于 {valid_to.year}年{valid_to.month}月{valid_to.day}日 到期，请换用有效证件。"
        )
    if (
        id_type == RESIDENT_CARD
        and "ethnicity" in form.fields
        and not values.get("ethnicity")
        and "ethnicity" not in form.errors
    ):
        form.add_error("ethnicity", "请选择民族，照身份证上的写。")


def compute_from_ric(form: forms.Form, values: dict[str, Any], number: str) -> None:
    """性别 and 出生日期 follow the number; what was typed differently is replaced."""
    computed = {"gender": ric_gender(number), "birth_date": ric_birth(number)}
    for name, value in computed.items():
        if name in form.fields:
            values[name] = value
            form.cleaned_data[name] = value
            form.errors.pop(name, None)


def computed_fields(payload: Mapping[str, Any]) -> frozenset[str]:
    """Fields of a person that the page shows with a lock because the number determines them."""
    by_number = payload.get("id_type") in CN_RIC_TYPES and not id_number_problem(
        payload["id_type"], str(payload.get("id_number", ""))
    )
    return frozenset({"gender", "birth_date"}) if by_number and payload.get("id_number") else frozenset()


def age_on(birth: date, day: date) -> int:
    """Full years on `day` (周岁, 民法典 17); a leap-day birthday falls on 1 March in other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_long(value: Any) -> bool:
    """Whether a validity is unlimited."""
    return bool(value == LONG)
