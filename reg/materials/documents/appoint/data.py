"""任免职文件 (F_APPOINT): who leaves and who takes which office, one paper per appointing body. R016, R017, R035,
公司法10, 59, 60, 67, 173, 细则33. What the 职工代表大会 decided is uploaded: its seal is no electronic one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from reg.casefile.view import CaseView
from reg.catalog import codes
from reg.materials.documents.kit import NOTHING, Data, Extra, cn_date, paper
from reg.materials.documents.officers import term_text
from reg.materials.documents.people import DocumentRefused, state_capital_body
from reg.materials.documents.persons import key_of
from reg.materials.documents.votes import board, majority_signatures, sole, state_body, voting
from reg.materials.documents.wording import appointment_mode_name, id_type_name, labels, position, position_name

FORM = "F_APPOINT"
LEADER = "法定代表人"
UPLOADED_BODY = "employee_congress"
CHAIRS = frozenset({"chairman", "vice_chairman"})
OFFICE_KEYS = ("position", "appointment_mode", "appointed_by", "term_from", "term_to")
REASONS = {"resigned": "辞任", "term_ended": "任期届满", "dismissed": "解任", "other": "其他"}


@dataclass(frozen=True)
class Body:
    """任免机构: how its paper is called, on what law it acts, who signs."""

    title: str
    ground: str
    signatures: Callable[[CaseView, Extra], list[Data]]


BODIES: Mapping[str, Body] = {
    "shareholders": Body(
        "股东会关于任免职务的决议",
        "根据《中华人民共和国公司法》第五十九条和公司章程的规定，{company}股东会{when}作出如下任免决议：",
        majority_signatures,
    ),
    "sole_shareholder": Body(
        "股东关于任免职务的决定",
        "根据《中华人民共和国公司法》第六十条和公司章程的规定，{company}股东{when}作出如下任免决定：",
        lambda view, extra: sole(view),
    ),
    "board": Body(
        "董事会关于任免职务的决议",
        "根据《中华人民共和国公司法》第六十七条、第七十三条和公司章程的规定，{company}董事会{when}作出如下任免决议：",
        lambda view, extra: board(view),
    ),
    "state_capital_body": Body(
        "履行出资人职责的机构关于任免职务的决定",
        "根据《中华人民共和国公司法》第一百七十三条和公司章程的规定，{owner}依法履行出资人职责，{when}对{company}作出如下任免决定：",
        lambda view, extra: state_body(view),
    ),
}
JOINT_STOCK_GROUNDS = {
    "第五十九条": "第一百一十二条",
    "第六十条": "第一百一十二条",
    "第六十七条、第七十三条": "第一百二十条、第一百二十四条",
}


def bodies(view: CaseView) -> tuple[str, ...]:
    """任免机构 of this case, those whose decision is uploaded included (fact appointment.bodies)."""
    asked = {str(row.get("appointed_by")) for row in officer_rows(view) if takes_office(view, row)}
    asked |= {str(row.get("appointed_by")) for row in leaving_rows(view)}
    if "legal_representative" in view.answers:
        asked.add(leader_body(view))
    return tuple(body for body in (*BODIES, UPLOADED_BODY) if body in asked)


def parties(view: CaseView) -> tuple[str, ...]:
    """The bodies that each get a paper made here."""
    return tuple(body for body in bodies(view) if body != UPLOADED_BODY)


def officer_rows(view: CaseView) -> tuple[Mapping[str, Any], ...]:
    """The rows of 董监高 as answered, and the seats on the board that go with the offices of its chairmen."""
    answered = tuple(view.answers.get("officers", {}).get("rows", ()))
    return (*answered, *_seats(view, answered))


def _seats(view: CaseView, answered: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """董事长、副董事长 come from the directors (公司法68, 122, 173), whom the owners elect (公司法59): who becomes one without
    having been a director is elected director too, and who stays none leaves the board."""
    owners = owners_of(view)
    was, will_be = directors_of(view.was("officers").get("rows", ())), directors_of(answered)
    plain = directors_of(row for row in answered if row.get("position") not in CHAIRS)
    for row in answered:
        if row.get("position") not in CHAIRS:
            continue
        comes = row.get("change") == "added" and key_of(row) not in was | plain
        goes = row.get("change") == "removed" and key_of(row) not in will_be
        if comes or goes:
            mode = codes.appointment_bodies()[owners].modes[0]
            yield {**row, "position": "director", "appointment_mode": mode, "appointed_by": owners}


def directors_of(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Who sits on the board when the case is approved, by the key of persons."""
    staying = ((row, position(row.get("position"))) for row in rows if row.get("change") != "removed")
    return {key_of(row) for row, found in staying if found and found.is_director}


def owners_of(view: CaseView) -> str:
    """The body of the owners: 股东会, the one 股东, 履行出资人职责的机构."""
    if view.entity.state_wholly_owned:
        return "state_capital_body"
    return "sole_shareholder" if view.entity.sole_shareholder else "shareholders"


def registered_row(view: CaseView, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The register's entry behind an answered row; empty for somebody new in this office."""
    for old in view.was("officers").get("rows", ()):
        if old.get("row_id") == row.get("row_id"):
            return cast(Mapping[str, Any], old)
    return {}


def takes_office(view: CaseView, row: Mapping[str, Any]) -> bool:
    """Whether a row is an appointment: a corrected mobile or residence of somebody in office is none."""
    if row.get("change") == "added":
        return True
    old = registered_row(view, row)
    return row.get("change") == "changed" and any(row.get(key) != old.get(key) for key in OFFICE_KEYS)


def leaving_rows(view: CaseView) -> list[Mapping[str, Any]]:
    """Offices that end: removed rows, and the former office of a row that became another one."""
    found = []
    for row in officer_rows(view):
        old = registered_row(view, row)
        if row.get("change") == "removed":
            found.append(row)
        elif row.get("change") == "changed" and old and old.get("position") != row.get("position"):
            found.append(old)
    return found


def leader_body(view: CaseView) -> str:
    """Who appoints the 法定代表人: whoever appoints him to the office that makes him one (公司法10)."""
    leader = view.now("legal_representative")
    if leader.get("appointed_by"):
        return str(leader["appointed_by"])
    rows = [row for row in view.now("officers").get("rows", ()) if key_of(row) == key_of(leader)]
    for row in rows:
        if row.get("position") == leader.get("position") and row.get("appointed_by"):
            return str(row["appointed_by"])
    if rows and rows[0].get("appointed_by"):
        return str(rows[0]["appointed_by"])
    return _usual_body(view, leader)


def _usual_body(view: CaseView, leader: Mapping[str, Any]) -> str:
    """The first body of the catalogue for this office that this company has; else its owners."""
    owners = owners_of(view)
    has_board = bool((view.now("officers").get("structure") or {}).get("board"))
    post = position(leader.get("position"))
    usual = (body for body in (post.bodies if post else ()) if body == owners or (body == "board" and has_board))
    return next(usual, owners)


def title(view: CaseView, party: str | None = None) -> str:
    return _body(party).title


def _body(party: str | None) -> Body:
    if party == UPLOADED_BODY:
        raise DocumentRefused("职工代表大会的任免文件不能在线盖章，请上传盖好章的文件。")
    if party is None or party not in BODIES:
        raise DocumentRefused("请先选定任免机构，再生成任免职文件。")
    return BODIES[party]


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """The paper of one appointing body; identity numbers stand on a page of their own."""
    body = _body(party)
    leaving, coming = removals(view, str(party)), appointments(view, str(party))
    if not leaving and not coming:
        raise DocumentRefused("这个机构在本次申请中没有任免任何职务，不用生成任免职文件。")
    day = cn_date(voting(view).get("held_on"))
    return {
        **paper(view, body.title, over=view.entity.name),
        "opening": [_ground(view, body, f"于{day}" if day else "")],
        "removals": {
            "heads": _heads(view, "removals", "name", "position", "reason", "effective_date"),
            "rows": leaving,
        },
        "appointments": {
            "heads": _heads(view, "appointments", "name", "position", "term", "appointment_mode", "effective_date"),
            "rows": coming,
        },
        "identities": {
            "heads": _heads(view, "appointments", "name", "id_type", "id_number"),
            "rows": identities(view, str(party)),
        },
        "signatures": body.signatures(view, extra),
    }


def _ground(view: CaseView, body: Body, when: str) -> str:
    owner = state_capital_body(view).name if "{owner}" in body.ground else ""
    words = body.ground.format(company=view.entity.name, when=when, owner=owner)
    if view.entity.form == "joint_stock":
        for llc, joint_stock in JOINT_STOCK_GROUNDS.items():
            words = words.replace(llc, joint_stock)
    return words


def _heads(view: CaseView, section: str, *keys: str) -> list[str]:
    words = labels(view, FORM, section)
    return [words[key] for key in keys]


def _decided(view: CaseView) -> str:
    return cn_date(voting(view).get("held_on")) or "本文件签署之日"


def removals(view: CaseView, body: str) -> list[list[str]]:
    """免职: 姓名, 原职务, 免职原因, 生效日期."""
    rows = [
        [str(row.get("name")), position_name(row.get("position")), _leaving_reason(view, row), _decided(view)]
        for row in leaving_rows(view)
        if row.get("appointed_by") == body
    ]
    old, new = view.was("legal_representative"), view.answers.get("legal_representative", {})
    if new and old.get("name") and leader_body(view) == body:
        rows.insert(0, [str(old["name"]), LEADER, reason_text(new), _decided(view)])
    return rows


def _leaving_reason(view: CaseView, row: Mapping[str, Any]) -> str:
    """An old 法定代表人 leaves his office for the reason he stops being one, unless the row says otherwise (公司法10)."""
    new = view.answers.get("legal_representative", {})
    if new and not row.get("leave_reason") and key_of(row) == key_of(view.was("legal_representative")):
        return reason_text(new)
    return reason_text(row)


def reason_text(row: Mapping[str, Any]) -> str:
    """免职原因 as the form offers it."""
    if row.get("resigned_on"):
        return f"辞任（{cn_date(row['resigned_on'])}）"
    reason = str(row.get("leave_reason") or row.get("reason") or "解任")
    return REASONS.get(reason, reason)


def appointments(view: CaseView, body: str) -> list[list[str]]:
    """任职: 姓名, 职务, 任期, 产生方式, 生效日期."""
    rows = [
        [
            str(row.get("name")),
            position_name(row.get("position")),
            term_text(row),
            appointment_mode_name(row.get("appointment_mode")),
            cn_date(row.get("term_from")) or _decided(view),
        ]
        for row in taking_office(view, body)
    ]
    leader = view.answers.get("legal_representative", {})
    if leader and leader_body(view) == body:
        office = position_name(leader.get("position"))
        mode = appointment_mode_name(leader.get("appointment_mode"))
        rows.insert(0, [str(leader.get("name")), LEADER, f"与所任{office}职务相同", mode, _decided(view)])
    return rows


def taking_office(view: CaseView, body: str) -> list[Mapping[str, Any]]:
    return [row for row in officer_rows(view) if row.get("appointed_by") == body and takes_office(view, row)]


def identities(view: CaseView, body: str) -> list[list[str]]:
    """任职人员身份信息: every person once."""
    people = list(taking_office(view, body))
    leader = view.answers.get("legal_representative", {})
    if leader and leader_body(view) == body:
        people.insert(0, leader)
    once = {key_of(row): row for row in people}
    return [
        [str(row.get("name")), id_type_name(row.get("id_type")), str(row.get("id_number") or "")]
        for row in once.values()
    ]


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """Who leaves and who comes, at most four sentences."""
    left = [f"免去{name}的{offices}职务" for name, offices in _by_name(removals(view, str(party)))]
    came = [f"{name}任{offices}" for name, offices in _by_name(appointments(view, str(party)))]
    told = [*left, *came]
    return told if len(told) <= 4 else [*told[:3], f"另有{len(told) - 3}人的任免，见正文的表"]


def _by_name(rows: list[list[str]]) -> list[tuple[str, str]]:
    offices: dict[str, list[str]] = {}
    for name, office, *_ in rows:
        offices.setdefault(name, []).append(office)
    return [(name, "、".join(held)) for name, held in offices.items()]
