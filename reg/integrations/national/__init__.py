"""总局全国企业信息: a company or branch that another province registered. R108, R109."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked, same

PORT = "national_company"
_TEXTS = ("name", "entity_type", "industry", "status", "district", "established")


def company(subject: Subject) -> Result[dict[str, Any]]:
    """subject: uscc → {name, entity_type, industry, status, district, established, parent_uscc, parent_name, parent_type, branches}."""

    def read(answer: Answer) -> dict[str, Any] | None:
        same(answer, "uscc", subject["uscc"])
        told = answer["company"]
        if told is None:
            return None
        parent = told["parent"] or {"uscc": "", "name": "", "entity_type": ""}
        return {
            **{key: str(told[key] or "") for key in _TEXTS},
            "parent_uscc": str(parent["uscc"]),
            "parent_name": str(parent["name"]),
            "parent_type": str(parent["entity_type"]),
            "branches": int(told["branches"]),
        }

    return asked("national", lambda client: client.get(f"/companies/{subject['uscc']}"), read)
