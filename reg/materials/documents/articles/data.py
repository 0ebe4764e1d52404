"""章程修正案 (F_ARTICLES_AMEND): each clause before and after. R019, R035, 公司法35, 细则32."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.materials.documents.kit import NOTHING, Data, Extra, clause_name, cn_date, group, paper, slot
from reg.materials.documents.people import DocumentRefused, entity_seal, legal_representative
from reg.materials.documents.votes import TITLES, decision_kind, voting
from reg.materials.documents.wording import labels

FORM = "F_ARTICLES_AMEND"
TITLE = "章程修正案"


def clauses(view: CaseView) -> list[Mapping[str, Any]]:
    """The clauses that change; refused when there are none."""
    found = list(view.answers.get("articles", {}).get("clauses") or ())
    if not found:
        raise DocumentRefused("还没有填要修改的章程条款，章程修正案没有生成。请在章程页填好条款。")
    return found


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """The amendment, signed by the 法定代表人 (the new one where he changes) and sealed."""
    words = labels(view, FORM, "amendments")
    rows = [
        [clause_name(clause.get("clause_no")), str(clause.get("before") or ""), str(clause.get("after") or "")]
        for clause in clauses(view)
    ]
    return {
        **paper(view, TITLE, over=view.entity.name),
        "opening": [opening(view)],
        "clauses": {"heads": [words[key] for key in ("article_no", "before", "after")], "rows": rows},
        "closing": ["章程其他条款不变。本修正案自通过之日起生效，与公司章程具有同等效力。"],
        "signatures": [
            group("法定代表人签字", [slot("sig_legal_rep", "legal_representative", legal_representative(view))]),
            group("公司盖章", [slot("seal_entity", "entity", entity_seal(view))]),
        ],
    }


def opening(view: CaseView) -> str:
    """On what ground the articles are amended."""
    day = cn_date(view.answers["articles"].get("amended_on") or voting(view).get("held_on"))
    return (
        f"根据《中华人民共和国公司法》和公司章程的规定，{view.entity.name}于{day}经{TITLES[decision_kind(view)]}通过，"
        "对公司章程作如下修改："
    )


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """Each clause and what it will say."""
    changed = clauses(view)
    told = [
        f"{clause_name(clause.get('clause_no'))}改为：{str(clause.get('after') or '').rstrip('。')}"
        for clause in changed[:3]
    ]
    return [*told, f"另有{len(changed) - 3}条修改，见正文"] if len(changed) > 3 else told
