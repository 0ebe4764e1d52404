"""How the fields of a person and of an office read in a difference: the same words in every room."""

from __future__ import annotations

from typing import Any

from reg.catalog import codes
from reg.items.kit.days import day_words
from reg.items.kit.diff import Shown
from reg.items.kit.offices import body_name, office_name
from reg.items.kit.people import document_title


def country_name(code: Any) -> str:
    """中国; an unknown code as it is."""
    found = codes.countries().get(str(code))
    return found.name if found else str(code)


def mode_name(code: Any) -> str:
    """选举; an unknown code as it is."""
    found = codes.appointment_modes().get(str(code))
    return found.name if found else str(code)


IDENTITY = (
    Shown("id_type", "证件类型", text=document_title),
    Shown("id_number", "证件号码", mask="id"),
    Shown("gender", "性别"),
    Shown("birth_date", "出生日期", text=day_words),
    Shown("nationality", "国籍（地区）", text=country_name),
    Shown("ethnicity", "民族"),
    Shown("residence", "住址", mask="residence"),
    Shown("id_valid_to", "证件有效期至", text=day_words),
    Shown("mobile", "手机号码", mask="mobile"),
    Shown("email", "电子邮箱", mask="email"),
)
POSITION = Shown("position", "职务", text=office_name)
APPOINTMENT = (
    Shown("appointed_by", "任免机构", text=body_name),
    Shown("appointment_mode", "产生方式", text=mode_name),
)
TERM = (
    Shown("term_from", "任期从", text=day_words),
    Shown("term_to", "任期到", text=day_words),
)
