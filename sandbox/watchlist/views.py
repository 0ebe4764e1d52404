"""POST /watchlist/person and /watchlist/company."""

from __future__ import annotations

from typing import Any

from foundation import clock
from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.world.selectors import company_asked, company_find, person_asked

LISTS = {
    "licence_revoked_responsible": "吊销责任人",
    "judgment_defaulter": "失信被执行人",
    "false_registration_responsible": "虚假登记责任人",
    "unreliable_entity": "不可靠实体清单",
    "monitored": "人员监控",
    "serious_violation": "严重违法失信",
}
ALL_LIMITS = ["invest", "hold_office"]
"""What an announcement of 不可靠实体 limits unless the story says otherwise."""


def _hits(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those in force on the legal day: begun, and not ended before it."""
    today = clock.today().isoformat()
    return [
        {
            "list": entry["list"],
            "list_name": LISTS[entry["list"]],
            "reason": entry["reason"],
            "from": entry["from"],
            "to": entry.get("to"),
            "authority": entry["authority"],
            **({"limits": entry.get("limits", ALL_LIMITS)} if entry["list"] == "unreliable_entity" else {}),
        }
        for entry in entries
        if entry["from"] <= today and (entry.get("to") or today) >= today
    ]


@endpoint("watchlist")
def person(call: Call) -> Answer:
    """The lists on which a person stands today, found by document and name."""
    asked = person_asked(call)
    known = asked.known()
    entries = known.story.get("watchlist", []) if known and asked.same_name(known) else []
    return {"hits": _hits(entries), **asked.echo()}


@endpoint("watchlist")
def company(call: Call) -> Answer:
    """The lists on which a company stands today, found by 统一社会信用代码."""
    uscc = company_asked(call, call.body.text("uscc", longest=18))
    known = company_find(uscc)
    return {"hits": _hits(known.story.get("watchlist", []) if known else []), "uscc": uscc}
