"""Field groups that many rooms need: a natural person. Sex and date of birth come from the identity number where it holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms

from foundation import clock
from reg.catalog import codes
from reg.catalog.id_numbers import ric_facts
from reg.items.kit.fields import Choice, Day, Email, Mobile, Number, PersonName, Text, half_width
from reg.items.kit.form import ItemForm

RESIDENT_CARD = "10"
CHINA = "CHN"
PERSON_FIELDS = (
    "name", "id_type", "id_number", "gender", "birth_date", "nationality", "ethnicity", "residence", "id_valid_to", "mobile", "email",
)  # fmt: skip


def id_number_problem(id_type: str, number: str) -> str:
    """What is wrong with a document number of this type, as a sentence; empty when nothing is or the type is unknown."""
    kind = codes.id_document_types().get(id_type)
    problem = kind.problem(number) if kind and number else None
    return problem.message if problem else ""


def standard_number(text: str) -> str:
    """A document number without blanks and hyphens, half-width, upper case."""
    return re.sub(r"[\s\-]", "", half_width(text)).upper()


class PersonForm(ItemForm):
    """The natural-person field group (自然人信息)."""

    field_options: ClassVar = {"gender": {"row": True}}

    name = PersonName()
    id_type = Choice("证件类型", lambda: [(c.code, c.name) for c in codes.id_document_types().values()])
    id_number = Number("证件号码", standard=standard_number)
    gender = Choice("性别", [("男", "男"), ("女", "女")], hint="居民身份证按号码算出", radio=True)
    birth_date = Day("出生日期", hint="居民身份证按号码算出")
    nationality = Choice("国籍（地区）", lambda: [(c.code, c.name) for c in codes.countries().values()])
    ethnicity = Choice(
        "民族", lambda: [(c.name, c.name) for c in codes.ethnic_groups().values()], required=False, empty="不填"
    )
    residence = Text("住址", max_length=200, rows=2, hint="照身份证件上的住址填写")
    id_valid_to = Day("证件有效期至", long=True)
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
    elif holds_facts(id_type, number):
        compute_from_number(form, values, number)
    if id_type == RESIDENT_CARD and "nationality" in form.fields and not values.get("nationality"):
        values["nationality"] = CHINA
        form.errors.pop("nationality", None)
    valid_to = values.get("id_valid_to")
    if isinstance(valid_to, date) and valid_to < clock.today():
        day = f"{valid_to.year}年{valid_to.month}月{valid_to.day}日"
        form.add_error("id_valid_to", f"证件已于 {day} 到期，请换用有效证件。")
    asks_ethnicity = "ethnicity" in form.fields and "ethnicity" not in form.errors
    if id_type == RESIDENT_CARD and asks_ethnicity and not values.get("ethnicity"):
        form.add_error("ethnicity", "请选择民族，照身份证上的写。")


def holds_facts(id_type: str, number: str) -> bool:
    """Whether the number itself says sex and date of birth."""
    return bool(number) and id_type == RESIDENT_CARD and ric_facts(number) is not None


def compute_from_number(form: forms.Form, values: dict[str, Any], number: str) -> None:
    """性别 and 出生日期 follow the number; what was typed differently is replaced."""
    facts = ric_facts(number)
    if facts is None:
        return
    for name, value in (("gender", facts.gender), ("birth_date", facts.birth_date)):
        if name in form.fields:
            values[name] = form.cleaned_data[name] = value
            form.errors.pop(name, None)
            if isinstance(form, ItemForm):
                form.tell(name, value)


def with_computed(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A person with what the identity number says about him, so that the page need not ask."""
    told = ric_facts(str(payload.get("id_number") or "")) if payload.get("id_type") == RESIDENT_CARD else None
    if told is None:
        return dict(payload)
    known = {"gender": told.gender, "birth_date": told.birth_date.isoformat()}
    return {**payload, **known, "nationality": payload.get("nationality") or CHINA}


def computed_fields(payload: Mapping[str, Any]) -> frozenset[str]:
    """Fields of a person that the page shows with a lock because the number determines them."""
    by_number = holds_facts(str(payload.get("id_type", "")), str(payload.get("id_number", "")))
    return frozenset({"gender", "birth_date"}) if by_number else frozenset()


def age_on(birth: date, day: date) -> int:
    """Full years on `day` (周岁, 民法典 17); a leap-day birthday falls on 1 March in other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
