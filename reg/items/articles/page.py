"""How the amended articles are shown, compared, printed and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reg.casefile.view import CaseView
from reg.entities.services import Fact
from reg.items.articles.clauses import TOPICS
from reg.items.articles.decision import TITLES, VOTES, is_counted, percent, share_for
from reg.items.articles.form import clause_words
from reg.items.kit import DiffLine
from reg.items.kit.days import day_words

ITEM = "articles"


def summary(case: CaseView) -> str:
    """章程第 3 条、章程第 9 条."""
    answer = case.answers.get(ITEM)
    if not answer:
        return "要随这次变更修改"
    return (
        "、".join(clause_words(clause) or TOPICS[clause["topic"]] for clause in answer.get("clauses", ()))
        or "没有要改的条款"
    )


def diff(case: CaseView) -> list[DiffLine]:
    """The clauses before and after, the day of the amendment and the decision."""
    was, answer = case.was(ITEM), case.answers.get(ITEM, {})
    lines = [
        DiffLine("章程日期", day_words(was.get("amended_on") or was.get("adopted_on")), day_words(answer.get("amended_on") or ""), item=ITEM, field="amended_on")
    ]  # fmt: skip
    for clause in answer.get("clauses", ()):
        label = f"{clause_words(clause) or '章程'}（{TOPICS[clause['topic']]}）"
        lines.append(
            DiffLine(label, clause["before"], clause["after"], item=ITEM, field=f"clause_{clause['topic']}_after")
        )
    if answer:
        lines.append(
            DiffLine("决议、决定", "", _decision_words(answer.get("resolution") or {}), item=ITEM, field="held_on")
        )
        lines += _vote_lines(answer.get("resolution") or {})
    return lines


def _decision_words(voted: Any) -> str:
    """股东会决议，2026年11月20日，同意 75%."""
    share = share_for(voted) if voted.get("kind") == "meeting" and is_counted(voted) else None
    words = [TITLES.get(str(voted.get("kind")), "决议"), day_words(voted.get("held_on"))]
    return "，".join([word for word in words if word] + ([f"同意 {percent(share)}"] if share is not None else []))


def _vote_lines(voted: Any) -> list[DiffLine]:
    if voted.get("kind") != "meeting":
        return []
    names = dict(VOTES)
    return [
        DiffLine(f"{row['name']}（{row['ratio']}%）", "", names.get(row.get("vote"), ""), item=ITEM, level=1)
        for row in voted.get("voters") or ()
        if row.get("vote")
    ]


def to_register(case: CaseView) -> Iterator[Fact]:
    """The articles as they stand afterwards: version, day from which they hold, clauses with their new text."""
    was, answer = case.was(ITEM), case.answers[ITEM]
    kept = {str(clause.get("topic")): dict(clause) for clause in was.get("clauses", ())}
    for clause in answer.get("clauses", ()):
        kept[clause["topic"]] = {
            "clause_no": str(clause.get("clause_no") or ""), "topic": clause["topic"], "text": clause["after"]
        }  # fmt: skip
    yield Fact(
        ITEM,
        {
            "adopted_on": answer.get("adopted_on") or "",
            "amended_on": answer.get("amended_on") or "",
            "effective_on": answer.get("amended_on") or "",
            "revision": answer.get("revision") or 1,
            "names_legal_representative": bool(answer.get("names_legal_representative")),
            "clauses": list(kept.values()),
        },
    )


def section(case: CaseView) -> dict[str, Any]:
    """Data for the application form."""
    answer = case.answers.get(ITEM, {})
    return {"amended_on": answer.get("amended_on") or "", "clauses": list(answer.get("clauses", ()))}
