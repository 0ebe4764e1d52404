"""Facts for the checks of a case: asks (or peeks at) every lookup its rooms declare, reads posts and cards. Does the I/O
so that checks need none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from foundation.clock.workdays import exceptions_between
from foundation.crypto.index import normal_id_number, person_index
from foundation.outside.lookups import is_stale, lookup_ask, ports, subject_index
from foundation.outside.models import Lookup
from foundation.prepared import Prepared
from reg.casefile.models import CardRead, Case, InFlight
from reg.casefile.selectors import answer_before
from reg.casefile.view import CaseView
from reg.catalog.rules import rule_text
from reg.entities.models import AddressUse, Entity
from reg.entities.selectors import Post, posts_of, same_address_count
from reg.items.gather_names import name_facts
from reg.items.kit import Facts, Item, LookupFact, LookupSpec, Subject
from reg.items.kit.days import day_of
from reg.items.kit.facts import SubjectKey, subject_key
from reg.items.kit.names import NameFacts
from reg.items.registry import rooms_of

AGENT, DOMICILE, ARTICLES, NAME = "agent", "domicile", "articles", "name"
LONGEST_HOLIDAYS = timedelta(days=15)


@dataclass(frozen=True)
class Question:
    """A lookup a case needs, and where it came from."""

    spec: LookupSpec
    subject: Subject
    item: str
    row: str = ""


def questions(case: CaseView, extra: Iterable[LookupSpec] = (), only: str = "") -> Iterator[Question]:
    """Every question that the answered rooms (and `extra`, the rules' own) ask about this case, each once; `only`: one room."""
    seen: set[SubjectKey] = set()
    for item in rooms_of([only] if only else list(case.items)):
        for question in room_questions(item, case):
            key = subject_key(question.spec.port, question.subject)
            if key not in seen:
                seen.add(key)
                yield question
    for spec in extra:
        for subject in spec.subjects({}, case):
            key = subject_key(spec.port, subject)
            if key not in seen:
                seen.add(key)
                yield Question(spec, subject, "")


def room_questions(item: Item, case: CaseView) -> Iterator[Question]:
    """The questions of one room, for every row of a list room."""
    after = case.answers.get(item.code)
    if not after:
        return
    for spec in item.lookups:
        for subject in spec.subjects(after, case):
            yield Question(spec, subject, item.code)


def facts_gather(
    case: Case,
    view: CaseView,
    *,
    extra: Iterable[LookupSpec] = (),
    ask: bool = True,
    only: str = "",
    reads: Iterable[CardRead] | None = None,
) -> Facts:
    """All facts of a case. With `ask`, what nobody asked yet is asked of the worker now; without, only what is known is read.

    `only`: facts that the checks of this one room read; `reads`: the identity cards, where the caller has them already.
    """
    wanted = list(questions(view, extra, only))
    claim = None
    if not only:
        claim = InFlight.objects.filter(entity=case.entity).exclude(case=case).select_related("case").first()
    return Facts(
        lookups=_asked(wanted) if ask else _peeked(wanted),
        posts=_posts(view, only),
        same_address=_same_address(view, case.entity) if only in {"", DOMICILE} else 0,
        in_flight=(claim.case.number, claim.case.state_title, claim.case.opener_name) if claim else None,
        earlier={AGENT: _earlier(case)} if AGENT in view.answers and only in {"", AGENT} else {},
        rest_days=_rest_days(view) if only in {"", ARTICLES} else {},
        card=_cards(case, only) if reads is None else cards_read(reads),
        name=name_facts(view, suggest=only == NAME) if NAME in view.items and only in {"", NAME} else NameFacts(),
    )


def _same_address(view: CaseView, entity: Entity) -> int:
    domicile = view.answers.get(DOMICILE, {})
    address = str(domicile.get("std_code") or domicile.get("full") or "")
    if not address:
        return 0
    mine = AddressUse.objects.filter(entity=entity, address_key=AddressUse.key_of(address)).exists()
    return same_address_count("", address) - int(mine)


def _asked(wanted: Iterable[Question]) -> Mapping[SubjectKey, LookupFact]:
    """What is known is read at once; only what is new, or too old to be trusted, is asked."""
    known = _known(wanted)
    facts = {}
    for question in wanted:
        key = subject_key(question.spec.port, question.subject)
        row = known.get(key)
        if row is None or is_stale(row):
            row = lookup_ask(question.spec.port, question.subject)
        facts[key] = _fact(row)
    return facts


def _peeked(wanted: Iterable[Question]) -> Mapping[SubjectKey, LookupFact]:
    return {key: _fact(row) for key, row in _known(wanted).items()}


_LOOKUPS = Prepared(lambda indexes: Lookup.objects.filter(subject_index__any_of=indexes), indexes=["?index"])


def _known(wanted: Iterable[Question]) -> dict[SubjectKey, Lookup]:
    keys = {(q.spec.port, subject_index(q.spec.port, q.subject)): subject_key(q.spec.port, q.subject) for q in wanted}
    if not keys:
        return {}
    rows = _LOOKUPS.all(indexes=[index for _, index in keys])
    return {keys[row.port, row.subject_index]: row for row in rows if (row.port, row.subject_index) in keys}


def _fact(row: Lookup) -> LookupFact:
    return LookupFact(row.port, row.state, row.answer or {}, row.retry_at, row.why, row.pk)


def _earlier(case: Case) -> Mapping[str, object]:
    """What whoever opened this case said as agent in his last other one."""
    last = answer_before(case, AGENT, opener_index=case.opener_index)
    return last.payload if last else {}


def _rest_days(view: CaseView) -> dict[date, bool]:
    """The holidays in which the thirty days after the decision may end (CO01)."""
    held = day_of((view.answers.get(ARTICLES, {}).get("resolution") or {}).get("held_on"))
    if held is None or held > view.legal_day:
        return {}
    last = held + timedelta(days=int(rule_text("CO01").params["days"]))
    return exceptions_between(last, last + LONGEST_HOLIDAYS)


def _posts(view: CaseView, only: str) -> dict[tuple[str, str], tuple[Post, ...]]:
    people: dict[tuple[str, str], str] = {}
    for item in rooms_of(list(view.items)):
        for person in item.people(view) if only in {"", item.code} else ():
            key = (str(person.payload.get("id_type", "")), normal_id_number(str(person.payload.get("id_number", ""))))
            if key[1] and key not in people:
                people[key] = person_index(*key)
    found = posts_of(people.values()) if people else {}
    return {key: found.get(index, ()) for key, index in people.items()}


def _cards(case: Case, only: str) -> dict[tuple[str, str], Mapping[str, object]]:
    rows = CardRead.objects.filter(case=case, state=CardRead.State.READ).order_by("asked_at")
    return cards_read(rows.filter(item_code=only) if only else rows)


def cards_read(reads: Iterable[CardRead]) -> dict[tuple[str, str], Mapping[str, object]]:
    """What was read from identity cards, oldest first: the last one of a person counts."""
    return {(row.item_code, row.row_id): row.result or {} for row in reads if row.state == CardRead.State.READ}


def port_title(name: str) -> str:
    """Chinese name of a port."""
    return ports()[name].title
