"""标准地址库: roads, standard addresses, 集中登记地, frozen addresses, how many are registered where. R006.

Every answer names the house it is about; one about another house, or another district, is not believed.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from foundation.outside.client import OutsideClient, Reply
from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked

PARTS = ("district", "road", "lane", "number", "building", "room")
PLACE = ("name", "manager", "valid_to", "std_code", "full", "town", *PARTS)
ROAD_SECONDS = 2.0
"""A road name is a suggestion while somebody types: it comes soon or not at all."""


def roads(subject: Subject) -> Result[dict[str, Any]]:
    """subject: district, q → {roads: [name …]}, the usual ones first."""

    def read(answer: Answer) -> dict[str, Any]:
        rows = [dict(row) for row in answer["roads"]]
        _all_in(rows, subject["district"])
        return {"roads": [str(row["road"]) for row in rows]}

    def send(client: OutsideClient) -> Reply:
        return OutsideClient(client.system, client.base, read_seconds=ROAD_SECONDS).get("/roads", dict(subject))

    return asked("address", send, read)


def standard(subject: Subject) -> Result[dict[str, Any]]:
    """subject: the parts of a house → {std_code, full, kind, town}; NotFound: not in the library."""

    def read(answer: Answer) -> dict[str, Any] | None:
        _about(answer, subject)
        if not answer["found"]:
            return None
        return {key: str(answer.get(key) or "") for key in ("full", "kind", "town")} | {
            "std_code": str(answer["std_code"])
        }

    return asked("address", lambda client: client.get("/standard", dict(subject)), read)


def frozen(subject: Subject) -> Result[dict[str, Any]]:
    """subject: the parts of a house → {frozen, reason}."""

    def read(answer: Answer) -> dict[str, Any]:
        _about(answer, subject)
        if not isinstance(answer["frozen"], bool):
            raise TypeError("frozen is not a truth value")
        return {"frozen": answer["frozen"], "reason": str(answer.get("reason") or "")}

    return asked("address", lambda client: client.get("/frozen", dict(subject)), read)


def density(subject: Subject) -> Result[dict[str, Any]]:
    """subject: the parts of a house and the uscc that is not counted → {count, centralized}."""

    def read(answer: Answer) -> dict[str, Any]:
        _about(answer, subject)
        if isinstance(answer["count"], bool) or not isinstance(answer["count"], int) or answer["count"] < 0:
            raise TypeError("count is no number of entities")
        return {"count": answer["count"], "centralized": answer.get("centralized") is True}

    return asked("address", lambda client: client.get("/density", dict(subject)), read)


def centralized(subject: Subject) -> Result[dict[str, Any]]:
    """subject: district, perhaps q → {items: [{name, manager, valid_to, std_code, full, town, parts …}]}: 集中登记地名录."""

    def read(answer: Answer) -> dict[str, Any]:
        rows = [{key: str(row.get(key) or "") for key in PLACE} for row in answer["items"]]
        _all_in(rows, subject["district"])
        return {"items": rows}

    return asked("address", lambda client: client.get("/centralized", dict(subject)), read)


def _about(answer: Answer, subject: Subject) -> None:
    """ValueError when the answer is about another house than asked."""
    about = answer["about"]
    for part in PARTS:
        if _compared(about[part]) != _compared(subject.get(part, "")):
            raise ValueError(f"{part} differs from what was asked")


def _all_in(rows: list[dict[str, Any]], district: str) -> None:
    """ValueError when rows of another district come back."""
    if any(str(row["district"]) != district for row in rows):
        raise ValueError("answered for another district")


def _compared(value: object) -> str:
    """As the library compares: half-width, without blanks, without the unit at the end."""
    kept = "".join(unicodedata.normalize("NFKC", str(value)).upper().split())
    for unit in ("弄", "号", "幢", "室", "栋", "楼"):
        kept = kept.removesuffix(unit)
    return kept
