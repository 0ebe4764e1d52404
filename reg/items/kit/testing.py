"""For tests of rooms: cases of the story companies and answers of outside systems, without a database. All invented (虚构)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from foundation.crypto.index import normal_id_number
from reg.casefile.selectors import entity_view
from reg.casefile.view import CaseView
from reg.catalog.editions import editions
from reg.catalog.entity_types import entity_type
from reg.entities.models import Entity
from reg.entities.selectors import Post
from reg.entities.stories import companies, facts_of, person_payload, row_id
from reg.items.kit.facts import Facts, LookupFact, subject_key
from reg.items.kit.finding import Finding
from reg.items.kit.item import Item
from reg.items.kit.people import mobile_of, person_of, population_of

LEGAL_DAY = date(2026, 11, 23)
Row = dict[str, Any]


def person(code: str, **changes: Any) -> Row:
    """A story person as an answer holds him."""
    return {**person_payload(code), **changes}


def story_case(code: str, items: Iterable[str] = (), /, **answers: Mapping[str, Any]) -> CaseView:
    """A change of a story company with these answers; `items` are further rooms of the case."""
    company = companies()[code]
    entity = Entity(
        uscc=company["uscc"],
        name=company["name"],
        entity_type=company["entity_type"],
        kind=entity_type(company["entity_type"]).kind,
        authority=company["district"],
        status=company["status"],
        established=company["established"],
    )
    facts, rooms = facts_of(company), frozenset(items) | frozenset(answers)
    edition = editions()[-1]
    mapping = edition.catalogue.rooms
    return CaseView(
        number="3101152026112300000147",
        business="change",
        items=rooms,
        change_items=frozenset(mapping[room] for room in rooms if room in mapping),
        entity=entity_view(entity, facts),
        before=facts,
        answers=dict(answers),
        legal_day=LEGAL_DAY,
        agent_present="agent" in rooms,
        edition=edition.code,
    )


def on(case: CaseView, day: date) -> CaseView:
    """The same case on another legal day."""
    return replace(case, legal_day=day)


def officer(who: str | Row, position: str, mode: str, by: str, change: str = "added", **more: Any) -> Row:
    """A row of 董监高 for a term of three years."""
    human = person(who) if isinstance(who, str) else who
    return {
        "row_id": row_id(human["id_number"], position),
        "change": change,
        "position": position,
        "appointment_mode": mode,
        "appointed_by": by,
        "term_from": "2026-11-20",
        "term_to": "2029-11-19",
        **human,
        **more,
    }


def story_officers(code: str, *added: Row, removed: Iterable[str] = (), **structure: Any) -> Row:
    """The registered officers of a company, some added, those with these names removed."""
    registered = facts_of(companies()[code])["officers"]
    leaving = frozenset(removed)
    rows = [{**row, "change": "removed" if row["name"] in leaving else row["change"]} for row in registered["rows"]]
    return {"structure": {**registered["structure"], **structure}, "rows": [*rows, *added]}


def known(
    *people: Mapping[str, Any],
    match: bool = True,
    alive: bool = True,
    mobile: bool = True,
    hits: Iterable[Mapping[str, Any]] = (),
    posts: Iterable[Post] = (),
    card: Mapping[tuple[str, str], Mapping[str, Any]] | None = None,
    state: str = "found",
) -> Facts:
    """Facts as if the outside had answered the same about all these people; `state` unavailable: nobody answered."""
    lookups: dict[Any, LookupFact] = {}
    answers: dict[str, Mapping[str, Any]] = {
        "population": {"match": match, "alive": alive},
        "mobile_owner": {"match": mobile},
        "watchlist_person": {"hits": list(hits)},
    }
    for human in people:
        asked = {"population": population_of, "mobile_owner": mobile_of, "watchlist_person": person_of}
        for port, subjects in asked.items():
            for subject in subjects(human):
                answer = answers[port] if state == "found" else {}
                lookups[subject_key(port, subject)] = LookupFact(port, state, answer)
    held = {(p["id_type"], normal_id_number(p["id_number"])): tuple(posts) for p in people if p.get("id_number")}
    return Facts(lookups=lookups, posts=held, card=dict(card or {}))


def found(item: Item, case: CaseView, facts: Facts) -> list[Finding]:
    """What all checks of a room say."""
    after = case.answers[item.code]
    return [finding for check in item.checks for finding in check(after, case, facts)]


def codes(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """(code, severity) of each."""
    return [(finding.code, str(finding.severity)) for finding in findings]
