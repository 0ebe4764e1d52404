"""What must be true of a new 住所. R006; 公司法8, 条例11, 细则35, 民法典279. Frozen and crowded addresses, and another district,
are rules of the case (CO10, CC10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.items.domicile.page import town_name
from reg.items.kit import Facts, Finding, Severity, Subject
from reg.items.kit import address as house
from reg.items.kit.days import day_of, day_words

Payload = Mapping[str, Any]
ITEM = "domicile"


def house_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return house.house_subjects(after)


def crowd_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return house.crowd_subjects(after, case.entity.uscc)


def title_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return house.title_subjects(after)


def list_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return house.district_subjects(after)


def is_another_house(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """与历史数据的对比分析: a change of domicile changes the house."""
    before = case.was(ITEM)
    if after.get("road") and after.get("number") and house.house_key(after) == house.house_key(before):
        yield Finding(
            "domicile.unchanged",
            Severity.BLOCK,
            "填的地址和现在登记的一样，没有变化。",
            fix="填写新的住所；住所没有变的，请回到“选事项”去掉这一项。",
            basis=("条例24",),
            item=ITEM,
            field="road",
        )


def is_no_military_property(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """部队房产（不受理), as the address library knows it."""
    fact = house.fact_of("std_address", house.house_subjects(after), facts)
    if fact.answer.get("kind") == "military":
        yield Finding(
            "domicile.military",
            Severity.BLOCK,
            "标准地址库里这个地址是部队房产，不能登记为住所。",
            fix="请换一个地址。房屋已经移交地方的，请先到规划资源部门更新登记。",
            basis=("R006",),
            item=ITEM,
            field="road",
        )


def stands_in_the_address_library(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """住所的规范化填写: a house the library does not know is asked about, since it may be new or mistyped."""
    fact = house.fact_of("std_address", house.house_subjects(after), facts)
    if fact.state == "not_found":
        yield Finding(
            "domicile.library",
            Severity.CONFIRM,
            f"标准地址库里没有“{after.get('full', '')}”。",
            fix="请对照产权证或者租赁合同，逐段核对路名、弄、门牌号和室号；没有写错的，确认后往下办，审核人员会核对。",
            basis=("条例11",),
            item=ITEM,
            field="road",
        )


def lies_in_the_town_that_was_chosen(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """街道、乡镇与标准地址一致."""
    fact = house.fact_of("std_address", house.house_subjects(after), facts)
    town = fact.answer.get("town")
    if town and after.get("town") and town != after["town"]:
        yield Finding(
            "domicile.town",
            Severity.CONFIRM,
            f"标准地址库里这个地址属于{town_name(town)}，您选的是{town_name(after['town'])}。",
            fix="请核对街道、乡镇；标准地址库有误的，确认后往下办。",
            basis=("条例11",),
            item=ITEM,
            field="town",
        )


def a_collective_address_is_on_the_list(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """集中登记地在名录内，并且没有过期."""
    fact = house.fact_of("centralized_address", house.district_subjects(after), facts)
    if not fact.found or not house.house_subjects(after):
        return
    listed = house.on_the_list(after, facts)
    until = house.list_ends(listed)
    where: dict[str, Any] = {"item": ITEM, "field": "kind", "basis": ("上海市优化营商环境条例31",)}
    if not listed:
        yield Finding(
            "domicile.collective",
            Severity.BLOCK,
            "这个地址不在集中登记地名录里。",
            fix="请从页面上的集中登记地里选一个，或者改取得方式。",
            **where,
        )
    elif until and until < case.legal_day:
        yield Finding(
            "domicile.collective_ended",
            Severity.BLOCK,
            f"这个集中登记地的资格已于{day_words(until)}到期。",
            fix="请换一个集中登记地。",
            **where,
        )


def the_certificate_is_of_this_house(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """产权证编号核验: not found means a proof, another house is said, 查封 is asked about."""
    fact = house.title_fact(after, facts)
    where: dict[str, Any] = {"item": ITEM, "field": "property_certificate_no", "basis": ("条例11", "细则35")}
    if fact.state == "not_found":
        yield Finding(
            "domicile.title",
            Severity.WARN,
            "产权登记里没有查到这个产权证编号。",
            fix="请对照产权证核对编号。没有写错的，上传产权证、租赁合同等证明就行。",
            **where,
        )
    if house.title_differs(after, fact):
        yield Finding(
            "domicile.title_differs",
            Severity.CONFIRM,
            f"产权证上的地址是“{fact.answer.get('address', '')}”，和填的“{after.get('full', '')}”不一样。",
            fix="请核对地址和产权证编号。确实是同一处的，确认后上传证明，审核人员会核对。",
            **where,
        )
    if fact.answer.get("frozen"):
        yield Finding(
            "domicile.title_frozen",
            Severity.CONFIRM,
            "产权登记显示这处房屋已被查封。",
            fix="请向产权人核实。可以继续使用的，确认后上传使用证明，审核人员会核对。",
            **where,
        )


def is_not_a_dwelling(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """住宅改为经营性用房 (民法典279): a dwelling needs the consent of the neighbours, so 居改非 has to be chosen."""
    usage = str(house.title_fact(after, facts).answer.get("usage") or "")
    if house.LIVING.search(usage) and after.get("kind") != house.RESIDENTIAL:
        yield Finding(
            "domicile.dwelling",
            Severity.BLOCK,
            f"产权登记的房屋用途是“{usage}”，住宅不能直接作为公司住所。",
            fix="把取得方式改成“居改非”，取得有利害关系的业主一致同意并上传证明；或者换一个地址。",
            basis=("民法典279",),
            item=ITEM,
            field="kind",
        )


def may_be_used_today(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """使用权没有到期."""
    until = day_of(after.get("usage_right_until"))
    if until and until < case.legal_day:
        yield Finding(
            "domicile.ended",
            Severity.BLOCK,
            f"这个地址只能用到{day_words(until)}，已经过期。",
            fix="请续签合同后填新的日期，或者换一个地址。",
            basis=("条例11",),
            item=ITEM,
            field="usage_right_until",
        )
