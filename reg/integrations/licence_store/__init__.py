"""电子证照库: documents fetched instead of handed in (免交). R003, R016, R020."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked


def query(subject: Subject) -> Result[dict[str, Any]]:
    """subject: kind and id_type, id_number (or uscc) → {kind, data}; NotFound where the store has none."""

    def read(answer: Answer) -> dict[str, Any] | None:
        if not answer["found"]:
            return None
        return {"kind": str(answer.get("kind") or ""), "data": dict(answer.get("data") or {})}

    return asked("licence_store", lambda client: client.post("/query", dict(subject)), read)
