"""What 登记代理人备案 knows of the agent: his agency and his number need no typing (查询辅助输入). R003."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.items.agent.checks import filing_subject
from reg.items.kit import Facts, Hint
from reg.items.kit.days import day_words

Payload = Mapping[str, Any]
KEYS = ("agency_name", "agency_uscc", "filing_no")
TITLE = "登记代理人备案"


def hints(payload: Payload, case: CaseView, facts: Facts) -> Iterator[Hint]:
    """One hint, whatever the register of agents says."""
    for subject in filing_subject(payload, case):
        fact = facts.lookup("agent_filing", subject)
        if fact.unavailable:
            yield Hint("filing", TITLE, "现在没有回应，系统会再查。可以先往下填。", tone="warn")
        elif not fact.settled:
            yield Hint("filing", TITLE, "正在查…", tone="now")
        elif fact.answer.get("agency_uscc") and (fact.answer.get("filed") or fact.answer.get("status") == OTHER):
            yield _filed(payload, fact.answer)
        else:
            yield Hint("filing", TITLE, "没有查到有效的备案。")


OTHER = "other_agency"
"""The agent is filed, but for another agency than was typed."""


def _filed(payload: Payload, told: Payload) -> Hint:
    shown = (
        ("代理机构", told.get("agency_name")),
        ("备案号", told.get("filing_no")),
        ("有效到", day_words(told.get("valid_to"))),
    )
    lines = tuple((label, str(value)) for label, value in shown if value)
    take = {"kind": "agency", **{key: str(told.get(key) or "") for key in KEYS}}
    if all(str(payload.get(key) or "") == value for key, value in take.items()):
        return Hint("filing", TITLE, "查到了，和填的一致。", lines=lines, tone="ok")
    return Hint(
        "filing",
        TITLE,
        "查到了您的备案。",
        lines=lines,
        take=take,
        take_label="照备案填",
        source="agent_filing",
    )
