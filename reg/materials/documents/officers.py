"""董监高 as papers tell them: the organs in one sentence, the people with all their offices. R017, R035."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reg.materials.documents.kit import Data, cn_date
from reg.materials.documents.persons import key_of, positions_text
from reg.materials.documents.wording import appointing_body_name, appointment_mode_name, position_name

CHANGES = {"added": "新任", "changed": "变更", "removed": "免去", "unchanged": "不变"}
MOST_NAMES = 20
"""More people than this are counted in the table of changes; the list of officers names them all."""
SUPERVISION = {
    "board": "设监事会",
    "one": "不设监事会，设监事一名",
    "audit_committee": "在董事会中设审计委员会行使监事会职权，不设监事会和监事",
    "none": "不设监事会，不设监事",
}


def holding(officers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of those who hold the office when the case is approved."""
    return [row for row in officers.get("rows", ()) if row.get("change") != "removed"]


def structure_text(structure: Mapping[str, Any]) -> str:
    """设董事会，董事3人；不设监事会，设监事一名."""
    if not structure:
        return ""
    count = structure.get("directors_count")
    board = f"设董事会，董事{count}人" if structure.get("board") else f"不设董事会，设董事{count or 1}人"
    return f"{board}；{SUPERVISION.get(str(structure.get('supervisory')), '')}".rstrip("；")


def people_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """卫甲（董事长）、马限制（董事、副经理）."""
    offices: dict[str, tuple[str, list[str]]] = {}
    for row in rows:
        offices.setdefault(key_of(row), (str(row.get("name")), []))[1].append(str(row.get("position")))
    if len(offices) > MOST_NAMES:
        return f"共{len(offices)}人，名单见申请书附表"
    return "、".join(f"{name}（{positions_text(positions)}）" for name, positions in offices.values())


def organs_text(officers: Mapping[str, Any]) -> str:
    """Structure and people, as the table of changes shows them."""
    parts = (structure_text(officers.get("structure", {})), people_text(holding(officers)))
    return "\n".join(part for part in parts if part)


def term_text(row: Mapping[str, Any]) -> str:
    start, end = cn_date(row.get("term_from")), cn_date(row.get("term_to"))
    return f"{start}至{end}" if start and end else ""


def list_row(row: Mapping[str, Any]) -> list[str]:
    """One line of the list of officers: nothing sensitive."""
    return [
        str(row.get("name") or ""),
        position_name(row.get("position")),
        appointment_mode_name(row.get("appointment_mode")),
        appointing_body_name(row.get("appointed_by")),
        "" if row.get("change") == "removed" else term_text(row),
        CHANGES.get(str(row.get("change")), ""),
    ]


LIST_HEADS = ["姓名", "职务", "产生方式", "任免机构", "任期", "本次变动"]


def officers_list(officers: Mapping[str, Any]) -> Data:
    """附表: everybody in office and everybody who leaves."""
    return {"heads": LIST_HEADS, "rows": [list_row(row) for row in officers.get("rows", ())]}
