"""Rules about who leads and governs the company (CC05, CC24-CC28, CO12, CO13). R025, R016, R017.

What a room checks about its own people stands in the room, at the field it is about (items/legal_representative, officers,
agent, liaison); such a rule is listed here so that the report tells that it was looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.compliance.rule import Rule, finding
from reg.items.kit import Facts, Finding, LookupSpec, Subject
from reg.items.kit.people import LISTS, person_of

LEADER, OFFICERS, CONTACT = "leader", "officers", "contact"
RESTRICTING = ("licence_revoked_responsible", "judgment_defaulter")
"""条例12, 公司法178: who is on these may not go on as 法定代表人."""
TICK_LEADER = "回到“选事项”勾选法定代表人，填写新任法定代表人。"


def present_leader(after: Mapping[str, Any], case: CaseView) -> Iterable[Subject]:
    """The registered 法定代表人, while this case leaves him in office."""
    return () if LEADER in case.change_items else person_of(case.was("legal_representative"))


def the_present_leader_may_stay(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC05 法定代表人任职受限须一并变更."""
    for subject in present_leader({}, case):
        hits = facts.lookup("watchlist_person", subject).answer.get("hits", ())
        reasons = [LISTS[hit["list"]] for hit in hits if hit.get("list") in RESTRICTING]
        if reasons:
            yield finding(
                "CC05",
                name=subject["name"],
                reason="；".join(dict.fromkeys(reasons)),
                fix=TICK_LEADER,
            )


def checked_in_the_rooms(case: CaseView, facts: Facts) -> Iterable[Finding]:
    """The rooms raise the finding, where it is mended; the engine knows it by its code."""
    return ()


def the_new_leader_signs(case: CaseView, facts: Facts) -> Iterable[Finding]:
    """CO13 申请书签署人 == 新任者: held by construction. Papers take the signer from the answer to 法定代表人
    (materials.documents.people.legal_representative), so there is no other one to choose; the paper's tests show it."""
    return ()


PRESENT_LEADER = LookupSpec("watchlist_person", present_leader, title="现任法定代表人任职限制查询")

RULES = (
    Rule("CC05", the_present_leader_may_stay, lookups=(PRESENT_LEADER,)),
    Rule("CC24", checked_in_the_rooms, items=frozenset({LEADER})),
    Rule("CC25", checked_in_the_rooms, items=frozenset({OFFICERS})),
    Rule("CC26", checked_in_the_rooms, items=frozenset({OFFICERS})),
    Rule("CC27", checked_in_the_rooms, items=frozenset({LEADER, OFFICERS, CONTACT})),
    Rule("CC28", checked_in_the_rooms, items=frozenset({LEADER, OFFICERS}), ports=frozenset({"watchlist_person"})),
    Rule("CO12", checked_in_the_rooms, items=frozenset({CONTACT}), ports=frozenset({"mobile_owner"})),
    Rule("CO13", the_new_leader_signs, items=frozenset({LEADER})),
)
