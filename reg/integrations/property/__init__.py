"""规资产权核验: what the land register says of a certificate number. R006."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked, same


def check(subject: Subject) -> Result[dict[str, Any]]:
    """subject: certificate_no → {registered_no, owner, address, usage, frozen}; NotFound where the register has no such one."""

    def read(answer: Answer) -> dict[str, Any] | None:
        same(answer, "certificate_no", subject["certificate_no"])
        if not answer["found"]:
            return None
        if not isinstance(answer["frozen"], bool) or not answer["address"]:
            raise TypeError("a certificate without house or state")
        texts = {key: str(answer.get(key) or "") for key in ("registered_no", "owner", "address", "usage")}
        return {**texts, "frozen": answer["frozen"]}

    return asked("property", lambda client: client.post("/check", dict(subject)), read)
