"""授权委托页 (F_AGENT): who may act for the company, what he may do and until when. R003, R035, 条例18, 细则14."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.materials.documents.kit import BUSINESSES, NOTHING, Data, Extra, cn_date, fields, group, paper, slot
from reg.materials.documents.people import DocumentRefused, entity_seal, person_signer
from reg.materials.documents.wording import id_type_name, labels

FORM = "F_AGENT"
TITLE = "指定代表或者委托代理人授权委托书"
PERMISSIONS = ("check_materials", "correct_own_docs", "correct_form", "collect_licence")
KINDS = {"person": "自然人", "agency": "登记代理机构"}


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """One sheet: the company seals as principal, the agent signs."""
    agent = view.now("agent")
    if not agent.get("name"):
        raise DocumentRefused("还没有填委托代理人，授权委托页没有生成。请先填好委托代理人。")
    return {
        **paper(view, TITLE, under="公司登记（备案）申请书附页"),
        "principal": fields(
            view,
            FORM,
            "head",
            {"applicant_name": view.entity.name, "matter": f"{view.entity.name}{BUSINESSES[view.business]}"},
            wide=("applicant_name", "matter"),
        ),
        "agent": fields(view, FORM, "agent", agent_values(agent)),
        "permissions": permissions(view, agent),
        "term": f"委托期限自{cn_date(agent.get('valid_from'))}起，至{cn_date(agent.get('valid_to'))}止（含首尾两日）。",
        "signatures": [
            group("委托人签章", [slot("sig_applicant", "applicant", entity_seal(view))]),
            group("代理人签字", [slot("sig_agent", "agent", person_signer(agent))]),
        ],
    }


def agent_values(agent: Mapping[str, Any]) -> dict[str, Any]:
    """The agent's data by the keys of the form."""
    return {
        "agent_name": agent.get("name"),
        "agent_kind": KINDS.get(str(agent.get("kind")), ""),
        "agent_id_type": id_type_name(agent.get("id_type")),
        "agent_id_number": agent.get("id_number"),
        "agent_mobile": agent.get("mobile"),
        "agent_email": agent.get("email"),
        "agency_name": agent.get("agency_name"),
        "agency_uscc": agent.get("agency_uscc"),
        "filing_no": agent.get("filing_no"),
    }


def permissions(view: CaseView, agent: Mapping[str, Any]) -> list[Data]:
    """同意 or 不同意 for each of the four powers, in the words of the form."""
    granted = frozenset(agent.get("scope") or ())
    words = labels(view, FORM, "agent")
    return [
        {"agreed": code in granted, "words": words[f"perm_{code}"].removeprefix("同意/不同意")} for code in PERMISSIONS
    ]


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """What the signer has to recognise."""
    agent = view.now("agent")
    granted = [item["words"] for item in permissions(view, agent) if item["agreed"]]
    return [
        f"{view.entity.name}委托{agent.get('name')}办理{BUSINESSES[view.business]}",
        f"委托到{cn_date(agent.get('valid_to'))}为止",
        f"代理人可以：{'；'.join(granted)}" if granted else "代理人只能递交材料，不能改动材料",
    ]
