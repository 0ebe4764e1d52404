"""JSON into the frozen dataclasses of answers.py, by their annotations: no field is guessed, none is taken for another kind."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from signing_client.errors import NotUnderstood

T = TypeVar("T")
Reader = Callable[[Any, str], Any]


def read(kind: type[T], value: Any) -> T:
    """`value` as `kind`; NotUnderstood names the first place where it is something else."""
    wanted: Any = kind
    found: T = _reader(wanted)(value, "回答")
    return found


@cache
def _reader(kind: Any) -> Reader:
    origin, inside = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(kind)
    if origin in {Union, types.UnionType}:
        return _optional(_reader(next(one for one in inside if one is not type(None))))
    if origin is tuple:
        return _many(_reader(inside[0]))
    if origin is dict:
        return _mapping(_reader(inside[1]))
    return {datetime: _moment, date: _day}.get(kind) or _just(kind)


def _object(kind: type[Any]) -> Reader:
    hints = get_type_hints(kind)
    readers = {one.name: _reader(hints[one.name]) for one in fields(kind)}
    needed = {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}

    def run(value: Any, place: str) -> Any:
        _is(value, dict, place)
        if lacking := sorted(needed - value.keys()):
            raise NotUnderstood(f"{place}里没有 {lacking[0]}")
        there = {name: reader for name, reader in readers.items() if name in value}
        return kind(**{name: reader(value[name], f"{place}.{name}") for name, reader in there.items()})

    return run


def _optional(reader: Reader) -> Reader:
    return lambda value, place: None if value is None else reader(value, place)


def _many(reader: Reader) -> Reader:
    return lambda value, place: tuple(reader(one, place) for one in _is(value, list, place))


def _mapping(reader: Reader) -> Reader:
    return lambda value, place: {key: reader(one, place) for key, one in _is(value, dict, place).items()}


def _moment(value: Any, place: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_is(value, str, place))
    except ValueError:
        raise NotUnderstood(f"{place} 不是时间") from None
    if moment.tzinfo is None:
        raise NotUnderstood(f"{place} 没有写时区")
    return moment


def _day(value: Any, place: str) -> date:
    try:
        return date.fromisoformat(_is(value, str, place))
    except ValueError:
        raise NotUnderstood(f"{place} 不是日期") from None


def _just(kind: type[Any]) -> Reader:
    return lambda value, place: _is(value, kind, place)


def _is(value: Any, kind: type[Any], place: str) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise NotUnderstood(f"{place} 的写法和约定不一样")
    return value
