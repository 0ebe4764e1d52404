"""Many names at once: COPY without indexes, then the indexes, as two processes. What `make_names` and a migration of the register use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from django.db import connection, connections

from reg.naming.models import IndexedName, NameKey
from reg.naming.synthetic import CHUNK, Row, names_of, row_of

_NAMES = 'id, scope, written, region, trade, industry, form, "order", "group", small_class, standing, until, uscc, confidence'
_KEYS = "key, division, meaning, vague, name_id"


def names_make(count: int, *, seed: int, jobs: int) -> Iterator[int]:
    """Fill the empty index with `count` invented names; yields how many are in. Indexes are built at the end."""
    indexes = _indexes_drop()
    first = _first_id()
    chunks = [
        (seed, chunk, first + chunk * CHUNK, min(CHUNK, count - chunk * CHUNK)) for chunk in range(-(-count // CHUNK))
    ]
    connections.close_all()
    done = 0
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        for size in pool.map(_load, chunks):
            done += size
            yield done
    _indexes_build(indexes, jobs)


def _load(chunk: tuple[int, int, int, int]) -> int:
    seed, number, first, size = chunk
    rows = [row_of(parts) for parts, _ in zip(names_of(seed, number), range(size), strict=False)]
    write(first, rows)
    connections.close_all()
    return len(rows)


def write(first: int, rows: Iterable[Row]) -> None:
    """COPY names and keys; ids run from `first`."""
    listed = list(rows)
    connection.ensure_connection()
    with connection.cursor() as cursor, cursor.copy(f"COPY {IndexedName._meta.db_table} ({_NAMES}) FROM STDIN") as copy:
        for number, row in enumerate(listed, first):
            copy.write_row(_name_row(number, row))
    with connection.cursor() as cursor, cursor.copy(f"COPY {NameKey._meta.db_table} ({_KEYS}) FROM STDIN") as copy:
        for number, row in enumerate(listed, first):
            label = f"{row.division}\t{row.meaning}\t{'t' if row.vague else 'f'}\t{number}\n"
            copy.write("".join(f"{key}\t{label}" for key in row.keys))


def _name_row(number: int, row: Row) -> tuple[object, ...]:
    one = row.parts.compared
    return (
        number,
        "310000",
        row.parts.full,
        one.region,
        one.trade,
        one.industry,
        one.form,
        str(one.order),
        one.group,
        one.small_class,
        "registered",
        None,
        "",
        100,
    )


def _first_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {IndexedName._meta.db_table}")  # noqa: S608  our own table
        return int(cursor.fetchone()[0])


def _indexes_drop() -> list[str]:
    """Take the secondary indexes and keys of both tables away; returns what builds them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(c.oid), conname, conrelid::regclass::text FROM pg_constraint c"
            " WHERE contype = 'p' AND conrelid = %s::regclass",
            [NameKey._meta.db_table],
        )
        build = []
        for definition, name, table in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            build.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute(
            "SELECT indexdef, indexname FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE '%%pkey'",
            [IndexedName._meta.db_table],
        )
        for definition, name in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
            build.append(definition)
    return build


def _indexes_build(statements: Iterable[str], jobs: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(f"SET max_parallel_maintenance_workers = {jobs}")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{IndexedName._meta.db_table}', 'id'), (SELECT max(id) FROM {IndexedName._meta.db_table}))"  # noqa: S608
        )
        cursor.execute(f"VACUUM ANALYZE {IndexedName._meta.db_table}")
        cursor.execute(f"VACUUM ANALYZE {NameKey._meta.db_table}")
