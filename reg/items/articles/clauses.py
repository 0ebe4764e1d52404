"""修订条款: which clauses of the articles this case changes, and the new text as far as it follows (公司法46, 35第2款, 细则32)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reg.casefile.view import CaseView
from reg.items.kit.offices import each_person, holding, office

Payload = Mapping[str, Any]
NAME, DOMICILE, LEADER, GOVERNANCE = "name", "domicile", "legal_representative", "governance"
TOPICS = {NAME: "名称", DOMICILE: "住所", LEADER: "法定代表人", GOVERNANCE: "公司的机构"}
STRUCTURE = ("board", "directors_count", "supervisory")
DIGITS = "零一二三四五六七八九"


def topics(case: CaseView) -> Iterator[str]:
    """What of the articles this case touches, in the order of the law."""
    for topic in (NAME, DOMICILE):
        if case.answers.get(topic, {}).get("full"):
            yield topic
    if names_leader(case) and case.answers.get(LEADER, {}).get("name"):
        yield LEADER
    if structure_changes(case):
        yield GOVERNANCE


def names_leader(case: CaseView) -> bool:
    """Whether the registered articles name the 法定代表人."""
    return bool(case.was("articles").get("names_legal_representative"))


def structure_changes(case: CaseView) -> bool:
    """Whether board, number of directors or supervision become another."""
    now, was = case.answers.get("officers"), case.was("officers")
    if not now or not was:
        return False
    new, old = now.get("structure") or {}, was.get("structure") or {}
    return any(new.get(key) != old.get(key) for key in STRUCTURE)


def amended(case: CaseView, standing: Sequence[Payload] = ()) -> list[dict[str, Any]]:
    """The clauses that change. What the applicant wrote himself stays his; what was composed is composed anew."""
    registered = {str(clause.get("topic")): clause for clause in case.was("articles").get("clauses", ())}
    kept = {str(clause.get("topic")): clause for clause in standing}
    return [_clause(case, topic, registered.get(topic), kept.get(topic, {})) for topic in topics(case)]


def _clause(case: CaseView, topic: str, registered: Payload | None, kept: Payload) -> dict[str, Any]:
    before = str(registered.get("text") or "") if registered else str(kept.get("before") or "")
    composed = composed_text(case, topic, before)
    edited = bool(kept.get("after")) and kept.get("after") != kept.get("composed")
    return {
        "topic": topic,
        "clause_no": str(registered.get("clause_no") or "") if registered else str(kept.get("clause_no") or ""),
        "before": before,
        "after": str(kept["after"]) if edited else composed,
        "composed": composed,
        "known": registered is not None,
    }


def composed_text(case: CaseView, topic: str, before: str) -> str:
    """The clause as it should read: the old one with the new fact in it, a plain sentence where that does not work."""
    match topic:
        case "name":
            new = str(case.answers[NAME]["full"])
            return _replaced(before, str(case.was(NAME).get("name") or ""), new) or f"公司名称：{new}。"
        case "domicile":
            new = str(case.answers[DOMICILE]["full"])
            return _replaced(before, str(case.was(DOMICILE).get("full") or ""), new) or f"公司住所：{new}。"
        case "legal_representative":
            name = str(case.answers[LEADER]["name"])
            return _replaced(before, str(case.was(LEADER).get("name") or ""), name) or f"公司的法定代表人由{name}担任。"
    return governance_text(case)


def _replaced(text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old and old in text else ""


def must_say(case: CaseView, topic: str) -> str:
    """What the new clause has to contain, word for word; empty where that cannot be told."""
    if topic in {NAME, DOMICILE}:
        return str(case.answers.get(topic, {}).get("full") or "")
    return str(case.answers.get(LEADER, {}).get("name") or "") if topic == LEADER else ""


def governance_text(case: CaseView) -> str:
    """公司的机构及其产生办法 as far as the structure tells (公司法68, 69, 75, 76, 83)."""
    officers = case.now("officers")
    structure = officers.get("structure") or {}
    count = structure.get("directors_count")
    if structure.get("board"):
        vice = "，副董事长一名" if _holds(officers, "vice_chairman") else ""
        directors = f"公司设董事会，成员 {count} 名，设董事长一名{vice}。"
    elif str(count or "1") == "1":
        directors = "公司不设董事会，设董事一名，行使董事会职权。"
    else:
        directors = f"公司不设董事会，设董事 {count} 名。"
    return directors + _supervision(str(structure.get("supervisory") or ""), officers)


def _supervision(kind: str, officers: Payload) -> str:
    match kind:
        case "board":
            rows = [row for row in holding(officers) if _supervises(row)]
            staff = len(each_person(row for row in rows if row.get("position") == "employee_supervisor"))
            of_staff = f"，其中职工代表{in_words(staff)}名" if staff else ""
            return f"公司设监事会，成员{in_words(len(each_person(rows)))}名{of_staff}。"
        case "one":
            return "公司不设监事会，设监事一名。"
        case "audit_committee":
            return "公司在董事会中设审计委员会，行使监事会职权，不设监事会和监事。"
        case "none":
            return "经全体股东一致同意，公司不设监事会和监事。"
    return ""


def _supervises(row: Payload) -> bool:
    found = office(row.get("position"))
    return found is not None and found.organ == "supervisory_board"


def _holds(officers: Payload, position: str) -> bool:
    return any(row.get("position") == position for row in holding(officers))


def in_words(count: int) -> str:
    """三 for 3; figures beyond nine."""
    return DIGITS[count] if count < len(DIGITS) else f" {count} "
