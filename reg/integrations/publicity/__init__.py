"""国家企业信用信息公示系统: 经营异常名录, 未了结案件. R025 (CC04, CO17)."""

from __future__ import annotations

from typing import Any

from foundation.outside.lookups import Subject
from foundation.outside.result import Result
from reg.integrations.kit import Answer, asked, same


def abnormal(subject: Subject) -> Result[dict[str, Any]]:
    """subject: uscc → {listed: [{reason_code, reason, listed_on, authority}]}."""

    def read(answer: Answer) -> dict[str, Any]:
        same(answer, "uscc", subject["uscc"])
        keys = ("reason_code", "reason", "listed_on", "authority")
        return {"listed": [{key: str(row.get(key) or "") for key in keys} for row in answer["listed"]]}

    return asked("publicity", lambda client: client.get(f"/companies/{subject['uscc']}/abnormal"), read)


def pending_matters(subject: Subject) -> Result[dict[str, Any]]:
    """subject: uscc → {items: [{kind, title, since, authority}]}."""

    def read(answer: Answer) -> dict[str, Any]:
        same(answer, "uscc", subject["uscc"])
        return {"items": [{key: str(value or "") for key, value in row.items()} for row in answer["items"]]}

    return asked("publicity", lambda client: client.get(f"/companies/{subject['uscc']}/pending-matters"), read)
