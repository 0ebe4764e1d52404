"""What must be true of a new 法定代表人. R016; 合规规则 CC24, CC27, CC28, CC29; 公司法10, 条例12."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from reg.casefile.view import CaseView
from reg.catalog.rules import rule_text
from reg.items.kit import Facts, Finding, Severity, Subject
from reg.items.kit.days import day_of, day_words
from reg.items.kit.licence import card_of
from reg.items.kit.offices import (
    may_represent,
    office_name,
    office_names,
    office_to_add,
    offices_of,
    posts_words,
    represents,
    the_body_exists,
)
from reg.items.kit.people import (
    age_findings,
    card_differences,
    identity_findings,
    mobile_findings,
    mobile_of,
    person_of,
    population_of,
    posts_elsewhere,
    same_person,
    watch_list_findings,
)
from reg.items.kit.rules import rule_finding
from reg.items.legal_representative.clause import bodies_said, clause_text, offices_said

Payload = Mapping[str, Any]
ITEM = "legal_representative"
ROLE = "法定代表人"
BARS = (
    "licence_revoked_responsible",
    "judgment_defaulter",
    "false_registration_responsible",
    "unreliable_entity",
)


def mobile_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return mobile_of(after)


def population_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return population_of(after)


def person_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return person_of(after)


def card_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return card_of(after)


def identity_is_real(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """身份信息真实."""
    yield from identity_findings(after, facts, item=ITEM, role=ROLE)


def card_says_the_same(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """身份证图片与填报一致."""
    yield from card_differences(after, facts.card_of(ITEM), item=ITEM)


def is_somebody_else(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """与历史数据对比: a change of 法定代表人 changes the person."""
    if same_person(after, case.was(ITEM)):
        yield Finding(
            "legal_representative.unchanged",
            Severity.BLOCK,
            f"{after.get('name', '')}已经登记为法定代表人，没有换人。",
            fix="填写新任法定代表人；没有换人的，请回到“选事项”去掉这一项。",
            basis=("条例24",),
            item=ITEM,
            field="name",
        )


def holds_an_office_that_represents(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC24: director or manager who acts for the company, in this case's 董监高 or, untouched, in the register.

    Once 董监高 is answered, that room says it, where the office is to be added.
    """
    officers = case.now("officers")
    if not officers or not after.get("id_number"):
        return
    if not represents(after, officers):
        if not case.answers.get("officers"):
            along = "officers" in case.items
            yield rule_finding(
                "CC24",
                name=after.get("name", ""),
                fix=office_to_add(after),
                item="officers" if along else ITEM,
                field="" if along else "name",
            )
        return
    held = [code for code in offices_of(after, officers) if may_represent(code)]
    if may_represent(after.get("position")) and after.get("position") not in held:
        yield Finding(
            "legal_representative.position",
            Severity.BLOCK,
            f"这里选的职务是“{office_name(after.get('position'))}”，{after.get('name', '')}在公司担任的是“{office_names(held)}”。",
            fix=f"把职务改成“{office_name(held[0])}”，或者在“董事、监事、高级管理人员”里添加所选的职务。",
            basis=("公司法10", "细则11第1款"),
            item=ITEM,
            field="position",
        )


def is_chosen_as_the_articles_say(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC24 产生方式与章程不一致: office or body differ from the clause, as far as it can be read."""
    text = clause_text(case)
    offices, bodies = offices_said(text), bodies_said(text)
    other_office = may_represent(after.get("position")) and offices and after.get("position") not in offices
    other_body = after.get("appointed_by") and bodies and after.get("appointed_by") not in bodies
    if other_office or other_body:
        yield rule_finding(
            "CC24",
            case="产生方式与章程不一致",
            fix=f"章程写的是：{text}",
            item=ITEM,
            field="position" if other_office else "appointed_by",
        )


def is_found_in_time(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC24 确定新任超过 30 日 since the former one resigned (公司法10第3款)."""
    resigned = day_of(after.get("resigned_on"))
    days = int(rule_text("CC24").params["days"])
    if resigned and case.legal_day > resigned + timedelta(days=days):
        yield rule_finding(
            "CC24",
            case="确定新任超过 30 日",
            date=day_words(resigned),
            fix="不影响提交，请尽快办完。",
            item=ITEM,
            field="resigned_on",
        )


def the_former_one_leaves_his_offices(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """A director or manager who resigned as such is told to be still registered (公司法10第2款: one resignation ends both)."""
    former, officers = case.was(ITEM), case.now("officers")
    if after.get("reason") == "resigned" and represents(former, officers):
        held = office_names(code for code in offices_of(former, officers) if may_represent(code))
        yield Finding(
            "legal_representative.former",
            Severity.WARN,
            f"原法定代表人{former.get('name', '')}还登记为{held}。担任法定代表人的董事或者经理辞任的，视为同时辞去法定代表人。",
            fix="他同时辞去这个职务的，请一并办理董事、监事、高级管理人员备案；只是不再担任法定代表人的，不用办。",
            basis=("公司法10第2款",),
            item=ITEM,
            field="reason",
        )


def is_appointed_by_a_body_of_the_company(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """任免机构与公司类型相符."""
    yield from the_body_exists(after, case, item=ITEM)


def is_not_barred(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC28 吊销责任人、失信被执行人; CC29 虚假登记责任人、不可靠实体; 人员监控 is told and confirmed."""
    yield from watch_list_findings(after, facts, item=ITEM, role=ROLE, bars=BARS)


def is_of_full_age(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC28 完全民事行为能力."""
    yield from age_findings(after, case, item=ITEM, role=ROLE)


def leads_not_too_many(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC27 法定代表人兼职数超阈值; fewer posts are told too, since the law does not forbid them."""
    firms = posts_elsewhere(after, case, facts)
    elsewhere = [post for posts in firms.values() for post in posts]
    led = {post.uscc for post in elsewhere if post.kind == "legal_representative" and not post.branch_of}
    if len(led) >= int(rule_text("CC27").params["legal_rep_count_warn"]):
        yield rule_finding(
            "CC27",
            case="法定代表人兼职数超阈值",
            name=after.get("name", ""),
            n=len(led),
            fix="请向本人核实。不影响提交，审核人员会一并看到。",
            item=ITEM,
            field="name",
        )
    elif firms:
        yield Finding(
            "legal_representative.posts_elsewhere",
            Severity.WARN,
            f"{after.get('name', '')}还在{posts_words(firms)}任职。",
            fix="请向本人核实。兼职不影响提交，和本公司同类营业的要报告董事会或者股东会。",
            basis=("公司法184",),
            item=ITEM,
            field="name",
        )


def mobile_is_his_own(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """手机实名核验."""
    yield from mobile_findings(after, facts, item=ITEM, role=ROLE)
