"""Writing the register: facts end and begin, roles end and begin, all in the transaction of the decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from foundation import audit
from foundation.crypto.index import person_index
from foundation.identity.actor import Actor
from reg.entities.models import AddressUse, Entity, EntityFact, Role

RoleKey = tuple[str, str, str]
"""person index, kind, position."""


@dataclass(frozen=True)
class Fact:
    """What one item is from now on; `None` ends it."""

    item_code: str
    payload: Mapping[str, Any] | None


def name_sort(name: str) -> str:
    """Pinyin by which a name is sorted: no ICU in the database."""
    from pypinyin import Style, lazy_pinyin  # its tables take 50 MB: only processes that name entities load them

    return " ".join(lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True))[:400]


@transaction.atomic
def facts_apply(*, actor: Actor, entity: Entity, facts: Iterable[Fact], case_number: str, day: date) -> None:
    """登记簿记载: end the open facts of these items the day before `day`, begin the new ones on `day`, bring roles into step."""
    entity = Entity.objects.select_for_update().get(pk=entity.pk)
    codes: list[str] = []
    for fact in facts:
        codes.append(fact.item_code)
        _replace(entity, fact, case_number, day)
    open_facts = {row.item_code: row.payload for row in EntityFact.objects.filter(entity=entity, valid_to=None)}
    roles_sync(entity, open_facts, day)
    address_sync(entity, open_facts.get("domicile"))
    name_sync(entity, open_facts.get("name"))
    audit.record(actor, "entity.record", "entity", entity.uscc, items=codes, case=case_number)


def _replace(entity: Entity, fact: Fact, case_number: str, day: date) -> None:
    standing = EntityFact.objects.filter(entity=entity, item_code=fact.item_code, valid_to=None)
    standing.filter(valid_from__gte=day).update(valid_to=day)
    standing.filter(valid_from__lt=day).update(valid_to=day - timedelta(days=1))
    if fact.payload is not None:
        EntityFact.objects.create(
            entity=entity, item_code=fact.item_code, payload=dict(fact.payload), valid_from=day, case_number=case_number
        )


def roles_of(facts: Mapping[str, Mapping[str, Any]]) -> set[RoleKey]:
    """The roles that these open facts give to persons."""
    roles: set[RoleKey] = set()
    for code, kind in (("legal_representative", "legal_representative"), ("liaison", "liaison")):
        person = facts.get(code)
        if person and person.get("id_number"):
            roles.add((person_index(person["id_type"], person["id_number"]), kind, ""))
    for row in (facts.get("officers") or {}).get("rows", ()):
        roles.add((person_index(row["id_type"], row["id_number"]), "officer", row.get("position", "")))
    for row in (facts.get("shareholders") or {}).get("rows", ()):
        if row.get("natural"):
            roles.add((person_index(row["id_type"], row["id_number"]), "shareholder", ""))
    return roles


def roles_sync(entity: Entity, facts: Mapping[str, Mapping[str, Any]], day: date) -> None:
    """End roles that the facts no longer give, begin those they newly give."""
    wanted = roles_of(facts)
    standing = {(r.person_index, r.kind, r.position): r for r in Role.objects.filter(entity=entity, valid_to=None)}
    ended = [standing[key].pk for key in standing.keys() - wanted]
    Role.objects.filter(pk__in=ended).update(valid_to=day)
    Role.objects.bulk_create(
        [
            Role(entity=entity, person_index=index, kind=kind, position=position, valid_from=day)
            for index, kind, position in sorted(wanted - standing.keys())
        ]
    )


def name_sync(entity: Entity, fact: Mapping[str, Any] | None) -> None:
    """Keep the public name of the entity, and the pinyin it is sorted by, in step with the register's fact."""
    name = str((fact or {}).get("name") or "")
    if name and name != entity.name:
        entity.name, entity.name_sort = name, name_sort(name)
        entity.save(update_fields=["name", "name_sort"])


def address_sync(entity: Entity, domicile: Mapping[str, Any] | None) -> None:
    """Keep the table of used addresses in step with the domicile."""
    if not domicile:
        AddressUse.objects.filter(entity=entity).delete()
        return
    key = AddressUse.key_of(domicile.get("std_code") or domicile.get("full") or "")
    AddressUse.objects.update_or_create(entity=entity, defaults={"address_key": key})
