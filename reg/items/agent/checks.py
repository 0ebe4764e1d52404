"""What must be true of an agent. R003, R033; 合规规则 CC27, CC29; 条例18, 细则14."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from foundation.crypto.index import person_index
from reg.casefile.view import CaseView
from reg.items.kit import Facts, Finding, Severity, Subject
from reg.items.kit.days import day_of, day_words
from reg.items.kit.people import (
    FULL_AGE,
    age_on_day,
    card_differences,
    identity_findings,
    mobile_findings,
    mobile_of,
    person_of,
    population_of,
    same_person,
    watch_list_findings,
)
from reg.items.kit.rules import rule_finding

Payload = Mapping[str, Any]
ITEM = "agent"
ROLE = "代理人"
LONGEST = timedelta(days=366)
"""A mandate for one case is not given for more than a year without saying so."""
COMPARED = {
    "name": "姓名",
    "mobile": "手机号码",
    "email": "电子邮箱",
    "kind": "代办的身份",
    "agency_uscc": "代理机构",
    "filing_no": "备案号",
}
"""What seldom changes from one case of an agent to the next."""
NOT_VALID = {"lapsed": "备案已经到期", "other_agency": "备案的不是这家代理机构"}


def mobile_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return mobile_of(after)


def population_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return population_of(after)


def person_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return person_of(after)


def filing_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    """代理人备案: with the agency, when he acts for one."""
    agency = str(after.get("agency_uscc") or "") if after.get("kind") == "agency" else ""
    return [{**subject, **({"agency_uscc": agency} if agency else {})} for subject in person_of(after)]


def identity_is_real(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """代理人实人核验."""
    yield from identity_findings(after, facts, item=ITEM, role=ROLE)


def card_says_the_same(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """证件图片与填报一致."""
    yield from card_differences(after, facts.card_of(ITEM), item=ITEM)


def is_who_opened_the_case(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """An agent acts himself: the mandate names who is logged in and filled this in."""
    if not case.opener_index or not after.get("id_number"):
        return
    if person_index(str(after.get("id_type") or ""), str(after["id_number"])) != case.opener_index:
        yield Finding(
            "agent.opener",
            Severity.BLOCK,
            "代理人应当是开办这件申请的人本人。",
            fix="填写您自己的姓名和证件号码；要由别人代办的，请他登录后自己开办。",
            basis=("条例18",),
            item=ITEM,
            field="id_number",
        )


def is_of_full_age(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """完全民事行为能力, as far as the number tells."""
    age = age_on_day(after, case.legal_day)
    if age is not None and age < FULL_AGE:
        yield Finding(
            "agent.age",
            Severity.BLOCK,
            f"代理人{after.get('name', '')}未满十八周岁，不能代办登记。",
            fix="请由成年人代办，或者由法定代表人、联络员自己办。",
            basis=("条例18",),
            item=ITEM,
            field="id_number",
        )


def is_not_barred(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC29 虚假登记直接责任人 and 不可靠实体 are barred; 失信被执行人 and 人员监控 are told and confirmed: the law bars
    officers, not agents."""
    bars = ("false_registration_responsible", "unreliable_entity")
    yield from watch_list_findings(after, facts, item=ITEM, role=ROLE, bars=bars)


def is_filed(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """代理人备案情况: an agency's people must be filed; a private person who is not says so himself."""
    agency = after.get("kind") == "agency"
    name = str(after.get("name", ""))
    for subject in filing_subject(after, case):
        fact = facts.lookup("agent_filing", subject)
        if not fact.settled or fact.answer.get("filed"):
            continue
        why = NOT_VALID.get(str(fact.answer.get("status") or ""), "没有查到备案")
        if agency:
            yield Finding(
                "agent.filing",
                Severity.BLOCK,
                f"登记代理机构的从业人员要先备案：{name}{why}。",
                fix="请先由代理机构办理备案；不是代理机构从业人员的，把身份改成“自然人代理”。",
                basis=("总局令95", "R003"),
                item=ITEM,
                field="agency_uscc",
            )
        else:
            yield Finding(
                "agent.filing",
                Severity.CONFIRM,
                f"{name}没有登记代理备案。不以代理为业、受企业委托办理这一件的，请确认。",
                fix="以登记代理为业的，请先备案，再以代理机构从业人员的身份代办。",
                basis=("R003",),
                item=ITEM,
                field="kind",
            )


def mandate_covers_today(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """代理期限: it runs now."""
    begin, end = day_of(after.get("valid_from")), day_of(after.get("valid_to"))
    if begin and begin > case.legal_day:
        message, field = f"委托从{day_words(begin)}才开始，今天还不能代办。", "valid_from"
    elif end and end < case.legal_day:
        message, field = f"委托已于{day_words(end)}到期，不能再代办。", "valid_to"
    else:
        return
    yield Finding(
        "agent.mandate",
        Severity.BLOCK,
        message,
        fix="请和企业商定委托期限，改好以后由企业重新确认。",
        basis=("条例18", "细则14"),
        item=ITEM,
        field=field,
    )


def mandate_is_not_too_long(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """代理期限: one case needs no mandate of years."""
    begin, end = day_of(after.get("valid_from")), day_of(after.get("valid_to"))
    if begin and end and end - begin > LONGEST:
        yield Finding(
            "agent.mandate_long",
            Severity.CONFIRM,
            f"委托期限超过一年（{day_words(begin)}至{day_words(end)}）。",
            fix="只办这一件的，建议写六个月以内；确实要这么长的，请确认。",
            basis=("细则14",),
            item=ITEM,
            field="valid_to",
        )


def is_not_the_liaison(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC27 联络员兼任代理人, compared by document: the liaison this case names, else the registered one who stays."""
    liaison = case.now("liaison")
    if liaison and same_person(after, liaison):
        yield rule_finding(
            "CC27",
            case="联络员兼任代理人",
            name=liaison.get("name", ""),
            fix="换一位代理人，或者换一位联络员；联络员可以不用委托，自己开办变更。",
            item=ITEM,
            field="name",
        )


def agrees_with_last_time(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """与历史数据的对比分析: what the same agent said the last time he handled a case, where he says something else now."""
    before = facts.earlier.get(ITEM, {})
    if not before or not same_person(before, after):
        return
    changed = [label for key, label in COMPARED.items() if before.get(key) and _said(before, key) != _said(after, key)]
    if changed:
        yield Finding(
            "agent.differs",
            Severity.WARN,
            f"和您上次代办时填的不一样：{'、'.join(changed)}。",
            fix="确实变了的不用管；填错的，改回来。换了代理机构的，备案也要跟着变。",
            basis=("R003",),
            item=ITEM,
            field=next(key for key, label in COMPARED.items() if label == changed[0]),
        )


def _said(answer: Payload, key: str) -> str:
    return str(answer.get(key) or "").upper()


def mobile_is_his_own(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """手机实名核验."""
    yield from mobile_findings(after, facts, item=ITEM, role=ROLE)
