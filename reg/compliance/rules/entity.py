"""Rules about the company itself: another case in flight, its status, where it is listed (CC01, CC02, CC04, CC06, CC29, CO17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from reg.casefile.view import CaseView
from reg.catalog import codes
from reg.catalog.multi_cert import concerned
from reg.compliance.rule import Rule, finding
from reg.compliance.rules.people import PRESENT_LEADER, TICK_LEADER, present_leader
from reg.items.kit import Facts, Finding, LookupSpec, Severity, Subject
from reg.items.kit.people import bars_at_all, watch_list_findings

UNREACHABLE = "unreachable"
LIQUIDATING = "liquidating"
DORMANT = "dormant"
NO_APPLICANTS = ("false_registration_responsible", "unreliable_entity")
"""Lists whose people may not apply in any capacity (条例40第3款)."""


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


def the_company_is_on_no_list(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC29 严重违法失信, 不可靠实体 (companies): an announcement that limits nothing is confirmed only."""
    for subject in company_of({}, case):
        for hit in facts.lookup("watchlist_company", subject).answer.get("hits", ()):
            match hit.get("list"):
                case "unreliable_entity":
                    known = None if bars_at_all(hit) else Severity.CONFIRM
                    yield finding("CC29", case="不可靠实体清单", name=subject["name"], severity=known)
                case "serious_violation":
                    yield finding("CC29", case="严重违法失信名单", name=subject["name"])


def those_who_apply_are_on_no_list(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC29 for the company, and for the registered 法定代表人 who stays and signs: whom the case names anew the rooms look at."""
    yield from the_company_is_on_no_list(case, facts)
    present = case.was("legal_representative")
    for subject in present_leader({}, case):
        said = watch_list_findings(present, facts, item="", role="法定代表人", bars=NO_APPLICANTS)
        for found in said:
            if found.code == "CC29":
                yield replace(found, field="", fix=f"{subject['name']}不能签署申请书。{TICK_LEADER}")


def other_departments_follow(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC06 多证合一: recordals that repeat the 法定代表人 or the 住所. They cannot be filled in here yet: confirmed, with
    where they are changed."""
    found = concerned(case.was("scope").get("items", ()))
    if found:
        where = "、".join(dict.fromkeys(cert.department for cert in found))
        yield finding(
            "CC06",
            items="、".join(cert.name for cert in found),
            fix=f"网上还不能随这一件补填：没有办过、不涉及的，直接确认；办过的，也请确认，核准后再到{where}部门更新。",
        )


def nothing_is_evaded(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CO17 逃避债务式恶意变更: 未了结案件 and a new legal representative."""
    for subject in code_of({}, case):
        items = facts.lookup("pending_matters", subject).answer.get("items", ())
        if items:
            reason = "、".join(dict.fromkeys(str(row.get("title") or row.get("kind") or "案件") for row in items))
            yield finding("CO17", reason=reason, needs_words=True, fix="写明情况后确认。审核人员会一并看到。")


ABNORMAL = LookupSpec("abnormal", code_of, title="经营异常名录查询")
PENDING = LookupSpec("pending_matters", code_of, title="未了结案件查询")
LISTS = LookupSpec("watchlist_company", company_of, title="企业限制名单查询")

RULES = (
    Rule("CC01", another_case_is_in_flight),
    Rule("CC02", the_company_is_established),
    Rule("CC04", the_company_can_be_reached, lookups=(ABNORMAL,)),
    Rule("CC06", other_departments_follow, items=frozenset({"leader", "address"})),
    Rule(
        "CC29",
        those_who_apply_are_on_no_list,
        lookups=(LISTS, PRESENT_LEADER),
        ports=frozenset({"watchlist_person"}),
    ),
    Rule("CO17", nothing_is_evaded, items=frozenset({"leader"}), lookups=(PENDING,)),
)
