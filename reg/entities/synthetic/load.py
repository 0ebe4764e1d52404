"""Writing invented enterprises by COPY: ids are reserved, rows are made and encrypted in this process, nothing goes row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models, transaction

from foundation import clock
from reg.entities.models import AddressUse, Entity, EntityFact, Role
from reg.entities.services import name_sort, roles_of
from reg.entities.synthetic.enterprises import Enterprise, basics, enterprise

_SQL_TYPES: dict[str, str] = {"BigAutoField": "int8", "ForeignKey": "int8", "OneToOneField": "int8"} | {
    "DateField": "date",
    "DateTimeField": "timestamptz",
    "CharField": "varchar",
}

_PLACE = ["entity_type", "kind", "authority", "status"]
_ENTITY_FIELDS = ["id", "uscc", "name", "name_sort", *_PLACE, "established", "parent"]

Row = tuple[int | str | bytes | date | datetime | None, ...]


def chunk_load(seed: int, first: int, last: int) -> int:
    """Write the enterprises first..last (exclusive) that the register does not have; returns how many were new."""
    known = [basics(seed, number) for number in range(first, last)]
    with transaction.atomic():
        there = dict(Entity.objects.filter(uscc__in=[b.uscc for b in known]).values_list("uscc", "pk"))
        missing = [b for b in known if b.uscc not in there]
        ids = {b.uscc: pk for b, pk in zip(missing, _reserve(len(missing)), strict=True)}
        there |= ids
        codes = {b.number: b.uscc for b in known}
        made = [enterprise(seed, b.number, _parent_name(seed, b.parent)) for b in missing]
        _write(made, {number: there[code] for number, code in codes.items()})
    return len(missing)


def _reserve(count: int) -> Sequence[int]:
    """Primary keys for `count` entities, taken from the sequence."""
    if not count:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Entity._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _parent_name(seed: int, parent: int | None) -> str:
    return enterprise(seed, parent).name if parent is not None else ""


def _write(made: Sequence[Enterprise], keys: Mapping[int, int]) -> None:
    """Write enterprises and all that hangs on them; `keys` has the primary key of every number, parents included."""
    now = clock.wall()
    payload = EntityFact._meta.get_field("payload")
    entities: list[Row] = []
    facts: list[Row] = []
    roles: list[Row] = []
    addresses: list[Row] = []
    for one in made:
        known, day, pk = one.basics, one.established, keys[one.basics.number]
        parent = keys[known.parent] if known.parent is not None else None
        place = (known.entity_type, one.kind, known.district, one.status)
        entities.append((pk, known.uscc, one.name, name_sort(one.name), *place, day, parent))
        facts += [(pk, code, payload.get_prep_value(fact), day, "", now) for code, fact in one.facts.items()]
        roles += [(pk, index, kind, position, day) for index, kind, position in sorted(roles_of(one.facts))]
        addresses.append((pk, AddressUse.key_of(one.facts["domicile"]["std_code"])))
    _copy(Entity, _ENTITY_FIELDS, entities)
    _copy(EntityFact, ["entity", "item_code", "payload", "valid_from", "case_number", "recorded_at"], facts)
    _copy(Role, ["entity", "person_index", "kind", "position", "valid_from"], roles)
    _copy(AddressUse, ["entity", "address_key"], addresses)


def _copy(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """COPY rows into the table of a model, binary. Columns that are not named keep their default or are null."""
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}"' for field in fields if isinstance(field, models.Field))
    with connection.cursor() as cursor:
        statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN (FORMAT BINARY)'
        raw: Any = cursor.cursor
        with raw.copy(statement) as copy:
            copy.set_types([_SQL_TYPES.get(type(field).__name__, "bytea") for field in fields])
            for row in rows:
                copy.write_row(row)
