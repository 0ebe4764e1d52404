"""What must be true of the amended clauses. R019; 公司法46, 119. Dates and votes are rules of the case (CO03, CC23, CO01)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.items.articles.clauses import TOPICS, must_say
from reg.items.articles.form import clause_words
from reg.items.kit import Facts, Finding, Severity
from reg.items.kit.offices import holding, office

Payload = Mapping[str, Any]
ITEM = "articles"


def some_clause_changes(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """修订条款 is not empty."""
    if not after.get("clauses"):
        yield Finding(
            "articles.nothing",
            Severity.BLOCK,
            "还没有要修改的条款。",
            fix="先填好名称、住所、法定代表人等事项，条款会自动带出。",
            basis=("公司法46",),
            item=ITEM,
        )


def every_clause_says_what_the_case_says(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """章程与申请内容一致: the new clause holds the new address, the new name; a clause that is the same is no amendment."""
    for clause in after.get("clauses") or ():
        topic, text = str(clause["topic"]), str(clause.get("after") or "")
        where: dict[str, Any] = {"item": ITEM, "field": f"clause_{topic}_after"}
        needed = must_say(case, topic)
        if not text:
            continue
        if needed and needed not in "".join(text.split()):
            yield Finding(
                "articles.differs",
                Severity.BLOCK,
                f"{clause_words(clause) or '章程'}里没有写这次申请的{TOPICS[topic]}“{needed}”。",
                fix=f"把条文里的{TOPICS[topic]}改成“{needed}”。",
                basis=("公司法46", "细则32"),
                **where,
            )
        elif text == clause.get("before"):
            yield Finding(
                "articles.same",
                Severity.BLOCK,
                f"{clause_words(clause) or '章程'}改前、改后一样，没有修改。",
                fix="在“改成”里写修改后的条文。",
                basis=("公司法35第2款",),
                **where,
            )


def the_host_is_a_director(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """股份公司的股东会由董事长主持，不能的由副董事长、董事主持 (公司法63、115): the host signs as a director (公司法119)."""
    host = str((after.get("resolution") or {}).get("host") or "")
    if case.entity.form != "joint_stock" or (after.get("resolution") or {}).get("kind") != "meeting":
        return
    directors = [str(row.get("name")) for row in holding(case.was("officers")) if _directs(row)]
    if directors and host not in directors:
        yield Finding(
            "articles.host",
            Severity.BLOCK,
            f"会议主持人{host}不在公司登记的董事里。" if host else "还没有填会议主持人。",
            fix=f"会议主持人请从董事里选：{'、'.join(dict.fromkeys(directors))}。",
            basis=("公司法119",),
            item=ITEM,
            field="host",
        )


def _directs(row: Payload) -> bool:
    found = office(row.get("position"))
    return bool(found and found.is_director)
