"""人口实人核验: whether a name and an identity number belong together, and to a living person. R003, R016, R020."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked, same


def check(subject: Subject) -> Result[dict[str, Any]]:
    """subject: name, id_number → {match, alive}."""

    def read(answer: Answer) -> dict[str, Any]:
        same(answer, "id_number", subject["id_number"])
        if not isinstance(answer["match"], bool):
            raise TypeError("match is not a truth value")
        return {"match": answer["match"], "alive": answer.get("alive") is not False}

    return asked("population", lambda client: client.post("/check", dict(subject)), read)
