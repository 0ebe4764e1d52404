"""What must be true of each 董事、监事、高级管理人员. R017, R033; 合规规则 CC24, CC25, CC27, CC28, CC29; 公司法76, 77, 178.

Only who is new or changed is looked at, save where offices collide: the law asks nobody again who is registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from reg.casefile.view import CaseView
from reg.catalog.rules import rule_text
from reg.items.kit import Facts, Finding, Severity, Subject
from reg.items.kit.days import day_of, day_words, years_after
from reg.items.kit.licence import card_of
from reg.items.kit.offices import (
    each_person,
    holding,
    office,
    office_name,
    office_names,
    office_to_add,
    posts_words,
    represents,
    the_body_exists,
)
from reg.items.kit.people import (
    age_findings,
    card_differences,
    document_of,
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

Payload = Mapping[str, Any]
ITEM = "officers"
BARS = (
    "licence_revoked_responsible",
    "judgment_defaulter",
    "false_registration_responsible",
    "unreliable_entity",
)
MOST_NAMED = 3


def fresh(after: Payload) -> list[Payload]:
    """Rows that say something new."""
    return [row for row in after.get("rows", ()) if row.get("change") in {"added", "changed"}]


def newcomers(after: Payload, case: CaseView) -> list[Payload]:
    """People who are new in an office of this company, each once: who moves from one office to another is asked again too."""
    was = {row.get("row_id"): row for row in case.was(ITEM).get("rows", ())}
    return each_person(
        row
        for row in fresh(after)
        if row.get("change") == "added"
        or row.get("position") != was.get(row.get("row_id"), {}).get("position")
        or document_of(row) != document_of(was.get(row.get("row_id"), {}))
    )


def row_of(row: Payload) -> str:
    return str(row.get("row_id") or "")


def role_of(row: Payload) -> str:
    """董事, 监事 or 高级管理人员."""
    found = office(row.get("position"))
    if found and (found.is_director or found.code == "audit_committee"):
        return "董事"
    return "监事" if found and found.is_supervisor else "高级管理人员"


def subjects(of: Callable[[Payload], Sequence[Subject]]) -> Callable[[Payload, CaseView], Iterable[Subject]]:
    """The questions `of` asks about everyone new or changed, each once."""

    def ask(after: Payload, case: CaseView) -> Iterable[Subject]:
        return [subject for row in each_person(fresh(after)) for subject in of(row)]

    return ask


population_subjects = subjects(population_of)
person_subjects = subjects(person_of)
mobile_subjects = subjects(mobile_of)
card_subjects = subjects(card_of)


def identities_are_real(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """身份信息真实."""
    for row in each_person(fresh(after)):
        yield from identity_findings(row, facts, item=ITEM, role=role_of(row), row=row_of(row))


def cards_say_the_same(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """身份证图片与填报一致."""
    for row in fresh(after):
        yield from card_differences(row, facts.card_of(ITEM, row_of(row)), item=ITEM, row=row_of(row))


def nobody_new_is_barred(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC28, CC29 for those who take an office; 人员监控 is told and confirmed."""
    for row in newcomers(after, case):
        role = office_name(row.get("position")) or role_of(row)
        yield from watch_list_findings(row, facts, item=ITEM, role=role, bars=BARS, row=row_of(row))


def everyone_is_of_full_age(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC28 完全民事行为能力."""
    for row in newcomers(after, case):
        role = office_name(row.get("position")) or role_of(row)
        yield from age_findings(row, case, item=ITEM, role=role, row=row_of(row))


def mobiles_are_their_own(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """手机实名核验."""
    for row in each_person(fresh(after)):
        yield from mobile_findings(row, facts, item=ITEM, role=role_of(row), row=row_of(row))


def bodies_exist(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """任免机构与公司类型相符."""
    for row in fresh(after):
        yield from the_body_exists(row, case, item=ITEM)


def terms_are_lawful(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC25 任期超过三年 (董事, 公司法70); 监事 likewise (公司法77); a term that is over begins no office."""
    years = int(rule_text("CC25").params["term_max"])
    for row in fresh(after):
        found, begin, end = office(row.get("position")), day_of(row.get("term_from")), day_of(row.get("term_to"))
        if not (found and begin and end) or not (found.is_director or found.is_supervisor):
            continue
        last = years_after(begin, years)
        if end > last:
            yield _too_long(row, supervisor=found.is_supervisor, last=day_words(last))
        elif end < case.legal_day:
            yield Finding(
                "officers.term_over",
                Severity.BLOCK,
                f"{row.get('name', '')}的任期到{day_words(end)}，已经届满。",
                fix="填写这一次选举、委派的任期。",
                basis=("公司法70", "公司法77"),
                item=ITEM,
                field="term_to",
                row=row_of(row),
            )


def _too_long(row: Payload, *, supervisor: bool, last: str) -> Finding:
    mend = f"{row.get('name', '')}的任期最长到{last}。"
    if not supervisor:
        return rule_finding("CC25", case="任期超过三年", fix=mend, item=ITEM, field="term_to", row=row_of(row))
    return Finding(
        "officers.supervisor_term",
        Severity.BLOCK,
        "监事的任期每届为三年，请修改任期。",
        fix=mend,
        basis=("公司法77",),
        item=ITEM,
        field="term_to",
        row=row_of(row),
    )


def registered_terms_run(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """与历史数据对比: whose registered term is over stays in office until the next election, and is told of."""
    over = [
        row
        for row in each_person(holding(after))
        if row.get("change") == "unchanged" and (end := day_of(row.get("term_to"))) and end < case.legal_day
    ]
    if over:
        yield Finding(
            "officers.registered_term_over",
            Severity.WARN,
            f"{_names(over)}登记的任期已经届满。",
            fix="改选以前，原来的董事、监事继续履行职务；已经改选的，请在这里一并更新。",
            basis=("公司法70", "公司法77"),
            item=ITEM,
        )


def nobody_holds_what_excludes_each_other(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC27 董事或高管兼任监事 (公司法76第4款); 董事兼经理 is lawful."""
    for rows in _by_person(holding(after)):
        offices = [found for row in rows if (found := office(row.get("position")))]
        supervising = [row for row in rows if (f := office(row.get("position"))) and f.is_supervisor]
        if supervising and any(not found.is_supervisor for found in offices):
            yield rule_finding(
                "CC27",
                case="董事或高管兼任监事",
                name=rows[0].get("name", ""),
                positions=office_names(row.get("position") for row in rows),
                fix=f"把{rows[0].get('name', '')}的监事职务，或者董事、高级管理人员职务去掉。",
                item=ITEM,
                field="position",
                row=row_of(supervising[0]),
            )


def nobody_is_listed_twice(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC27 同一人同一职务重复, and twice in one organ (董事长 is a director already). 审计委员会 is besides."""
    for rows in _by_person(holding(after)):
        places: dict[str, list[Payload]] = {}
        for row in rows:
            found = office(row.get("position"))
            if found:
                alone = found.organ == "management" or found.code == "audit_committee"
                places.setdefault(found.code if alone else found.organ, []).append(row)
        for doubled in places.values():
            if len(doubled) > 1:
                names = "、".join(f"“{office_name(row.get('position'))}”" for row in doubled)
                yield rule_finding(
                    "CC27",
                    case="同一人同一职务重复",
                    name=rows[0].get("name", ""),
                    positions=f"{names}（在同一机构里录了 {len(doubled)} 次）",
                    fix="同一个人在同一机构里只录一次，请删去多余的那一条。董事长、副董事长本身就是董事。",
                    item=ITEM,
                    field="position",
                    row=row_of(doubled[-1]),
                )


def one_number_has_one_name(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """数据逻辑关系一致性: the same document in another name, here or as the new 法定代表人."""
    leader = case.answers.get("legal_representative", {})
    for rows in _by_person(holding(after)):
        same = [leader] if leader and document_of(leader) == document_of(rows[0]) else []
        called = list(dict.fromkeys(str(row.get("name") or "") for row in (*rows, *same) if row.get("name")))
        if len(called) > 1 and any(row.get("change") in {"added", "changed"} for row in rows):
            yield Finding(
                "officers.two_names",
                Severity.BLOCK,
                f"同一个证件号码写了不同的姓名：{'、'.join(called)}。",
                fix="请对照身份证件改成一样。",
                basis=("细则16",),
                item=ITEM,
                field="name",
                row=row_of(next(row for row in rows if row.get("change") in {"added", "changed"})),
            )


def nobody_new_holds_an_office_of_the_old_law(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """执行董事 is no office any more (公司法75)."""
    for row in newcomers(after, case):
        found = office(row.get("position"))
        if found and found.legacy:
            yield Finding(
                "officers.legacy_office",
                Severity.BLOCK,
                f"现行公司法没有“{found.name}”这一职务，新任的不能再用。",
                fix="不设董事会的，请选“董事（不设董事会的一名董事）”。",
                basis=("公司法75", "公司法128"),
                item=ITEM,
                field="position",
                row=row_of(row),
            )


def posts_elsewhere_are_told(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """人员兼职提示, for the new 法定代表人 in his own room; 国有独资公司: CC27 国有独资人员兼职未经同意 (公司法175)."""
    leader = case.answers.get("legal_representative", {})
    for row in newcomers(after, case):
        elsewhere = posts_elsewhere(row, case, facts)
        if not elsewhere:
            continue
        name = str(row.get("name", ""))
        place: dict[str, Any] = {"item": ITEM, "field": "name", "row": row_of(row)}
        if not same_person(row, leader):
            yield Finding(
                "officers.posts_elsewhere",
                Severity.WARN,
                f"{name}还在{posts_words(elsewhere)}任职。",
                fix="请向本人核实。兼职不影响提交，和本公司同类营业的要报告董事会或者股东会。",
                basis=("公司法184",),
                **place,
            )
        if case.entity.state_wholly_owned and role_of(row) != "监事":
            yield rule_finding(
                "CC27", case="国有独资人员兼职未经同意", name=name, fix="已经取得同意的，请确认。", **place
            )


def the_legal_representative_is_among_them(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC24: the new 法定代表人 is director or manager here; the mend names the office to add."""
    leader = case.answers.get("legal_representative", {})
    if not leader.get("id_number") or represents(leader, after):
        return
    yield rule_finding("CC24", name=leader.get("name", ""), fix=office_to_add(leader), item=ITEM)


def something_changed(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """与历史数据对比: a recordal that changes nothing is no recordal."""
    before = case.was(ITEM)
    changed = any(row.get("change") != "unchanged" for row in after.get("rows", ()))
    keys = ("board", "directors_count", "supervisory")
    was, now = before.get("structure") or {}, after.get("structure") or {}
    if before and not changed and all(was.get(key) == now.get(key) for key in keys):
        yield Finding(
            "officers.unchanged",
            Severity.BLOCK,
            "董事、监事、高级管理人员和登记的一样，没有变化。",
            fix="添加新任的人、把卸任的人卸任；不用改的，请回到“选事项”去掉这一项。",
            basis=("条例24",),
            item=ITEM,
        )


def _by_person(rows: Iterable[Payload]) -> list[list[Payload]]:
    """Rows of those who hold more than one office, person by person."""
    found: dict[tuple[str, str], list[Payload]] = {}
    for row in rows:
        if row.get("id_number"):
            found.setdefault(document_of(row), []).append(row)
    return list(found.values())


def _names(rows: list[Payload]) -> str:
    told = "、".join(str(row.get("name", "")) for row in rows[:MOST_NAMED])
    return f"{told}等 {len(rows)} 人" if len(rows) > MOST_NAMED else told
