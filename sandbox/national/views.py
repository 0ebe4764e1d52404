"""GET /national/companies/{uscc}."""

from __future__ import annotations

from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.national.book import companies, neighbour

TOLD = ("name", "entity_type", "industry", "status", "district", "established")


@endpoint("national", "GET")
def company(call: Call, uscc: str) -> Answer:
    """What another province registered under this code; a branch with its parent, a company with the number of its branches."""
    asked = uscc.strip().upper()
    code = neighbour(asked) if call.wrong else asked
    one = companies().get(code)
    if one is None:
        return {"uscc": code, "known": False, "company": None}
    parent = companies().get(one.parent)
    told: dict[str, object] = {key: getattr(one, key) for key in TOLD}
    told["parent"] = {"uscc": parent.uscc, "name": parent.name, "entity_type": parent.entity_type} if parent else None
    told["branches"] = sum(other.parent == one.uscc for other in companies().values())
    return {"uscc": code, "known": True, "company": told}
