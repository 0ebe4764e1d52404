"""变更、备案事项前后对照: how each item reads in the table of changes. R004, R005, R016, R017, R019, R020, R006, R035."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reg.casefile.view import CaseView
from reg.materials.documents.kit import clause_name, cn_date
from reg.materials.documents.officers import organs_text

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class ItemRow:
    """One item of the table: its name there and how its two sides read."""

    room: str
    name: str
    recordal: bool
    """备案 rather than 变更登记."""
    before: Callable[[Payload], str]
    after: Callable[[Payload], str]


def _name(payload: Payload) -> str:
    return str(payload.get("name") or "")


def _full_address(payload: Payload) -> str:
    return str(payload.get("full") or "")


def _new_name(payload: Payload) -> str:
    return str(payload.get("full") or payload.get("name") or "")


def _articles_before(payload: Payload) -> str:
    adopted = cn_date(payload.get("amended_on") or payload.get("adopted_on"))
    return f"{adopted}的公司章程" if adopted else "公司章程"


def _articles_after(payload: Payload) -> str:
    clauses = "、".join(clause_name(clause.get("clause_no")) for clause in payload.get("clauses", ()))
    amended = cn_date(payload.get("amended_on"))
    what = f"章程修正案（修改{clauses}）" if clauses else "修改后的公司章程"
    return f"{amended}通过的{what}" if amended else what


ITEMS = (
    ItemRow("name", "名称", False, _name, _new_name),
    ItemRow("legal_representative", "法定代表人", False, _name, _name),
    ItemRow("domicile", "住所", False, _full_address, _full_address),
    ItemRow("officers", "董事、监事、高级管理人员", True, organs_text, organs_text),
    ItemRow("articles", "章程", True, _articles_before, _articles_after),
    ItemRow("liaison", "登记联络员", True, _name, _name),
)


def touched(view: CaseView) -> tuple[ItemRow, ...]:
    """The items that this case changes, in the order of the table."""
    return tuple(item for item in ITEMS if item.room in view.items and item.room in view.answers)


def change_rows(view: CaseView) -> list[list[str]]:
    """事项, 原登记（备案）内容, 申请变更登记（备案）内容."""
    return [[item.name, item.before(view.was(item.room)), item.after(view.now(item.room))] for item in touched(view)]


def application_rows(view: CaseView) -> list[list[str]]:
    """The same, and below a new name on what it rests: a reservation (名称规定18), or this very application (细则34)."""
    rows, answer = change_rows(view), view.answers.get("name", {})
    if answer:
        held = answer.get("source") == "predeclared"
        said = f"名称保留号 {answer.get('number')}" if held else "与本次变更登记一并申报"
        rows.insert(1, ["名称申报", "", said])
    return rows
