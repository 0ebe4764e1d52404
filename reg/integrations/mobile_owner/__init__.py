"""手机实名核验: whether a mobile is registered to a person. R020, R114."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked, same


def check(subject: Subject) -> Result[dict[str, Any]]:
    """subject: name, id_type, id_number, mobile → {match}."""

    def read(answer: Answer) -> dict[str, Any]:
        same(answer, "mobile", subject["mobile"])
        return {"match": _bool(answer["match"])}

    return asked("mobile_owner", lambda client: client.post("/check", dict(subject)), read)


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("match is not a truth value")
    return value
