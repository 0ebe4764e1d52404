"""What must be true of a 登记联络员. R020, R114; 合规规则 CO12, CC27, CC28."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.items.kit import Facts, Finding, Severity, Subject
from reg.items.kit.people import (
    card_differences,
    identity_findings,
    mobile_of,
    person_of,
    population_of,
    same_person,
    watch_list_findings,
)
from reg.items.kit.rules import rule_finding

Payload = Mapping[str, Any]
ITEM = "liaison"


def mobile_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return mobile_of(after)


def population_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return population_of(after)


def person_subject(after: Payload, case: CaseView) -> Iterable[Subject]:
    return person_of(after)


def mobile_belongs_to_the_liaison(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """手机实名一致 (CO12)."""
    for subject in mobile_of(after):
        if facts.lookup("mobile_owner", subject).answer.get("match") is False:
            yield rule_finding(
                "CO12", fix="换成联络员本人实名的手机号码，或者换一位联络员。", item=ITEM, field="mobile"
            )


def identity_is_real(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """身份信息真实."""
    yield from identity_findings(after, facts, item=ITEM, role="登记联络员")


def not_on_a_watch_list(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """人员监控、失信被执行人: told, not barred — the law bars officers, not liaisons; 虚假登记责任人 is barred (CC29)."""
    yield from watch_list_findings(after, facts, item=ITEM, role="登记联络员", bars=("false_registration_responsible",))


def not_the_agent_of_this_case(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """联络员兼任代理人 (CC27), compared by document."""
    agent = case.answers.get("agent", {})
    if agent and same_person(after, agent):
        yield rule_finding(
            "CC27",
            case="联络员兼任代理人",
            name=after.get("name", ""),
            fix="换一位联络员，或者换一位代理人。",
            item=ITEM,
            field="name",
        )


def card_says_the_same(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """证件图片与填报一致."""
    yield from card_differences(after, facts.card_of(ITEM), item=ITEM)


def something_changed(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """与历史数据对比: a recordal that changes nothing is asked about."""
    keys = ("name", "id_type", "id_number", "mobile", "email")
    before = case.was(ITEM)
    if before and all(str(before.get(key, "")) == str(after.get(key, "")) for key in keys):
        yield Finding(
            "liaison.unchanged",
            Severity.BLOCK,
            "联络员信息和登记的一样，没有变化。",
            fix="改成新的联络员信息；如果不用改联络员，请回到“选事项”去掉这一项。",
            basis=("条例24",),
            item=ITEM,
            field="name",
        )
