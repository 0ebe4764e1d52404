"""标准地址库, 集中登记地, 冻结地址, 同址户数. R006."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked


def standard(subject: Subject) -> Result[dict[str, Any]]:
    """subject: district, town, road, lane, number, building, room → {std_code, full, kind}; NotFound: not in the library."""

    def read(answer: Answer) -> dict[str, Any] | None:
        if not answer["found"]:
            return None
        return {key: str(answer.get(key) or "") for key in ("std_code", "full", "kind")}

    return asked("address", lambda client: client.get("/standard", dict(subject)), read)


def frozen(subject: Subject) -> Result[dict[str, Any]]:
    """subject as `standard` → {frozen, reason}."""

    def read(answer: Answer) -> dict[str, Any]:
        if not isinstance(answer["frozen"], bool):
            raise TypeError("frozen is not a truth value")
        return {"frozen": answer["frozen"], "reason": str(answer.get("reason") or "")}

    return asked("address", lambda client: client.get("/frozen", dict(subject)), read)


def centralized(subject: Subject) -> Result[dict[str, Any]]:
    """subject: district, q → {items: [{name, address …}]}: 集中登记地名录."""

    def read(answer: Answer) -> dict[str, Any]:
        return {"items": [dict(row) for row in answer["items"]]}

    return asked("address", lambda client: client.get("/centralized", dict(subject)), read)
