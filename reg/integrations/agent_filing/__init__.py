"""登记代理人备案: whether an agent is filed, and for which agency. R003."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked, same

KEYS = ("filing_no", "agency_name", "agency_uscc", "valid_to", "status")


def check(subject: Subject) -> Result[dict[str, Any]]:
    """subject: name, id_type, id_number[, agency_uscc] → {filed, filing_no, agency_name, agency_uscc, valid_to, status}."""

    def read(answer: Answer) -> dict[str, Any]:
        same(answer, "id_number", subject["id_number"])
        return {"filed": bool(answer["filed"]), **{key: str(answer.get(key) or "") for key in KEYS}}

    return asked("agent_filing", lambda client: client.post("/check", dict(subject)), read)
