"""修改公司章程的决议、决定 (F_RESOLUTION): by the right body, signed by the right people. R019, R035, 公司法59、66、172."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.materials.documents.kit import NOTHING, Data, Extra, clause_name, ordinal, paper
from reg.materials.documents.people import DocumentRefused
from reg.materials.documents.votes import TITLES, decision_kind, opening, result, two_thirds_signatures, voting

FORM = "F_RESOLUTION"


def title(view: CaseView, party: str | None = None) -> str:
    return TITLES[decision_kind(view)]


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """The decision that changes the articles, point by point with its votes."""
    if not voting(view).get("held_on"):
        raise DocumentRefused("还没有填作出决议、决定的日期，文书没有生成。请在章程页填好决议情况。")
    votes = result(view)
    points = [f"{ordinal(number)}、{point}" for number, point in enumerate(items(view), start=1)]
    return {
        **paper(view, title(view), over=view.entity.name),
        "opening": [opening(view)],
        "points": [[point, votes] if votes else [point] for point in points],
        "signatures": two_thirds_signatures(view, extra),
    }


def items(view: CaseView) -> list[str]:
    """决议事项 in words: what changes in the company, then the amendment that carries it."""
    clauses = list(view.answers.get("articles", {}).get("clauses") or ())
    points = []
    if "name" in view.answers:
        before, after = view.was("name").get("name"), view.answers["name"].get("full")
        points.append(f"公司名称由“{before}”变更为“{after}”。")
    if "domicile" in view.answers:
        before, after = view.was("domicile").get("full"), view.now("domicile").get("full")
        points.append(f"公司住所由“{before}”变更为“{after}”。")
    if _names_leader(clauses):
        before, after = view.was("legal_representative").get("name"), view.now("legal_representative").get("name")
        points.append(f"公司法定代表人由{before}变更为{after}。")
    if clauses:
        numbers = "、".join(clause_name(clause.get("clause_no")) for clause in clauses)
        points.append(f"修改公司章程{numbers}，通过章程修正案。")
    else:
        points.append("修改公司章程，通过修改后的公司章程。")
    return points


def _names_leader(clauses: list[Mapping[str, Any]]) -> bool:
    return any(clause.get("topic") == "legal_representative" for clause in clauses)


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """The points decided, at most four."""
    points = [point.removesuffix("。") for point in items(view)]
    votes = result(view)
    return ([*points, votes.split("：")[-1].removesuffix("。")] if votes else points)[:4]
