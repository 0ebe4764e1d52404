"""实名登记确认表 (F_REALNAME): every person says that it is him and that he knows of this registration. R035, 细则16."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.materials.documents.kit import BUSINESSES, NOTHING, Data, Extra, fields, group, paper, slot
from reg.materials.documents.people import DocumentRefused, person_key, person_signer
from reg.materials.documents.person.data import sheets
from reg.materials.documents.persons import key_of
from reg.materials.documents.wording import id_type_name

FORM = "F_REALNAME"
TITLE = "实名登记确认表"


def confirming(view: CaseView) -> dict[str, tuple[Mapping[str, Any], list[str]]]:
    """Who has to be verified for this case and as what, by identity key (细则16): those whose data the case collects,
    the natural shareholders and the 法定代表人 who decide it."""
    found: dict[str, tuple[Mapping[str, Any], list[str]]] = {}

    def add(person: Mapping[str, Any], *roles: str) -> None:
        if not person.get("id_number"):
            return
        known = found.setdefault(key_of(person), (person, []))[1]
        known.extend(role for role in roles if role and role not in known)

    add(view.now("legal_representative"), "法定代表人")
    for sheet in sheets(view).values():
        add(sheet.person, *sheet.roles)
    add(view.answers.get("liaison", {}), "登记联络员")
    if view.agent_present:
        add(view.answers.get("agent", {}), "委托代理人")
    return found


def parties(view: CaseView) -> tuple[str, ...]:
    """Identity keys of those who each confirm on a sheet of their own."""
    return tuple(confirming(view))


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """The sheet of one person; without a party, everybody's sheets in one file."""
    found = confirming(view)
    if party is not None:
        if party not in found:
            raise DocumentRefused("这个人不是本次申请要核验身份的人，不用生成实名登记确认表。")
        found = {party: found[party]}
    return {
        **paper(view, TITLE, under="公司登记（备案）申请书附页"),
        "persons": [
            {"fields": _fields(view, human, roles, extra), "opinion": _opinion(view, human, roles), "signature": number}
            for number, (human, roles) in enumerate(found.values())
        ],
        "signatures": [
            group("本人签字", [slot(f"sig_person_{number}", "person", person_signer(human))])
            for number, (human, _) in enumerate(found.values(), start=1)
        ],
    }


def _fields(view: CaseView, human: Mapping[str, Any], roles: list[str], extra: Extra) -> list[Data]:
    key = person_key(human["id_type"], human["id_number"])
    values = {
        "name": human["name"],
        "id_type": id_type_name(human["id_type"]),
        "id_number": human["id_number"],
        "role_in_entity": roles,
        "entity_name": view.entity.name,
        "business_kind": BUSINESSES[view.business],
        "confirm_mode": "移动端人脸识别",
        "confirm_time": extra.verified.get(key) or "以电子签名所载时间为准",
    }
    return fields(view, FORM, "body", values, wide=("entity_name",))


def _opinion(view: CaseView, human: Mapping[str, Any], roles: list[str]) -> list[str]:
    return [
        f"本人{human['name']}，系{view.entity.name}{'、'.join(roles)}，"
        f"已通过人脸识别核验身份，知悉并同意办理本次{BUSINESSES[view.business]}。",
        "本人确认登记材料上以本人名义作出的签名均为本人真实意思表示；冒用他人身份或者提交虚假材料的，愿意依法承担法律责任。",
    ]


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """What the signer has to recognise."""
    entry = confirming(view).get(party or "")
    roles = "、".join(entry[1]) if entry else "签署人"
    return [f"办理的企业是{view.entity.name}", f"您的身份是{roles}", "这次登记您知道，也同意"]
