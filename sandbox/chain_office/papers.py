"""Typesetting the papers of a case: real facts of the unit, a box for each signer. Equal facts on one day give equal bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from foundation.pdf.press import Press
from sandbox.chain_office.kinds import KINDS, Kind
from sandbox.chain_office.models import BUSINESS_TITLES
from sandbox.world.models import Company, Person

TEMPLATE = Path(__file__).with_name("paper.typ")
SIGNER_ROLE = "经办负责人"
LEADERS: Mapping[str, str] = {
    "investor": "投资人",
    "exec_partner": "执行事务合伙人",
    "exec_partner_rep": "执行事务合伙人委派代表",
}
"""What the leader is called where the law knows no 法定代表人, by his position."""
SIGN_BOX = {"width": 148, "height": 58}
SEAL_BOX = {"width": 148, "height": 114}


@dataclass(frozen=True)
class Made:
    """A paper, not sent yet."""

    title: str
    must_read: tuple[str, ...]
    text: str
    pdf: bytes
    places: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Behalf:
    """授权签署: for whom the first signer signs, and by what right."""

    principal: Person
    role: str
    """As what the principal would sign."""
    number: str
    valid_until: date


@cache
def press() -> Press:
    """The press of this process."""
    return Press(TEMPLATE.parent)


def units_of(company: Company) -> list[Company]:
    """The branches of a head office; itself where it has none."""
    return list(Company.objects.filter(story__parent=company.code)) or [company]


def leader_of(company: Company) -> str:
    """法定代表人, or 负责人 of a branch, as in its story."""
    found = Person.objects.filter(pk=company.story.get("leader")).first()
    return found.name if found else "（空）"


def role_of(person: Person, head: Company) -> str:
    """As what somebody signs the papers of a head office."""
    return f"总部{_leader_title(head)}" if person.code == head.story.get("leader") else SIGNER_ROLE


def _leader_title(head: Company) -> str:
    return LEADERS.get(str(head.story.get("leader_position")), "法定代表人")


def paper_make(
    *,
    business: str,
    head: Company,
    unit: Company,
    signers: Sequence[Person],
    seal: bool,
    ref: str,
    number: int,
    day: date,
    behalf: Behalf | None = None,
) -> Made:
    """The paper `number` (from 1) of a case; the first of `signers` signs on behalf of another where `behalf` says so.
    Undisplayable when a name has a character that no font has."""
    words = {
        "head": head.current_name,
        "unit": unit.current_name,
        "leader": leader_of(unit),
        "premises": str(unit.domicile.get("full", "")),
    }
    kind = KINDS[business][(number - 1) % len(KINDS[business])]
    boxes = [_sign_box(n, one, behalf if n == 1 else None) for n, one in enumerate(signers, start=1)]
    boxes += [_seal_box(head)] if seal else []
    facts = [*_facts(words, head, unit, business), *_behalf_facts(signers, behalf)]
    made = press().set(TEMPLATE, _data(kind, words, facts, ref, day, boxes), legal_day=day)
    who = {box["name"]: box for box in boxes}
    places = tuple(
        {**asdict(box), **{key: who[box.name][key] for key in ("role", "person", "principal")}} for box in made.boxes
    )
    title = f"{kind.title}（{number}）" if number > len(KINDS[business]) else kind.title
    return Made(title, (kind.must_read.format(**words),), made.text, made.pdf, places)


def _facts(words: Mapping[str, str], head: Company, unit: Company, business: str) -> list[tuple[str, str]]:
    return [
        ("总部", words["head"]),
        ("统一社会信用代码", head.uscc),
        (_leader_title(head), leader_of(head)),
        ("办理单位", words["unit"]),
        ("单位代码", unit.uscc),
        ("负责人", words["leader"]),
        ("经营场所", words["premises"]),
        ("业务类型", BUSINESS_TITLES[business]),
    ]


def _behalf_facts(signers: Sequence[Person], behalf: Behalf | None) -> list[tuple[str, str]]:
    if behalf is None:
        return []
    who = f"{signers[0].name}代{behalf.principal.name}（{behalf.role}）签署"
    return [("授权签署", f"{who}，授权编号 {behalf.number}，有效至 {_day(behalf.valid_until)}")]


def _data(
    kind: Kind,
    words: Mapping[str, str],
    facts: Sequence[tuple[str, str]],
    ref: str,
    day: date,
    boxes: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        "title": kind.title,
        "head": words["head"],
        "ref": ref,
        "facts": list(facts),
        "says": [sentence.format(**words) for sentence in kind.says],
        "signatures": list(boxes),
        "day": _day(day),
    }


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _sign_box(number: int, person: Person, behalf: Behalf | None) -> dict[str, Any]:
    """His own place, or that of the principal for whom he signs."""
    box = {"name": f"sign{number}", "person": person.code, "hint": "签名处", **SIGN_BOX}
    if behalf is None:
        return {**box, "role": SIGNER_ROLE, "principal": "", "label": "签名", "name_of": person.name}
    name_of = f"{behalf.principal.name}（授权{person.name}签）"
    return {**box, "role": behalf.role, "principal": behalf.principal.code, "label": behalf.role, "name_of": name_of}


def _seal_box(head: Company) -> dict[str, Any]:
    shown = {"label": "盖章", "name_of": head.current_name, "hint": "盖章处"}
    return {"name": "seal", "role": "总部", "person": "", "principal": "", **shown, **SEAL_BOX}
