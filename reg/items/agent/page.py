"""How the agent is shown, filled in and handed to papers. Nothing of him goes into the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from reg.casefile.view import CaseView
from reg.items.agent.form import KINDS, SCOPE, AgentForm
from reg.items.kit import DiffLine, Known, PersonInCase, Prefill, diff_fields
from reg.items.kit.days import day_words
from reg.items.kit.diff import Shown
from reg.items.kit.people import document_title

ITEM = "agent"
ACCOUNT = ("name", "id_type", "id_number", "mobile")
HISTORY = ("email", "kind", "agency_name", "agency_uscc", "filing_no", "scope")
"""What the agent's last case tells: never whom he was, the log-in says that better; never until when."""
KEYS = tuple(AgentForm.base_fields)
USUAL_TERM = timedelta(days=180)


def scope_words(scope: Any) -> str:
    """The powers given, one after another."""
    given = scope if isinstance(scope, list | tuple) else ()
    words = "；".join(words for code, words in SCOPE if code in given)
    return words or "只递交材料"


FIELDS = (
    Shown("name", "姓名"),
    Shown("id_type", "证件类型", text=document_title),
    Shown("id_number", "证件号码", mask="id"),
    Shown("mobile", "手机号码", mask="mobile"),
    Shown("email", "电子邮箱", mask="email"),
    Shown("kind", "身份", text=lambda value: dict(KINDS).get(str(value), str(value))),
    Shown("agency_name", "代理机构"),
    Shown("agency_uscc", "代理机构信用代码"),
    Shown("filing_no", "备案号"),
    Shown("scope", "可以做什么", text=scope_words),
    Shown("valid_from", "委托从", text=day_words),
    Shown("valid_to", "委托到", text=day_words),
)


def summary(case: CaseView) -> str:
    """吕代办，委托到2027年5月19日."""
    answer = case.answers.get(ITEM, {})
    if not answer.get("name"):
        return "还没有填"
    until = f"，委托到{day_words(answer['valid_to'])}" if answer.get("valid_to") else ""
    return f"{answer['name']}{until}"


def diff(case: CaseView) -> list[DiffLine]:
    """The mandate; there is nothing registered to compare it with."""
    return diff_fields({}, case.answers.get(ITEM, {}), FIELDS, item=ITEM)


def prefill(case: CaseView, known: Known) -> Prefill:
    """登录信息 for who he is, 历史申请 for how he works, today and half a year for the mandate."""
    account = {key: known.account.get(key, "") for key in ACCOUNT}
    history = {key: known.history[key] for key in HISTORY if known.history.get(key)}
    mandate = {
        "valid_from": case.legal_day.isoformat(),
        "valid_to": (case.legal_day + USUAL_TERM).isoformat(),
    }
    start: Mapping[str, Any] = {"kind": "person", "scope": [code for code, _ in SCOPE]}
    sources = {key: "account" for key, value in account.items() if value} | dict.fromkeys(history, "history")
    return Prefill({**start, **mandate, **history, **account}, sources)


def people(case: CaseView) -> Iterator[PersonInCase]:
    """The agent."""
    answer = case.answers.get(ITEM)
    if answer and answer.get("name"):
        yield PersonInCase(ITEM, "", "委托代理人", answer)


def section(case: CaseView) -> dict[str, Any]:
    """Data for the application form and the mandate."""
    return {key: case.answers.get(ITEM, {}).get(key, "") for key in KEYS}
