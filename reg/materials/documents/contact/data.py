"""联络员信息表 (F_CONTACT): the liaison the authority will call. R020, R035, 细则7, 细则16."""

from __future__ import annotations

from reg.casefile.view import CaseView
from reg.materials.documents.kit import NOTHING, Data, Extra, fields, group, paper, slot
from reg.materials.documents.people import entity_seal, legal_representative
from reg.materials.documents.persons import person_fields

FORM = "F_CONTACT"
TITLE = "联络员信息表"
DUTY = (
    "登记联络员负责本企业与登记机关之间的联络，及时向企业转达登记机关的通知。"
    "联络员的移动电话应当以本人名义实名登记；联络员或者其联系方式变化的，企业应当及时办理备案。"
)


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """One sheet: the company, the new liaison, signed by the 法定代表人 and sealed."""
    liaison = view.now("liaison")
    return {
        **paper(view, TITLE),
        "entity": fields(
            view,
            FORM,
            "entity",
            {"entity_name": view.entity.name, "uscc": view.entity.uscc},
            wide=("entity_name", "uscc"),
        ),
        "contact": person_fields(view, FORM, "contact", liaison, extra=extra, position=liaison.get("position")),
        "duty": [DUTY],
        "signatures": [
            group("法定代表人签字", [slot("sig_legal_rep", "legal_representative", legal_representative(view))]),
            group("企业盖章", [slot("seal_entity", "entity", entity_seal(view))]),
        ],
    }


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """What the signer has to recognise."""
    old, new = view.was("liaison").get("name"), view.now("liaison").get("name")
    if old and old != new:
        return [f"登记联络员由{old}换成{new}", f"登记机关今后打{new}的电话联系{view.entity.name}"]
    return [f"登记联络员是{new}", f"登记机关今后打{new}的电话联系{view.entity.name}"]
