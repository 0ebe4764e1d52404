"""Checks about natural persons that several rooms make: real identity, watch lists, mobile, the card's picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from foundation.crypto.index import normal_id_number
from foundation.ui.masks import mask_id
from reg.casefile.view import CaseView
from reg.catalog import codes
from reg.catalog.id_numbers import ric_facts
from reg.catalog.rules import rule_text
from reg.entities.selectors import Post
from reg.items.kit.days import day_of, day_words, years_after
from reg.items.kit.facts import Facts, Subject
from reg.items.kit.finding import Finding, Severity
from reg.items.kit.groups import age_on
from reg.items.kit.rules import rule_finding

Payload = Mapping[str, Any]
RESIDENT_CARD = "10"
FULL_AGE = 18

LISTS = {
    "licence_revoked_responsible": "负有个人责任的吊销、责令关闭企业的法定代表人，自吊销之日起未逾三年",
    "judgment_defaulter": "因所负数额较大债务到期未清偿被人民法院列为失信被执行人",
    "false_registration_responsible": "虚假登记的直接责任人，自登记被撤销之日起未满三年",
    "unreliable_entity": "在不可靠实体清单中",
    "monitored": "在登记机关的人员监控名单中",
}
RULE_OF_LIST = {
    "licence_revoked_responsible": ("CC28", ("公司法178", "条例12")),
    "judgment_defaulter": ("CC28", ("公司法178", "条例12")),
    "false_registration_responsible": ("CC29", ("条例40第3款", "细则71第3款")),
    "unreliable_entity": ("CC29", ("R033",)),
    "monitored": ("R020.monitored", ("R020", "R033")),
}


def document_of(person: Payload) -> tuple[str, str]:
    """Type and normalised number of the identity document: the same person has the same."""
    return str(person.get("id_type", "")), normal_id_number(str(person.get("id_number", "")))


def same_person(one: Payload, other: Payload) -> bool:
    """Whether both are the same natural person (by document)."""
    return bool(one.get("id_number")) and document_of(one) == document_of(other)


def person_of(person: Payload) -> Sequence[Subject]:
    """Subject of the lists: name and document."""
    if not (person.get("name") and person.get("id_number")):
        return ()
    id_type, number = document_of(person)
    return ({"name": str(person["name"]), "id_type": id_type, "id_number": number},)


def population_of(person: Payload) -> Sequence[Subject]:
    """Subject of the population register: holders of an identity card."""
    if person.get("id_type") != RESIDENT_CARD or not person.get("name") or not person.get("id_number"):
        return ()
    return ({"name": str(person["name"]), "id_number": document_of(person)[1]},)


def mobile_of(person: Payload) -> Sequence[Subject]:
    """Subject of the real-name check of a mobile: holders of an identity card (CO12)."""
    if not person.get("mobile"):
        return ()
    return tuple(
        {**subject, "mobile": str(person["mobile"])}
        for subject in person_of(person)
        if subject["id_type"] == RESIDENT_CARD
    )


def identity_findings(person: Payload, facts: Facts, *, item: str, role: str, row: str = "") -> Iterator[Finding]:
    """人口实人核验: name and number belong together, and to a living person."""
    name = person.get("name", "")
    for subject in population_of(person):
        fact = facts.lookup("population", subject)
        if fact.state == "not_found" or (fact.found and fact.answer.get("match") is False):
            yield Finding(
                "identity.match",
                Severity.BLOCK,
                f"{role}{name}的姓名和身份证号码核对不上。",
                fix="请对照身份证逐字核对姓名和号码；刚改过名的，请先到派出所核对户籍信息。",
                basis=("细则16",),
                item=item,
                field="id_number",
                row=row,
            )
        elif fact.found and fact.answer.get("alive") is False:
            yield Finding(
                "identity.alive",
                Severity.BLOCK,
                f"人口信息显示{name}已经去世，不能作为{role}。",
                fix="请更换人选；信息有误的，请先到派出所更正。",
                basis=("细则16",),
                item=item,
                field="name",
                row=row,
            )


def watch_list_findings(
    person: Payload, facts: Facts, *, item: str, role: str, bars: Sequence[str], row: str = ""
) -> Iterator[Finding]:
    """人员监控和失信: a hit on a list of `bars` stops the filing, any other is told and confirmed."""
    for subject in person_of(person):
        for hit in facts.lookup("watchlist_person", subject).answer.get("hits", ()):
            barred = hit.get("list") in bars and bars_at_all(hit)
            yield _hit_finding(person, hit, item=item, role=role, barred=barred, row=row)


def bars_at_all(hit: Payload) -> bool:
    """Whether being on the list limits anything: an announcement of 不可靠实体 may limit neither investment nor office (CC29)."""
    return hit.get("limits") is None or bool(hit["limits"])


def _hit_finding(person: Payload, hit: Payload, *, item: str, role: str, barred: bool, row: str) -> Finding:
    name, code = str(person.get("name", "")), str(hit.get("list", ""))
    rule, basis = RULE_OF_LIST.get(code, ("R033", ("R033",)))
    reason = LISTS.get(code, str(hit.get("reason", "")))
    until = f"（至 {day_words(hit['to'])}）" if hit.get("to") else ""
    place: dict[str, Any] = {"item": item, "field": "name", "row": row}
    mend = "更换人选；认为信息有误的，请向作出认定的机关申请更正。"
    if barred and code == "false_registration_responsible":
        return rule_finding(rule, name=name, date=_false_registration_until(hit), fix=mend, **place)
    if barred and code == "unreliable_entity":
        return rule_finding(rule, case="不可靠实体清单", name=name, fix=mend, **place)
    if barred:
        return rule_finding(rule, position=role, name=name, reason=f"{reason}{until}", fix=mend, **place)
    return Finding(
        rule,
        Severity.CONFIRM,
        f"{role}{name}{reason}{until}。",
        fix="请确认知悉。审核人员会一并看到这条信息。",
        basis=basis,
        **place,
    )


def _false_registration_until(hit: Payload) -> str:
    """The last day of the three years: told by the list, else counted from the day of the annulment."""
    begun = day_of(hit.get("from"))
    years = int(rule_text("CC29").params["years"])
    return day_words(hit.get("to") or (years_after(begun, years) if begun else "")) or "期满"


def age_on_day(person: Payload, day: date) -> int | None:
    """Full years of the person on `day`: by the date of birth, else by the identity number; None where neither tells."""
    birth = day_of(person.get("birth_date"))
    if birth is None and person.get("id_type") == RESIDENT_CARD:
        told = ric_facts(document_of(person)[1])
        birth = told.birth_date if told else None
    return age_on(birth, day) if birth else None


def age_findings(person: Payload, case: CaseView, *, item: str, role: str, row: str = "") -> Iterator[Finding]:
    """满十八周岁: a minor has no full capacity and takes no office (公司法178, 民法典17)."""
    age = age_on_day(person, case.legal_day)
    if age is None or age >= FULL_AGE:
        return
    yield rule_finding(
        "CC28",
        position=role,
        name=person.get("name", ""),
        reason="未满十八周岁，不具有完全民事行为能力",
        fix="请更换人选。年满十六周岁、以自己的劳动收入为主要生活来源的，请到登记机关窗口办理。",
        item=item,
        field="birth_date",
        row=row,
    )


def mobile_findings(person: Payload, facts: Facts, *, item: str, role: str, row: str = "") -> Iterator[Finding]:
    """手机实名核验, for those whose number the law does not ask to be their own: told and confirmed."""
    for subject in mobile_of(person):
        if facts.lookup("mobile_owner", subject).answer.get("match") is False:
            yield Finding(
                "person.mobile",
                Severity.CONFIRM,
                f"手机号码不是{role}{person.get('name', '')}本人实名登记的号码。",
                fix="建议换成本人实名的号码：签名时要用它收短信、核实身份。",
                basis=("细则16",),
                item=item,
                field="mobile",
                row=row,
            )


def posts_elsewhere(person: Payload, case: CaseView, facts: Facts) -> dict[str, list[Post]]:
    """Offices the person holds in other enterprises now, by the name of the enterprise; shares and 联络员 are no offices,
    branches of this company no other enterprises."""
    here = case.entity.uscc
    found: dict[str, list[Post]] = {}
    for post in facts.posts_of(person):
        if here not in {post.uscc, post.branch_of} and post.kind in {"legal_representative", "officer"}:
            found.setdefault(post.entity_name, []).append(post)
    return found


CARD_LABELS = {
    "name": "姓名",
    "id_number": "证件号码",
    "gender": "性别",
    "birth_date": "出生日期",
    "ethnicity": "民族",
    "residence": "住址",
    "id_valid_to": "证件有效期",
}


def card_differences(person: Payload, card: Payload, *, item: str, row: str = "") -> Iterator[Finding]:
    """证件图片识别与填报信息一致: what was typed is compared with what the photograph says (R016, R020)."""
    read = card.get("fields") or {}
    for field, label in CARD_LABELS.items():
        typed, seen = str(person.get(field) or ""), str(read.get(field) or "")
        if not typed or not seen or plain_text(typed) == plain_text(seen):
            continue
        hard = field in {"name", "id_number"}
        yield Finding(
            "card.differs",
            Severity.BLOCK if hard else Severity.CONFIRM,
            f"{label}和照片上的证件不一致：填的是“{_show(field, typed)}”，证件上是“{_show(field, seen)}”。",
            fix=f"请对照证件改{label}，或者重新拍一张清楚的证件照片。",
            basis=("细则16",),
            item=item,
            field=field,
            row=row,
        )


def plain_text(text: str) -> str:
    """Text as it is compared: without blanks, upper case, 汉族 as 汉."""
    return "".join(text.split()).upper().removesuffix("族")


def _show(field: str, text: str) -> str:
    return mask_id(text) if field == "id_number" else text


def document_title(id_type: object) -> str:
    """居民身份证; an unknown code as it is."""
    kind = codes.id_document_types().get(str(id_type))
    return kind.name if kind else str(id_type)
