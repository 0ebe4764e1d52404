"""人员监控、总局限制名单: 吊销责任人, 失信被执行人, 虚假登记责任人, 不可靠实体清单; companies: 严重违法失信. R003, R016, R020, R033."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked, same


def person(subject: Subject) -> Result[dict[str, Any]]:
    """subject: name, id_type, id_number → {hits: [{list, reason, from, to, authority, limits?}]}; an empty list is an answer."""

    def read(answer: Answer) -> dict[str, Any]:
        same(answer, "id_number", subject["id_number"])
        return {"hits": [_hit(hit) for hit in answer["hits"]]}

    return asked("watchlist", lambda client: client.post("/person", dict(subject)), read)


def company(subject: Subject) -> Result[dict[str, Any]]:
    """subject: uscc, name → {hits: …}."""

    def read(answer: Answer) -> dict[str, Any]:
        same(answer, "uscc", subject["uscc"])
        return {"hits": [_hit(hit) for hit in answer["hits"]]}

    return asked("watchlist", lambda client: client.post("/company", dict(subject)), read)


def _hit(hit: Answer) -> dict[str, Any]:
    """`limits`, where there are any to tell: what an announcement of 不可靠实体 limits; an empty list limits nothing."""
    told: dict[str, Any] = {key: str(hit.get(key) or "") for key in ("reason", "from", "to", "authority")}
    return told | {"list": str(hit["list"])} | ({"limits": list(hit["limits"])} if "limits" in hit else {})
