"""公司登记（备案）申请书 (F_COMPANY_APP): what the company asks for, before and after. R035, 条例24, 细则32, 细则33.

Sensitive data is not on it: it stands on the sheets attached (人员信息表, 联络员信息表, 授权委托页, 实名登记确认表),
which are papers of their own with their own signers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.materials.documents.agent.data import KINDS, permissions
from reg.materials.documents.application.changes import application_rows, touched
from reg.materials.documents.kit import NOTHING, Data, Extra, clause_name, cn_date, fields, group, line, paper, slot
from reg.materials.documents.officers import officers_list
from reg.materials.documents.people import entity_seal, legal_representative, person_signer
from reg.materials.documents.person.data import sheets
from reg.materials.documents.realname.data import confirming
from reg.materials.documents.wording import district_name, labels, town_name

FORM = "F_COMPANY_APP"
TITLE = "公司登记（备案）申请书"
APPLICATION_KINDS = ("设立", "变更", "备案")
RECORDALS = {
    "filing_officers": "officers",
    "filing_articles": "articles",
    "filing_contribution": "contribution",
    "filing_term": "term",
    "filing_contact": "liaison",
    "filing_recipient": "legal_document_recipient",
    "filing_business_address": "business_address",
}
"""Tick of the form → room whose presence ticks it."""
STATEMENT = (
    "本公司依照《中华人民共和国公司法》《中华人民共和国市场主体登记管理条例》及其实施细则申请变更登记、备案，"
    "对提交材料和信息的真实性、合法性、有效性负责，承诺电子材料与原件一致。",
    "提交虚假材料或者采取其他欺诈手段取得登记的，愿意依法承担法律责任。",
)
NAME_PROMISE = (
    "名称使用承诺：申报的名称由本公司自行判断、自主申报；与他人名称相近引起争议，或者被认定为不适宜名称的，"
    "依法处理并承担相应责任，按要求变更名称（《企业名称登记管理规定》第二十一条、第二十三条）。"
)
ADDRESS_PROMISE = "住所承诺：申报的住所真实，可以取得联系，已依法或者依约取得使用权，不在法律、法规禁止作为住所的场所。"
NEW_LEADER_SIGNS = "变更法定代表人的，本申请书由变更后的法定代表人签署（《公司法》第三十五条第三款）。"


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """The application of this case."""
    return {
        **paper(view, TITLE),
        "kinds": kinds(view),
        "basic": basic(view),
        "changes": {"heads": change_heads(view), "rows": application_rows(view)},
        "recordals": recordals(view),
        "agent": agent(view),
        "officers": officers_list(view.now("officers")) if "officers" in view.answers else None,
        "attachments": attachments(view),
        "declaration": declaration(view),
        "signatures": [
            group("法定代表人签字", [slot("sig_legal_rep", "legal_representative", legal_representative(view))]),
            *agent_signature(view),
            group("公司盖章", [slot("seal_entity", "entity", entity_seal(view))]),
        ],
    }


def kinds(view: CaseView) -> Data:
    """申请类型: 变更 and 备案 may both be asked for in one application."""
    asked = {"备案" if item.recordal else "变更" for item in touched(view)}
    choices = [{"on": kind in asked, "label": kind} for kind in APPLICATION_KINDS]
    ticked = "、".join(kind for kind in APPLICATION_KINDS if kind in asked)
    empty = "、".join(kind for kind in APPLICATION_KINDS if kind not in asked)
    return {
        **line(labels(view, FORM, "basic")["application_kind"], ticked, wide=True),
        "said": f"{ticked}；未勾选：{empty}",
        "choices": choices,
    }


def basic(view: CaseView) -> list[Data]:
    """基本信息 as registered today; what changes stands in the table below it."""
    home = view.was("domicile")
    values = {
        "name": view.entity.name,
        "uscc": view.entity.uscc,
        "address_province": home.get("province"),
        "address_district": district_name(home.get("district")),
        "address_town": town_name(home.get("town")),
        "address_detail": f"{home.get('road') or ''}{home.get('detail') or ''}",
        "telephone": "见联络员信息（附页）",
        "postcode": home.get("postcode"),
    }
    return fields(view, FORM, "basic", values, wide=("name", "address_detail"))


def change_heads(view: CaseView) -> list[str]:
    words = labels(view, FORM, "changes")
    return [words[key] for key in ("item", "before", "after")]


def recordals(view: CaseView) -> list[Data]:
    """备案 ticks, in the order and words of the form."""
    words = labels(view, FORM, "filing")
    ticks = [{"on": room in view.answers, "label": words[key]} for key, room in RECORDALS.items()]
    return [*ticks, {"on": False, "label": words["filing_other"]}]


def agent(view: CaseView) -> Data | None:
    """指定代表/委托代理人: who, how long and for what; his number and mobile are on the attached sheet."""
    answer = view.now("agent") if view.agent_present else {}
    if not answer:
        return None
    values: dict[str, Any] = {
        "agent_name": answer.get("name"),
        "agent_kind": KINDS.get(str(answer.get("kind")), ""),
        "agency_name": answer.get("agency_name"),
        "agency_uscc": answer.get("agency_uscc"),
        "valid_from": cn_date(answer.get("valid_from")),
        "valid_to": cn_date(answer.get("valid_to")),
    }
    return {"fields": fields(view, FORM, "agent", values), "permissions": permissions(view, answer)}


def agent_signature(view: CaseView) -> list[Data]:
    """The agent signs for what his column says of him; the mandate itself is on the sheet attached (条例18)."""
    answer = view.now("agent") if view.agent_present else {}
    return [group("委托代理人签字", [slot("sig_agent", "agent", person_signer(answer))])] if answer else []


def attachments(view: CaseView) -> list[list[str]]:
    """附页: which sheets belong to this application and whose they are."""
    rows = []
    if people := [str(sheet.person.get("name")) for sheet in sheets(view).values()]:
        rows.append(["人员信息表", "、".join(people)])
    if liaison := view.answers.get("liaison"):
        rows.append(["联络员信息表", str(liaison.get("name"))])
    if view.agent_present and (answer := view.now("agent")):
        rows.append(["授权委托页", str(answer.get("name"))])
    if confirmed := [str(human.get("name")) for human, _ in confirming(view).values()]:
        rows.append(["实名登记确认表", "、".join(confirmed)])
    return rows


def declaration(view: CaseView) -> list[str]:
    words = list(STATEMENT)
    if "name" in view.answers:
        words.append(NAME_PROMISE)
    if "domicile" in view.answers:
        words.append(ADDRESS_PROMISE)
    if "legal_representative" in view.answers:
        words.append(NEW_LEADER_SIGNS)
    return words


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """The changes in a clause each: at most four."""
    sentences = [_sentence(item.room, item.name, view.was(item.room), view.now(item.room)) for item in touched(view)]
    known = [sentence for sentence in sentences if sentence]
    if len(known) <= 4:
        return known
    return [*known[:3], f"另有{len(known) - 3}项备案，见第 1 页的表"]


def _sentence(room: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    match room:
        case "name":
            return f"公司名称改成{after.get('full')}"
        case "legal_representative":
            return f"法定代表人由{before.get('name') or '（未登记）'}换成{after.get('name')}"
        case "domicile":
            return f"住所改到{after.get('full')}"
        case "officers":
            rows = after.get("rows", ())
            came = sum(1 for row in rows if row.get("change") in ("added", "changed"))
            left = sum(1 for row in rows if row.get("change") == "removed")
            return f"董监高：新任、变更 {came} 人次，免去 {left} 人次"
        case "liaison":
            return f"登记联络员换成{after.get('name')}"
        case "articles":
            numbers = "、".join(clause_name(clause.get("clause_no")) for clause in after.get("clauses", ()))
            return f"章程修改{numbers}" if numbers else "章程有修改"
    return f"{name}有变更"
