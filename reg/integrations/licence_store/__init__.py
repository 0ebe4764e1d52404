"""电子证照库: documents fetched instead of handed in (免交). R003, R016, R020."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked, same


def query(subject: Subject) -> Result[dict[str, Any]]:
    """subject: kind and id_type, id_number (or uscc) → {kind, data}; NotFound where the store has none."""

    def read(answer: Answer) -> dict[str, Any] | None:
        if not answer["found"]:
            return None
        data = dict(answer.get("data") or {})
        for key in ("id_number", "uscc"):
            if key in subject:
                same({key: str(data.get(key) or "")}, key, subject[key])
        return {"kind": str(answer.get("kind") or ""), "data": data}

    return asked("licence_store", lambda client: client.post("/query", dict(subject)), read)
