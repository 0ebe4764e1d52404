"""GET /publicity/companies/{uscc}/abnormal and …/pending-matters."""

from __future__ import annotations

from foundation import clock
from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.world.selectors import company_asked, company_find

ABNORMAL = ("reason_code", "reason", "listed_on", "authority")
PENDING = ("kind", "reason", "opened_on", "authority", "document_no")


@endpoint("publicity", "GET")
def abnormal(call: Call, uscc: str) -> Answer:
    """经营异常名录: why and since when a company is listed; empty when it is not."""
    code = company_asked(call, uscc)
    company = company_find(code)
    entries = company.story.get("abnormal", []) if company else []
    today = clock.today().isoformat()
    listed = [{key: entry.get(key) for key in ABNORMAL} for entry in entries if entry["listed_on"] <= today]
    return {"uscc": code, "known": company is not None, "listed": listed}


@endpoint("publicity", "GET")
def pending_matters(call: Call, uscc: str) -> Answer:
    """未了结的事项: penalties, complaints, executions that are not closed."""
    code = company_asked(call, uscc)
    company = company_find(code)
    entries = company.story.get("pending", []) if company else []
    today = clock.today().isoformat()
    items = [{key: entry.get(key) for key in PENDING} for entry in entries if entry["opened_on"] <= today]
    return {"uscc": code, "known": company is not None, "items": items}
