"""How a 登记联络员 is shown, compared, printed and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reg.casefile.view import CaseView
from reg.entities.services import Fact
from reg.items.kit import DiffLine, PersonInCase, diff_fields
from reg.items.kit.diff import Shown
from reg.items.kit.people import document_title

FIELDS = (
    Shown("name", "姓名"),
    Shown("id_type", "证件类型", text=document_title),
    Shown("id_number", "证件号码", mask="id"),
    Shown("mobile", "手机号码", mask="mobile"),
    Shown("email", "电子邮箱", mask="email"),
)
KEYS = tuple(shown.field for shown in FIELDS)


def summary(case: CaseView) -> str:
    """张示例 → 赵演示; the name alone when only the telephone changed."""
    was, now = case.was("liaison").get("name", ""), case.now("liaison").get("name", "")
    return now if was == now else f"{was or '没有'} → {now or '未填'}"


def diff(case: CaseView) -> list[DiffLine]:
    """Line by line, 登记簿 against 申请."""
    return diff_fields(case.was("liaison"), case.now("liaison"), FIELDS, item="liaison")


def people(case: CaseView) -> Iterator[PersonInCase]:
    """The new liaison."""
    after = case.answers.get("liaison")
    if after and after.get("name"):
        is_new = after.get("id_number") != case.was("liaison").get("id_number")
        yield PersonInCase("liaison", "", "联络员", after, is_new)


def to_register(case: CaseView) -> Iterator[Fact]:
    """What the register will hold."""
    yield Fact("liaison", {key: case.answers["liaison"].get(key, "") for key in KEYS})


def section(case: CaseView) -> dict[str, Any]:
    """Data for the application form."""
    return {key: case.now("liaison").get(key, "") for key in KEYS}
