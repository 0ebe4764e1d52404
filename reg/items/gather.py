"""Facts for the checks of a case: asks (or peeks at) every lookup its rooms declare, reads posts, cards, branches. Does the I/O
so that checks need none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from foundation.crypto.index import normal_id_number, person_index
from foundation.outside.lookups import lookup_ask, ports, subject_index
from foundation.outside.models import Lookup
from reg.casefile.models import CardRead, Case, InFlight
from reg.casefile.view import CaseView
from reg.entities.models import Entity
from reg.entities.selectors import Post, posts_of, same_address_count
from reg.items.kit import Facts, Item, LookupFact, LookupSpec, Subject
from reg.items.kit.facts import SubjectKey, subject_key
from reg.items.registry import rooms_of


@dataclass(frozen=True)
class Question:
    """A lookup a case needs, and where it came from."""

    spec: LookupSpec
    subject: Subject
    item: str
    row: str = ""


def questions(case: CaseView, extra: Iterable[LookupSpec] = ()) -> Iterator[Question]:
    """Every question that the answered rooms (and `extra`, the rules' own) ask about this case, each once."""
    seen: set[SubjectKey] = set()
    for item in rooms_of(list(case.items)):
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


def facts_gather(case: Case, view: CaseView, *, extra: Iterable[LookupSpec] = (), ask: bool = True) -> Facts:
    """All facts of a case. With `ask`, what nobody asked yet is asked of the worker now; without, only what is known is read."""
    wanted = list(questions(view, extra))
    lookups = _asked(wanted) if ask else _peeked(wanted)
    claim = InFlight.objects.filter(entity=case.entity).exclude(case=case).select_related("case").first()
    domicile = view.answers.get("domicile", {})
    address = str(domicile.get("std_code") or domicile.get("full") or "")
    return Facts(
        lookups=lookups,
        posts=_posts(view),
        same_address=_others_at(address, case.entity) if address else 0,
        in_flight=(claim.case.number, claim.case.state_title, claim.case.opener_name) if claim else None,
        card=_cards(case),
        branches=tuple(case.entity.branches.order_by("name_sort").values_list("name", flat=True)),
    )


def _others_at(address: str, entity: Entity) -> int:
    from reg.entities.models import AddressUse

    mine = AddressUse.objects.filter(entity=entity, address_key=AddressUse.key_of(address)).exists()
    return same_address_count("", address) - int(mine)


def _asked(wanted: Iterable[Question]) -> Mapping[SubjectKey, LookupFact]:
    return {subject_key(q.spec.port, q.subject): _fact(lookup_ask(q.spec.port, q.subject)) for q in wanted}


def _peeked(wanted: Iterable[Question]) -> Mapping[SubjectKey, LookupFact]:
    keys = {(q.spec.port, subject_index(q.spec.port, q.subject)): subject_key(q.spec.port, q.subject) for q in wanted}
    rows = Lookup.objects.filter(subject_index__in=[index for _, index in keys])
    return {keys[row.port, row.subject_index]: _fact(row) for row in rows if (row.port, row.subject_index) in keys}


def _fact(row: Lookup) -> LookupFact:
    return LookupFact(row.port, row.state, row.answer or {}, row.retry_at, row.why, row.pk)


def _posts(view: CaseView) -> dict[tuple[str, str], tuple[Post, ...]]:
    found: dict[tuple[str, str], tuple[Post, ...]] = {}
    for item in rooms_of(list(view.items)):
        for person in item.people(view):
            key = (str(person.payload.get("id_type", "")), normal_id_number(str(person.payload.get("id_number", ""))))
            if key[1] and key not in found:
                found[key] = posts_of(person_index(*key))
    return found


def _cards(case: Case) -> dict[tuple[str, str], Mapping[str, object]]:
    rows = CardRead.objects.filter(case=case, state=CardRead.State.READ).order_by("asked_at")
    return {(row.item_code, row.row_id): row.result or {} for row in rows}


def port_title(name: str) -> str:
    """Chinese name of a port."""
    return ports()[name].title
