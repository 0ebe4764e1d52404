"""Questions that every page asks: their SQL is worked out once, then only values are put in.

Building and compiling a QuerySet costs more than the database's answer. A `Prepared` compiles one QuerySet with samples for its
values, remembers where each of them stands, and makes the same model instances (select_related, annotations and encrypted fields
included) from then on.

live = Prepared(lambda ref: LoginSession.objects.select_related("account").filter(ref=ref), ref="?")
live.first(ref="…")
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import QuerySet, get_related_populators

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """A QuerySet with named values. Samples must differ from each other and from every constant of the question."""

    def __init__(self, build: Callable[..., QuerySet[M]], **samples: object) -> None:
        self._build = build
        self._samples = samples
        self._made: _Made | None = None
        self._lock = threading.Lock()

    def all(self, **values: object) -> list[M]:
        """Every row as a model instance."""
        made = self._made or self._make()
        parameters: list[Any] = [values[name] if name else constant for name, constant in made.slots]
        with connection.cursor() as cursor:
            cursor.execute(made.sql, parameters)
            rows = cursor.fetchall()
        return [made.instance(row) for row in made.converted(rows)]

    def first(self, **values: object) -> M | None:
        """The first row, or None. The question says itself how many it wants."""
        found = self.all(**values)
        return found[0] if found else None

    def _make(self) -> _Made:
        with self._lock:
            if self._made is None:
                self._made = _Made(self._build(**self._samples), self._samples)
            return self._made


class _Made:
    """SQL, where the values stand, and how a row becomes an instance: what ModelIterable does, done once."""

    def __init__(self, question: QuerySet[Any], samples: dict[str, object]) -> None:
        compiler: Any = question.query.get_compiler(question.db)
        self.sql, parameters = compiler.as_sql()
        self.slots: list[tuple[str, object]] = [(_name_of(one, samples), one) for one in parameters]
        missing = set(samples) - {name for name, _ in self.slots}
        if missing:
            raise ValueError(f"the question does not hold {', '.join(sorted(missing))}")
        self.compiler = compiler
        self.db = question.db
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        info = compiler.klass_info
        columns = info["select_fields"]
        self.model = info["model"]
        self.first, self.last = columns[0], columns[-1] + 1
        self.names = [column[0].target.attname for column in compiler.select[self.first : self.last]]
        populators: Any = get_related_populators
        self.populators = populators(info, compiler.select, question.db)
        self.annotations = list(compiler.annotation_col_map.items())

    def converted(self, rows: Sequence[tuple[Any, ...]]) -> Any:
        """Rows with their fields read (encrypted ones opened)."""
        return self.compiler.apply_converters(rows, self.converters) if self.converters else rows

    def instance(self, row: Sequence[Any]) -> Any:
        """The model instance of one row."""
        one = self.model.from_db(self.db, self.names, row[self.first : self.last])
        for populator in self.populators:
            populator.populate(row, one)
        for name, column in self.annotations:
            setattr(one, name, row[column])
        return one


def _name_of(value: object, samples: dict[str, object]) -> str:
    """Which value stands here; empty for a constant of the question."""
    if isinstance(value, bool):
        return ""
    return next((name for name, sample in samples.items() if isinstance(value, type(sample)) and sample == value), "")


@models.Field.register_lookup
class AnyOf(models.Lookup):
    """`field__any_of=[…]`: = ANY(array), one parameter however many values there are."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*parameters, self.rhs]
