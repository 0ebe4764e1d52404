"""Rules about the company itself: another case in flight, its status, where it is listed (CC01, CC02, CC04, CC11, CC29, CC30, CO17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from reg.casefile.view import CaseView
from reg.catalog import codes
from reg.catalog.rules import rule_text
from reg.compliance.rule import Rule, finding
from reg.items.kit import Facts, Finding, LookupSpec, Severity, Subject

UNREACHABLE = "unreachable"
LIQUIDATING = "liquidating"
DORMANT = "dormant"


def company_of(after: Mapping[str, Any], case: CaseView) -> Iterable[Subject]:
    """Subject of the lists of companies."""
    return ({"uscc": case.entity.uscc, "name": case.entity.name},)


def code_of(after: Mapping[str, Any], case: CaseView) -> Iterable[Subject]:
    """Subject of the publicity system."""
    return ({"uscc": case.entity.uscc},)


def another_case_is_in_flight(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC01 相同企业申请案控制."""
    if facts.in_flight:
        number, status, _ = facts.in_flight
        yield finding(
            "CC01", no=number, status=status, fix="打开那一件，办完或者撤回后再来提交这一件。这一件的内容都留着。"
        )


def the_company_is_established(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC02 企业状态; 歇业 may change (细则42)."""
    status = codes.enterprise_statuses()[case.entity.status]
    if case.entity.status == LIQUIDATING:
        if case.change_items - {"contact"}:
            yield finding("CC02", case="清算中", fix=f"请到{case.entity.authority_name}窗口办理，或者改办注销登记。")
    elif not status.established:
        yield finding("CC02", status=status.name, fix=f"有疑问请到{case.entity.authority_name}窗口咨询。")
    elif case.entity.status == DORMANT:
        yield Finding(
            "CC02",
            Severity.WARN,
            "企业正在歇业，可以办理变更登记；恢复营业后请及时公示。",
            fix="不影响提交。恢复经营的，在 30 日内通过国家企业信用信息公示系统公示。",
            basis=("条例30", "细则42"),
        )


def the_company_can_be_reached(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC04 经营异常名录—住所失联."""
    if "address" in case.change_items:
        return
    for subject in code_of({}, case):
        listed = facts.lookup("abnormal", subject).answer.get("listed", ())
        if any(row.get("reason_code") == UNREACHABLE for row in listed):
            yield finding("CC04", fix="回到“选事项”勾选住所；或者确认原住所已恢复联系、正在申请移出，再往下办。")


def foreign_capital_is_not_above_the_limit(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC11 外资注册资本超 50 亿, 折人民币; an amount in another currency counts at what the register holds in 人民币."""
    capital = case.was("capital")
    limit_wan = Decimal(rule_text("CC11").params["limit_rmb"]) / 10_000
    amount_wan = Decimal(str(capital.get("amount_cny_wan") or capital.get("amount_wan") or 0))
    if case.entity.foreign_invested and amount_wan > limit_wan:
        yield finding("CC11", fix=f"请到{case.entity.authority_name}窗口办理。")


def the_company_is_on_no_list(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC29 严重违法失信, 不可靠实体 (companies)."""
    for subject in company_of({}, case):
        for hit in facts.lookup("watchlist_company", subject).answer.get("hits", ()):
            match hit.get("list"):
                case "unreliable_entity":
                    yield finding("CC29", case="不可靠实体清单", name=subject["name"])
                case "serious_violation":
                    yield finding("CC29", case="严重违法失信名单", name=subject["name"])


def nothing_is_evaded(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CO17 逃避债务式恶意变更: 未了结案件 and a new legal representative."""
    for subject in code_of({}, case):
        items = facts.lookup("pending_matters", subject).answer.get("items", ())
        if items:
            reason = "、".join(dict.fromkeys(str(row.get("title") or row.get("kind") or "案件") for row in items))
            yield finding("CO17", reason=reason, needs_words=True, fix="写明情况后确认。审核人员会一并看到。")


def branches_follow(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC30 存在须同步的分支机构: told when the name or what a branch repeats changes."""
    if facts.branches and "leader" in case.change_items:
        yield finding(
            "CC30", case="存在须同步的分支机构", items="、".join(facts.branches), fix="本件核准后系统会提醒您。"
        )


ABNORMAL = LookupSpec("abnormal", code_of, title="经营异常名录查询")
PENDING = LookupSpec("pending_matters", code_of, title="未了结案件查询")
LISTS = LookupSpec("watchlist_company", company_of, title="企业限制名单查询")

RULES = (
    Rule("CC01", another_case_is_in_flight),
    Rule("CC02", the_company_is_established),
    Rule("CC04", the_company_can_be_reached, lookups=(ABNORMAL,)),
    Rule("CC11", foreign_capital_is_not_above_the_limit),
    Rule("CC29", the_company_is_on_no_list, lookups=(LISTS,)),
    Rule("CC30", branches_follow, items=frozenset({"leader"})),
    Rule("CO17", nothing_is_evaded, items=frozenset({"leader"}), lookups=(PENDING,)),
)
