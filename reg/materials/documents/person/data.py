"""人员信息表 (F_PERSON): one page a person with what must not stand on the application itself. R016, R017, R035, 细则16.

The pages are the sensitive pages of the application (文书规范 2026) and are signed by the person himself: a page for
the new 法定代表人 and for every 董监高 who is new or whose entry changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reg.casefile.view import CaseView
from reg.materials.documents.kit import NOTHING, Data, Extra, fields, group, paper, slot
from reg.materials.documents.people import DocumentRefused, Signer, person_signer
from reg.materials.documents.persons import key_of, modes_text, person_fields, positions_text
from reg.materials.documents.wording import position

FORM = "F_PERSON"
TITLE = "人员信息表"
PROMISE = (
    "本人同意担任上述职务，确认以上信息真实、准确、完整。",
    "本人承诺符合任职资格，不存在《中华人民共和国公司法》第一百七十八条和《中华人民共和国市场主体登记管理条例》"
    "第十二条规定的不得担任公司法定代表人、董事、监事、高级管理人员的情形；承诺不实的，愿意依法承担法律责任。",
)


@dataclass
class Sheet:
    """What one person's page says: himself and every office he takes in this case."""

    person: Mapping[str, Any]
    roles: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)

    def takes(self, role: str, row: Mapping[str, Any]) -> None:
        if role not in self.roles:
            self.roles.append(role)
        self.positions.append(str(row.get("position") or ""))
        self.modes.append(str(row.get("appointment_mode") or ""))


def sheets(view: CaseView) -> dict[str, Sheet]:
    """The people of this case by identity key: 法定代表人 first, then in the order of the list."""
    found: dict[str, Sheet] = {}
    leader = view.answers.get("legal_representative")
    if leader and leader.get("name"):
        found.setdefault(key_of(leader), Sheet(leader)).takes("法定代表人", leader)
    for row in view.answers.get("officers", {}).get("rows", ()):
        if row.get("change") in ("added", "changed"):
            found.setdefault(key_of(row), Sheet(row)).takes(_role(row), row)
    return found


def _role(row: Mapping[str, Any]) -> str:
    office = position(row.get("position"))
    if office and office.is_director:
        return "董事"
    return "监事" if office and office.is_supervisor else "高级管理人员"


def parties(view: CaseView) -> tuple[str, ...]:
    """Identity keys of those who each get a page."""
    return tuple(sheets(view))


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """The page of one person; without a party, everybody's pages in one file."""
    found = sheets(view)
    if party is not None:
        if party not in found:
            raise DocumentRefused("这个人没有在本次申请中新增或者变更，不用生成人员信息表。")
        found = {party: found[party]}
    signers = [person_signer(sheet.person) for sheet in found.values()]
    return {
        **paper(view, TITLE, under="公司登记（备案）申请书附页"),
        "persons": [
            _page(view, sheet, signer, number, extra)
            for number, (sheet, signer) in enumerate(zip(found.values(), signers, strict=True), start=1)
        ],
        "promise": list(PROMISE),
        "signatures": [
            group("本人签字", [slot(f"sig_person_{number}", "person", signer)])
            for number, signer in enumerate(signers, start=1)
        ],
    }


def _page(view: CaseView, sheet: Sheet, signer: Signer, number: int, extra: Extra) -> Data:
    subject = {
        "entity_name": view.entity.name,
        "entity_uscc": view.entity.uscc,
        "role_in_entity": sheet.roles,
    }
    return {
        "subject": fields(view, FORM, "subject", subject, wide=("entity_name",)),
        "fields": person_fields(
            view,
            FORM,
            "persons",
            sheet.person,
            extra=extra,
            position=positions_text(sheet.positions),
            appointment_mode=modes_text(sheet.modes),
        ),
        "signature": number - 1,
    }


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """What the signer has to recognise."""
    sheet = sheets(view).get(party or "")
    if sheet is None:
        return ["表上写的是您本人的信息，没有错字"]
    positions = positions_text([*sheet.positions])
    lead = "您将担任法定代表人" if "法定代表人" in sheet.roles else f"您将担任{positions}"
    return [
        f"{lead}：{view.entity.name}",
        "证件号码、住所、手机号都是您本人的，没有错",
        "您承诺自己符合任职资格（《公司法》第一百七十八条）",
    ]
