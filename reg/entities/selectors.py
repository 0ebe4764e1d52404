"""Reading the register: a company as of a day, the posts of a person, in what capacity someone may act (R001, R016 兼职)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from foundation import clock
from foundation.identity.actor import Actor
from foundation.prepared import Prepared
from reg.entities.models import Entity, EntityFact, Role

Payload = dict[str, Any]
OPENING_KINDS = ("legal_representative", "liaison")


@dataclass(frozen=True)
class Capacity:
    """身份: for which company a person may act, and as what."""

    entity: Entity
    kinds: tuple[str, ...]
    """legal_representative, liaison, officer, shareholder."""
    positions: tuple[str, ...] = ()

    @property
    def may_open(self) -> bool:
        """Whether the person may open a case for the company himself."""
        return any(kind in OPENING_KINDS for kind in self.kinds)


@dataclass(frozen=True)
class Post:
    """任职: one present post of a person, as 兼职 checks see it."""

    uscc: str
    entity_name: str
    status: str
    kind: str
    position: str
    branch_of: str = ""
    """统一社会信用代码 of the company whose branch it is; a branch has a 负责人, no 法定代表人."""


_FACTS = Prepared(lambda entity: EntityFact.objects.open().filter(entity_id=entity), entity=-1)


def entity_facts(entity: Entity, on: date | None = None) -> dict[str, Payload]:
    """All registration items of `entity` by item code as of `on` (today when absent)."""
    facts = entity.facts.on(on) if on else _FACTS.all(entity=entity.pk)
    return {fact.item_code: fact.payload for fact in facts}


def facts_before(entity: Entity, case_number: str) -> dict[str, Payload]:
    """All registration items as they stood when the register took this case: without what it brought, with what it ended."""
    begun = entity.facts.filter(case_number=case_number).order_by("pk").first()
    if begun is None:
        return entity_facts(entity)
    last = {fact.item_code: fact for fact in entity.facts.filter(pk__lt=begun.pk).order_by("pk")}
    eve = begun.valid_from - timedelta(days=1)
    return {code: fact.payload for code, fact in last.items() if fact.valid_to is None or fact.valid_to >= eve}


def facts_with_dates(entity: Entity) -> list[EntityFact]:
    """Every fact the register ever held of `entity`, newest first: the history page."""
    return list(entity.facts.order_by("item_code", "-valid_from", "-pk"))


def entity_get(uscc: str) -> Entity | None:
    """The entity of a 统一社会信用代码."""
    return Entity.objects.filter(uscc=uscc).first()


def entity_find(asked: str) -> Entity | None:
    """The entity of a whole name or number, as anybody may look it up."""
    return Entity.objects.filter(Q(uscc=asked.upper().replace(" ", "")) | Q(name=asked)).first()


_HELD = Prepared(
    lambda person: Role.objects.filter(person_index=person, valid_to=None).select_related("entity"), person="?person"
)


def capacities(actor: Actor) -> list[Capacity]:
    """Every company in which the actor holds a capacity now, by name. An enterprise log-in sees that enterprise only."""
    roles = _HELD.all(person=actor.person_index)
    if actor.entity_uscc:
        roles = [role for role in roles if role.entity.uscc == actor.entity_uscc]
    found: dict[int, tuple[Entity, list[str], list[str]]] = {}
    for role in roles:
        _, kinds, positions = found.setdefault(role.entity.pk, (role.entity, [], []))
        kinds.append(role.kind)
        if role.position:
            positions.append(role.position)
    every = [
        Capacity(entity, tuple(dict.fromkeys(kinds)), tuple(positions)) for entity, kinds, positions in found.values()
    ]
    return sorted(every, key=lambda c: (not c.may_open, c.entity.name_sort))


def capacity_in(actor: Actor, entity: Entity) -> Capacity | None:
    """The actor's capacity in one company; None when he holds none now."""
    if actor.entity_uscc and actor.entity_uscc != entity.uscc:
        return None
    roles = list(Role.objects.filter(person_index=actor.person_index, entity=entity, valid_to=None))
    if not roles:
        return None
    kinds = tuple(dict.fromkeys(role.kind for role in roles))
    return Capacity(entity, kinds, tuple(role.position for role in roles if role.position))


_POSTS = Prepared(
    lambda persons: (
        Role.objects.filter(person_index__any_of=persons, valid_to=None)
        .select_related("entity__parent")
        .order_by("entity__name_sort", "kind")
    ),
    persons=["?person"],
)


def posts_of(person_indexes: Iterable[str], limit: int = 200) -> dict[str, tuple[Post, ...]]:
    """Present posts of persons over the whole register, by person index; `limit` a person."""
    roles = _POSTS.all(persons=list(person_indexes))
    found: dict[str, list[Post]] = {}
    for role in roles:
        posts = found.setdefault(role.person_index, [])
        if len(posts) < limit:
            firm, parent = role.entity, role.entity.parent
            posts.append(
                Post(firm.uscc, firm.name, firm.status, role.kind, role.position, parent.uscc if parent else "")
            )
    return {index: tuple(posts) for index, posts in found.items()}


def same_address_count(std_code: str, full: str) -> int:
    """How many entities have their domicile at this address now (CC 同址户数)."""
    from reg.entities.models import AddressUse

    key = std_code or full
    return AddressUse.objects.filter(address_key=AddressUse.key_of(key)).count()


def today_facts(entity: Entity) -> dict[str, Payload]:
    """The register as of the legal day."""
    return entity_facts(entity, clock.today())
