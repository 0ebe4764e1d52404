"""Organs and numbers: 董事会 and 董事 (CC25), 监事会, 监事 and 审计委员会 (CC26). R017; 公司法68-83, 120-133, 173-176.

One finding an organ: its `fix` lists everything that is to be mended, with the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from reg.casefile.view import CaseView
from reg.catalog.rules import rule_text
from reg.items.kit import Facts, Finding, Severity
from reg.items.kit.offices import each_person, holding, office, office_name
from reg.items.kit.people import document_of
from reg.items.kit.rules import rule_finding

Payload = Mapping[str, Any]
ITEM = "officers"
NO_BOARD = frozenset({"sole_director", "executive_director_legacy"})


def structure_of(after: Payload) -> Payload:
    return after.get("structure") or {}


def directors(after: Payload) -> list[Payload]:
    """Each director once."""
    return each_person(row for row in holding(after) if (found := office(row.get("position"))) and found.is_director)


def supervisors(after: Payload) -> list[Payload]:
    """Each supervisor once."""
    return each_person(row for row in holding(after) if (found := office(row.get("position"))) and found.is_supervisor)


def in_office(after: Payload, *positions: str) -> list[Payload]:
    """Rows of these offices, as often as they stand there."""
    return [row for row in holding(after) if row.get("position") in positions]


def names(rows: list[Payload]) -> str:
    return "、".join(str(row.get("name") or "没有填姓名的人") for row in rows)


def _count(value: Any) -> int | None:
    return int(value) if str(value or "").isdecimal() else None


def _fixes(faults: Iterator[str]) -> str:
    return "；".join(faults) + "。"


# ---- 董事会 ----


def the_board_fits_its_people(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC25 人数或董事长缺失: 设董事会的三名以上、董事长一人; 不设的一名董事."""
    board = structure_of(after).get("board")
    if board not in (True, False):
        return
    faults = list(_board_faults(after) if board else _sole_director_faults(after))
    if faults:
        yield rule_finding(
            "CC25", case="人数或董事长缺失", fix=_fixes(iter(faults)), item=ITEM, field="directors_count"
        )


def _board_faults(after: Payload) -> Iterator[str]:
    people, least = directors(after), int(rule_text("CC25").params["board_min"])
    if len(people) < least:
        yield f"设董事会要有三名以上董事，名单里现在有 {len(people)} 名，请再添 {least - len(people)} 名"
    chairs = in_office(after, "chairman")
    if not chairs:
        yield "名单里没有董事长，请定一名"
    elif len(chairs) > 1:
        yield f"董事长只设一人，名单里有 {len(chairs)} 名（{names(chairs)}）"
    if alone := in_office(after, *NO_BOARD):
        yield f"设董事会的公司没有“{office_name(alone[0].get('position'))}（不设董事会）”，请改{names(alone)}的职务"
    yield from _said_and_listed(after, len(people))


def _sole_director_faults(after: Payload) -> Iterator[str]:
    people = directors(after)
    if len(people) != 1:
        yield f"不设董事会的只设一名董事，名单里现在有 {len(people)} 名"
    if members := [row for row in directors(after) if row.get("position") not in NO_BOARD]:
        yield f"不设董事会的，请把{names(members)}的职务改成“董事（不设董事会的一名董事）”"
    yield from _said_and_listed(after, len(people))


def _said_and_listed(after: Payload, listed: int) -> Iterator[str]:
    said = _count(structure_of(after).get("directors_count"))
    if said is not None and said != listed:
        yield f"“董事人数”填的是 {said} 名，名单里是 {listed} 名，请改成一样"


def the_staff_is_represented(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC25 职工代表: 三百人以上, unless the 监事会 has one; 国有独资 always (公司法173)."""
    if structure_of(after).get("board") is not True or in_office(after, "employee_director"):
        return
    mend = "在名单里添加一名“职工董事”，由职工代表大会（职工大会）选举产生。"
    if case.entity.state_wholly_owned:
        yield _own(
            "officers.state_owned_board",
            Severity.BLOCK,
            "国有独资公司的董事会成员中应当有公司职工代表。",
            mend,
            ("公司法173",),
            "directors_count",
        )
        return
    if structure_of(after).get("supervisory") == "board" and in_office(after, "employee_supervisor"):
        return
    staff = _count(structure_of(after).get("staff_count"))
    if staff is None:
        yield rule_finding(
            "CC25",
            case="未填职工人数",
            fix="在“职工人数”里填写；不到三百人的，填好以后这一条就没有了。",
            item=ITEM,
            field="staff_count",
        )
    elif staff >= int(rule_text("CC25").params["staff"]):
        yield rule_finding("CC25", case="职工代表缺失", fix=mend, item=ITEM, field="staff_count")


def most_directors_come_from_outside(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """国有独资公司: 外部董事过半数 (公司法173). Who is one cannot be seen from the answers: confirmed."""
    changed = [row for row in directors(after) if row.get("change") in {"added", "changed"}]
    if case.entity.state_wholly_owned and structure_of(after).get("board") is True and changed:
        yield _own(
            "officers.external_directors",
            Severity.CONFIRM,
            "国有独资公司的董事会成员中，应当过半数为外部董事。",
            "请确认调整以后外部董事仍然过半数。",
            ("公司法173",),
            "directors_count",
        )


# ---- 监事会、监事、审计委员会 ----


def supervision_fits_its_people(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC26: one of four ways, with the people it needs."""
    way = str(structure_of(after).get("supervisory") or "")
    found = _WAYS.get(way)
    faults = list(found(after, case)) if found else []
    if faults:
        yield rule_finding("CC26", case="人数或比例不符", fix=_fixes(iter(faults)), item=ITEM, field="supervisory")
    if way == "audit_committee":
        yield from _audit_committee(after, case)
    if way == "none" and not faults:
        yield from _consent(case)


def _supervisory_board(after: Payload, case: CaseView) -> Iterator[str]:
    people, params = supervisors(after), rule_text("CC26").params
    if len(people) < params["sup_min"]:
        yield f"监事会成员不得少于三人，名单里现在有 {len(people)} 名"
    chairs = in_office(after, "supervisor_chair")
    if len(chairs) != 1:
        yield f"监事会设主席一人，名单里有 {len(chairs)} 名"
    employees, share = in_office(after, "employee_supervisor"), Fraction(*params["staff_ratio"])
    if people and Fraction(len(employees), len(people)) < share:
        yield f"职工监事不得少于三分之一：{len(people)} 名监事里要有 {-(-len(people) // 3)} 名，现在有 {len(employees)} 名"
    if alone := in_office(after, "sole_supervisor"):
        yield f"设监事会的，请把{names(alone)}的职务改成“监事”或者“监事会主席”"


def _one_supervisor(after: Payload, case: CaseView) -> Iterator[str]:
    people = supervisors(after)
    if len(people) != 1:
        yield f"不设监事会的设一名监事，名单里现在有 {len(people)} 名"
    if members := [row for row in people if row.get("position") != "sole_supervisor"]:
        yield f"不设监事会的，请把{names(members)}的职务改成“监事（不设监事会的一名监事）”"


def _no_supervisor(after: Payload, case: CaseView) -> Iterator[str]:
    if people := supervisors(after):
        yield f"选了不设监事，请把监事{names(people)}卸任，或者改选别的监督方式"


def _none_at_all(after: Payload, case: CaseView) -> Iterator[str]:
    if case.entity.form == "joint_stock":
        yield "股份有限公司不能不设监事，请改选别的监督方式"
    yield from _no_supervisor(after, case)


_WAYS: Mapping[str, Callable[[Payload, CaseView], Iterator[str]]] = {
    "board": _supervisory_board,
    "one": _one_supervisor,
    "audit_committee": _no_supervisor,
    "none": _none_at_all,
}


def _audit_committee(after: Payload, case: CaseView) -> Iterator[Finding]:
    members = each_person(in_office(after, "audit_committee"))
    if structure_of(after).get("board") is False:
        yield rule_finding(
            "CC26",
            case="选审计委员会但未设董事会",
            fix="改选“设董事会”，或者改选别的监督方式。",
            item=ITEM,
            field="supervisory",
        )
    if case.entity.form == "joint_stock":
        yield from _joint_stock_committee(after, members)
    elif not members:
        yield _own(
            "officers.audit_committee",
            Severity.CONFIRM,
            "选了在董事会中设审计委员会，名单里还没有审计委员会成员。",
            "在名单里给担任成员的董事添加“审计委员会成员”职务。",
            ("公司法69",),
            "supervisory",
        )
    sitting = {document_of(row) for row in directors(after)}
    for row in members:
        if document_of(row) not in sitting:
            yield _own(
                "officers.audit_member",
                Severity.BLOCK,
                f"审计委员会由董事组成，{row.get('name', '')}不在董事名单里。",
                f"先给{row.get('name', '')}添加董事职务，或者从审计委员会里去掉。",
                ("公司法69", "公司法121"),
                "position",
                str(row.get("row_id") or ""),
            )


def _joint_stock_committee(after: Payload, members: list[Payload]) -> Iterator[Finding]:
    """股份公司: three or more, the majority with no other office in the company (公司法121)."""
    if len(members) < rule_text("CC26").params["audit_min_js"]:
        yield rule_finding(
            "CC26",
            case="人数或比例不符",
            fix=f"股份有限公司的审计委员会成员为三名以上，名单里现在有 {len(members)} 名。",
            item=ITEM,
            field="supervisory",
        )
        return
    managing = {
        document_of(row)
        for row in holding(after)
        if (found := office(row.get("position"))) and found.organ == "management"
    }
    independent = [row for row in members if document_of(row) not in managing]
    if Fraction(len(independent), len(members)) <= Fraction(1, 2):
        yield rule_finding(
            "CC26",
            case="审计委员会独立性",
            fix=f"审计委员会过半数成员不得在公司担任董事以外的职务，现在 {len(members)} 名里有 {len(independent)} 名不兼任，请确认或者调整。",
            item=ITEM,
            field="supervisory",
        )


def _consent(case: CaseView) -> Iterator[Finding]:
    """CC26 无一致同意文件: told here; the paper is part of the material list and all shareholders sign it."""
    before = (case.was(ITEM).get("structure") or {}).get("supervisory")
    if before != "none":
        yield rule_finding(
            "CC26",
            case="无一致同意文件",
            severity=Severity.WARN,
            fix="系统会生成这份同意文件，请全体股东签名；没有签齐不能提交。",
            item=ITEM,
            field="supervisory",
        )


def _own(
    code: str, severity: Severity, message: str, fix: str, basis: tuple[str, ...], field: str, row: str = ""
) -> Finding:
    return Finding(code, severity, message, fix=fix, basis=basis, item=ITEM, field=field, row=row)
