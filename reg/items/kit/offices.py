"""Offices in a company (职务): who holds which, which of them may represent it, who appoints to them and how.

公司法 10, 59, 60, 67, 74, 172; R016, R017. Codes of answers may be anything a browser sent: unknown ones are no office.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms

from reg.casefile.view import CaseView
from reg.catalog import codes
from reg.catalog.codes import Position
from reg.entities.selectors import Post
from reg.items.kit.fields import Choice
from reg.items.kit.finding import Finding, Severity
from reg.items.kit.people import document_of, same_person

Payload = Mapping[str, Any]
OFFICE_FIELDS = ("position", "appointment_mode", "appointed_by")
MOST_NAMED = 3
ALL_BODIES = ("shareholders", "sole_shareholder", "board", "employee_congress", "state_capital_body")


def office(code: object) -> Position | None:
    """The position of a code; None for what is none."""
    return codes.positions().get(str(code or ""))


def office_name(code: object) -> str:
    """董事长; an unknown code as it is."""
    found = office(code)
    return found.name if found else str(code or "")


def office_names(positions: Iterable[object]) -> str:
    """董事长、经理: each once."""
    return "、".join(dict.fromkeys(office_name(code) for code in positions if code))


def may_represent(code: object) -> bool:
    """Whether who holds this office may be 法定代表人 (公司法10)."""
    found = office(code)
    return bool(found and found.represents)


def holding(officers: Payload) -> list[Payload]:
    """The rows of those who hold an office when the case is approved."""
    return [row for row in officers.get("rows", ()) if row.get("change") != "removed"]


def offices_of(person: Payload, officers: Payload) -> tuple[str, ...]:
    """Codes of the offices a person holds among `officers`."""
    return tuple(str(row.get("position") or "") for row in holding(officers) if same_person(row, person))


def represents(person: Payload, officers: Payload) -> bool:
    """Whether the person is director or manager who may act for the company among `officers`."""
    return any(may_represent(code) for code in offices_of(person, officers))


def office_to_add(leader: Payload) -> str:
    """The mend for a 法定代表人 who holds no office that represents the company: which one to add (CC24)."""
    chosen = leader.get("position")
    words = f"“{office_name(chosen)}”" if may_represent(chosen) else "“董事”或者“经理”"
    return f"在“董事、监事、高级管理人员”里给{leader.get('name') or '新任法定代表人'}添加{words}职务，或者更换人选。"


def each_person(rows: Iterable[Payload]) -> list[Payload]:
    """The first row of every person; who cannot be told from others yet counts as himself."""
    seen: dict[tuple[str, ...], Payload] = {}
    for row in rows:
        key = document_of(row) if row.get("id_number") else ("row", str(row.get("row_id", "")))
        seen.setdefault(key, row)
    return list(seen.values())


# ---- posts elsewhere ----


def posts_words(elsewhere: Mapping[str, Sequence[Post]]) -> str:
    """甲公司（经理、法定代表人）、乙公司（董事）等 5 家企业: where somebody holds office besides, as far as it is told."""
    named = list(elsewhere.items())[:MOST_NAMED]
    told = "、".join(f"{firm}（{_offices(posts)}）" for firm, posts in named)
    return f"{told}等 {len(elsewhere)} 家企业" if len(elsewhere) > MOST_NAMED else told


def _offices(posts: Iterable[Post]) -> str:
    words = (_office(post) for post in posts)
    return "、".join(dict.fromkeys(word for word in words if word)) or "任职"


def _office(post: Post) -> str:
    if post.kind == "legal_representative":
        return "负责人" if post.branch_of else "法定代表人"
    return office_name(post.position)


# ---- who appoints ----


def owners_body(case: CaseView) -> str:
    """The body of the owners of this company: 股东会, the one 股东, 履行出资人职责的机构; empty while the owners are not known."""
    if case.entity.state_wholly_owned:
        return "state_capital_body"
    if not case.entity.shareholders:
        return ""
    return "sole_shareholder" if case.entity.sole_shareholder else "shareholders"


def bodies_of(case: CaseView) -> tuple[str, ...]:
    """任免机构 that this company has."""
    owners = owners_body(case)
    if not owners:
        return ALL_BODIES
    board = bool((case.now("officers").get("structure") or {}).get("board"))
    return (owners, *(("board",) if board else ()), "employee_congress")


def usual_body(case: CaseView, position: str) -> str:
    """The body that usually appoints to this office in this company; empty when it cannot be told."""
    if not owners_body(case):
        return ""
    known, found = bodies_of(case), office(position)
    return next((body for body in (found.bodies if found else ()) if body in known), "")


def usual_mode(body: str) -> str:
    """How this body usually appoints."""
    found = codes.appointment_bodies().get(body)
    return found.modes[0] if found else ""


def body_name(code: object) -> str:
    found = codes.appointment_bodies().get(str(code or ""))
    return found.name if found else str(code or "")


def the_body_exists(row: Payload, case: CaseView, *, item: str) -> Iterator[Finding]:
    """任免机构 is one this company has: a company with one shareholder has no 股东会, one without a board no 董事会."""
    chosen, there = str(row.get("appointed_by") or ""), bodies_of(case)
    if chosen not in ALL_BODIES or chosen in there:
        return
    names = "、".join(body_name(code) for code in there)
    yield Finding(
        "appointment.body",
        Severity.BLOCK,
        f"这家公司没有“{body_name(chosen)}”，不能由它任免{row.get('name') or '这个人'}。",
        fix=f"任免机构请从{names}里选。",
        basis=("公司法59", "公司法60", "公司法67"),
        item=item,
        field="appointed_by",
        row=str(row.get("row_id") or ""),
    )


# ---- fields ----


def mode_choices() -> list[tuple[str, str]]:
    """产生方式 that some body of a company uses."""
    used = {mode for body in codes.appointment_bodies().values() for mode in body.modes}
    return [(code, mode.name) for code, mode in codes.appointment_modes().items() if code in used]


def body_choices() -> list[tuple[str, str]]:
    return [(code, body.name) for code, body in codes.appointment_bodies().items()]


def mode_field() -> Choice:
    return Choice("产生方式", mode_choices)


def body_field() -> Choice:
    return Choice("任免机构", body_choices, hint="由谁选举、委派或者聘任，要和决议、决定一致")


def check_appointment(form: forms.Form, values: Mapping[str, Any]) -> None:
    """Office, body and way of appointment fit together, in every company."""
    found = office(values.get("position"))
    body = codes.appointment_bodies().get(str(values.get("appointed_by") or ""))
    if found and body and body.code not in found.bodies:
        names = "、".join(codes.appointment_bodies()[code].name for code in found.bodies)
        form.add_error("appointed_by", f"{found.name}由{names}产生，不由{body.name}产生。")
    else:
        check_mode(form, values)


def check_mode(form: forms.Form, values: Mapping[str, Any]) -> None:
    """The way of appointment is one of this body."""
    body = codes.appointment_bodies().get(str(values.get("appointed_by") or ""))
    mode = str(values.get("appointment_mode") or "")
    if body and mode and mode not in body.modes:
        names = "、".join(codes.appointment_modes()[code].name for code in body.modes)
        form.add_error("appointment_mode", f"{body.name}的产生方式是{names}。")
