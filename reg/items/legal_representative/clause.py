"""产生、变更办法 of the 法定代表人 as the articles have it (公司法46(七)): which office he holds, which body appoints him.

The register holds the clause as text. What cannot be read from it is not held against anybody.
"""

from __future__ import annotations

import re

from reg.casefile.view import CaseView

_OFFICE = re.compile(r"由([^，。；]*?)担任")
_BODY = re.compile(r"由([^，。；]*?)(?:选举|委派|聘任|任命|指定|决定|产生)")
TOPIC = "legal_representative"


def clause_text(case: CaseView) -> str:
    """The clause as it will stand: this case's amendment where there is one, else the registered articles."""
    for articles, key in ((case.answers.get("articles", {}), "after"), (case.was("articles"), "text")):
        for clause in articles.get("clauses", ()):
            if clause.get("topic") == TOPIC and clause.get(key):
                return str(clause[key])
    return ""


def offices_said(text: str) -> frozenset[str]:
    """Codes of the offices whose holder the clause makes 法定代表人; empty when it names none."""
    found: set[str] = set()
    for said in _OFFICE.findall(text):
        if "副董事长" in said:
            found.add("vice_chairman")
        if "董事长" in said.replace("副董事长", ""):
            found.add("chairman")
        if re.search(r"董事(?!长|会)", said):
            found |= {"director", "sole_director", "executive_director_legacy", "chairman", "vice_chairman"}
        if "经理" in said.replace("副经理", "").replace("副总经理", ""):
            found.add("manager")
    return frozenset(found)


def bodies_said(text: str) -> frozenset[str]:
    """Codes of the bodies that the clause lets appoint him; empty when it names none."""
    found: set[str] = set()
    for said in _BODY.findall(text):
        if "董事会" in said:
            found.add("board")
        if "股东会" in said or "股东大会" in said:
            found.add("shareholders")
        elif "股东" in said:
            found.add("sole_shareholder")
        if "出资人职责" in said:
            found.add("state_capital_body")
    return frozenset(found)
