"""Rules about what the register holds of capital and shareholders, whatever the case changes (CC11, CC13, CC17). R025."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from reg.casefile.view import CaseView
from reg.catalog.rules import legal_date, rule_text
from reg.compliance.rule import Rule, finding
from reg.items.kit import Facts, Finding, Severity
from reg.items.kit.days import day_of, day_words

CNY = "CNY"
DEAREST = Decimal(25)
"""No currency is worth more 人民币 than this: an amount that stays below the limit even so needs no rate."""
DOMESTIC = frozenset({"ent_domestic", "ent_non_legal", "ent_fie"})
"""本市、外省企业 as shareholders: the kinds of investor that have a 统一社会信用代码."""
ARTICLES = "articles"
DECIDED_BY_SHAREHOLDERS = frozenset({"leader", "officers", ARTICLES})
"""Items whose papers shareholders sign and seal."""
NOT_OFFERED_YET = "，本次可以一并调整"
"""Words of CC17 that hold once 认缴出资 is offered here; until then the mend sends to the window."""


def foreign_capital_is_not_above_the_limit(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC11 外资注册资本超 50 亿, 折人民币. What the register does not hold in 人民币 is asked about where it might be more."""
    if not case.entity.foreign_invested:
        return
    capital, limit = case.was("capital"), Decimal(rule_text("CC11").params["limit_rmb"]) / 10_000
    own, cny = _number(capital.get("amount_wan")), capital.get("amount_cny_wan")
    in_cny = _number(cny) if cny else own if capital.get("currency") == CNY else None
    if in_cny is not None:
        if in_cny > limit:
            yield finding("CC11", fix=f"请到{case.entity.authority_name}窗口办理。")
    elif own * DEAREST > limit:
        yield Finding(
            "CC11",
            Severity.CONFIRM,
            "登记簿里没有注册资本折人民币的数额，系统不能判断是否超过 50 亿元。",
            fix=f"没有超过的，确认后往下办；超过的，请到{case.entity.authority_name}窗口办理。",
            basis=rule_text("CC11").bases,
        )


def shareholders_have_their_codes(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC13 股东统一社会信用代码: an enterprise without one can neither be found nor seal. Those whom the register knows by
    name have theirs already (casefile.selectors)."""
    for row in _holders(case):
        if not row.get("natural") and row.get("investor_type") in DOMESTIC and not row.get("id_number"):
            yield finding(
                "CC13",
                name=row.get("name", ""),
                fix=f"登记簿里没有这位股东的代码，要先更正股东信息：请到{case.entity.authority_name}窗口办理。",
            )


def the_transition_is_used(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC17 存量公司过渡期 (公司法266第2款, 国务院令784第2条). A case that amends the articles confirms it, and after the last
    day goes no further; any other case is only told, since it files nothing in which the dates stand."""
    if not _is_behind(case):
        return
    text, over = rule_text("CC17"), case.legal_day > legal_date("transition_end")
    stage = "2027-07-01 起" if over else "2027-06-30 及以前"
    office = f"网上还不能调整出资日期，请到{case.entity.authority_name}窗口办理"
    yield Finding(
        "CC17",
        Severity(text.severity_of(stage)) if ARTICLES in case.change_items else Severity.WARN,
        text.message_for(stage).replace(NOT_OFFERED_YET, ""),
        fix=f"{office}。{_last_word(case, over)}",
        basis=text.bases,
    )


def _last_word(case: CaseView, over: bool) -> str:
    if ARTICLES not in case.change_items:
        return "不影响这一件提交。"
    told = day_words(legal_date("last_paid_date_llc"))
    if over:
        return f"调整到{told}以前以后，再来修改章程；经国务院市场监督管理部门同意按原期限出资的，带上同意的文件。"
    return "这一件可以先办：知道了，确认后往下办。"


def _is_behind(case: CaseView) -> bool:
    """Whether an existing company still has contributions due later than the law lets them be."""
    if case.entity.established > legal_date("existing_company_cutoff"):
        return False
    unpaid = [row for row in _holders(case) if _number(row.get("paid_wan")) < _number(row.get("subscribed_wan"))]
    if case.entity.form == "joint_stock":
        return bool(unpaid)
    last: date = legal_date("last_paid_date_llc")
    return any(due > last for row in unpaid if (due := day_of(row.get("due"))))


def _holders(case: CaseView) -> list[Mapping[str, Any]]:
    return list(case.was("shareholders").get("rows", ()))


def _number(value: object) -> Decimal:
    return Decimal(str(value or 0))


RULES = (
    Rule("CC11", foreign_capital_is_not_above_the_limit),
    Rule("CC13", shareholders_have_their_codes, items=DECIDED_BY_SHAREHOLDERS),
    Rule("CC17", the_transition_is_used),
)
