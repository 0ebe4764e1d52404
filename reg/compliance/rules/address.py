"""Rules about the new domicile: whose district it is, whether it is frozen, how many are there already (CC10, CO10). R006, R025."""

from __future__ import annotations

from collections.abc import Iterator

from reg.casefile.view import CaseView
from reg.catalog.places import authority_name
from reg.compliance.rule import Rule, finding
from reg.items.kit import Facts, Finding
from reg.items.kit import address as house

ITEM = "domicile"
ADDRESS = frozenset({"address"})
ASKED = frozenset({"frozen_address", "address_density"})


def the_registration_authority_stays(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC10 跨登记机关: another district is another authority; the city's own companies move within the city."""
    answer = case.answers.get(ITEM, {})
    if not house.leaves_authority(answer, case.entity.authority):
        return
    district = str(answer["district"])
    yield finding(
        "CC10",
        authority=authority_name(district),
        fix=f"请到{authority_name(district)}窗口办理；留在本区的，把“区”改回来。",
        item=ITEM,
        field="district",
    )


def nobody_froze_the_address(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CO10 冻结地址: nobody may register there."""
    answer = case.answers.get(ITEM, {})
    fact = house.fact_of("frozen_address", house.house_subjects(answer), facts)
    if fact.answer.get("frozen"):
        reason = str(fact.answer.get("reason") or "").rstrip("。")
        because = f"冻结原因：{reason}。" if reason else ""
        yield finding(
            "CO10",
            case="冻结地址",
            fix=f"{because}请换一个地址；认为冻结有误的，请向提出冻结的单位核实。",
            item=ITEM,
            field="road",
        )


def not_too_many_are_registered_here(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CO10 同址户数超阈值, except where addresses are meant to be shared."""
    count = house.crowd(case.answers.get(ITEM, {}), case.entity.uscc, facts)
    if count:
        yield finding(
            "CO10",
            case="同址户数超阈值",
            n=count,
            fix="确认后往下办，在“文书”里上传场所使用证明。",
            item=ITEM,
            field="road",
        )


def the_address_is_free(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CO10 重复地址、冻结地址."""
    yield from nobody_froze_the_address(case, facts)
    yield from not_too_many_are_registered_here(case, facts)


RULES = (
    Rule("CC10", the_registration_authority_stays, items=ADDRESS, room=ITEM),
    Rule("CO10", the_address_is_free, items=ADDRESS, ports=ASKED, room=ITEM),
)
