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
) -> Made:
    """The paper `number` (from 1) of a case. Undisplayable when a name has a character that no font has."""
    words = {
        "head": head.current_name,
        "unit": unit.current_name,
        "leader": leader_of(unit),
        "premises": str(unit.domicile.get("full", "")),
    }
    kind = KINDS[business][(number - 1) % len(KINDS[business])]
    boxes = [_sign_box(n, one) for n, one in enumerate(signers, start=1)]
    boxes += [_seal_box(head)] if seal else []
    made = press().set(TEMPLATE, _data(kind, words, head, unit, business, ref, day, boxes), legal_day=day)
    who = {box["name"]: box for box in boxes}
    places = tuple({**asdict(box), **{key: who[box.name][key] for key in ("role", "person")}} for box in made.boxes)
    title = f"{kind.title}（{number}）" if number > len(KINDS[business]) else kind.title
    return Made(title, (kind.must_read.format(**words),), made.text, made.pdf, places)


def _data(
    kind: Kind,
    words: Mapping[str, str],
    head: Company,
    unit: Company,
    business: str,
    ref: str,
    day: date,
    boxes: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    facts = [
        ("总部", words["head"]),
        ("统一社会信用代码", head.uscc),
        ("法定代表人", leader_of(head)),
        ("办理单位", words["unit"]),
        ("单位代码", unit.uscc),
        ("负责人", words["leader"]),
        ("经营场所", words["premises"]),
        ("业务类型", BUSINESS_TITLES[business]),
    ]
    return {
        "title": kind.title,
        "head": words["head"],
        "ref": ref,
        "facts": facts,
        "says": [sentence.format(**words) for sentence in kind.says],
        "signatures": list(boxes),
        "day": f"{day.year} 年 {day.month} 月 {day.day} 日",
    }


def _sign_box(number: int, person: Person) -> dict[str, Any]:
    shown = {"label": "签名", "name_of": person.name, "hint": "签名处"}
    return {"name": f"sign{number}", "role": "经办负责人", "person": person.code, **shown, **SIGN_BOX}


def _seal_box(head: Company) -> dict[str, Any]:
    shown = {"label": "盖章", "name_of": head.current_name, "hint": "盖章处"}
    return {"name": "seal", "role": "总部", "person": "", **shown, **SEAL_BOX}
