"""Searching the index for staff: by number, by name, by 字号, by a part of it or by its sound; with the keys and the hold of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from reg.naming.comparison import Compared
from reg.naming.explain import STANDING_WORDS
from reg.naming.index import parts_of
from reg.naming.keys import key, keys_of
from reg.naming.models import IndexedName, NameKey, Reservation
from reg.naming.parsing import LIKELY
from reg.naming.parts import Order
from reg.naming.readings import sounds
from reg.naming.text import canonical

MOST = 60


@dataclass(frozen=True)
class FoundName:
    """One name of the index as staff sees it."""

    name: IndexedName
    standing: str
    how: str
    """Why it was found."""
    held: Reservation | None
    unsure: bool


def names_search(asked: str) -> list[FoundName]:
    """Names that the question finds, exact ones first; at most sixty."""
    text = canonical(asked)
    if not text:
        return []
    found: dict[int, tuple[IndexedName, str]] = {}
    for how, names in _ways(text):
        for name in names:
            found.setdefault(name.pk, (name, how))
        if len(found) >= MOST:
            break
    held = {one.name_id: one for one in Reservation.objects.filter(name__in=list(found))}
    return [
        FoundName(name, STANDING_WORDS[name.standing], how, held.get(name.pk), name.confidence < LIKELY)  # type: ignore[index]  # a StrEnum
        for name, how in list(found.values())[:MOST]
    ]


def _ways(text: str) -> list[tuple[str, list[IndexedName]]]:
    by_number = Q(uscc=text) | Q(reservation__number=text)
    return [
        ("号码相同", list(IndexedName.objects.filter(by_number)[:MOST])),
        ("名称相同", _by_keys([key("w", text)])),
        ("字号相同", _by_keys([key("t", text)])),
        ("字号同音", _by_keys([key("s", " ".join(sound)) for sound in sounds(text)] if len(text) <= 8 else [])),
        ("字号里有", _by_keys([key("i", text)])),
    ]


def _by_keys(keys: list[int]) -> list[IndexedName]:
    ids = NameKey.objects.filter(key__in=keys).values_list("name_id", flat=True)[:MOST]
    return list(IndexedName.objects.filter(pk__in=list(ids)).order_by("written"))


def keys_told(name: IndexedName) -> list[tuple[str, str]]:
    """The keys of a name in words and as hexadecimal numbers, for whoever asks why it was or was not found."""
    keys = keys_of(Compared(parts_of(name)))
    rows = [("全称", keys.written), *([] if name.order == Order.BRANCH else [("字号", keys.trade)])]
    rows += [("字号的一部分", one) for one in keys.inner]
    rows += [("读音", one) for one in keys.sound]
    rows += [("部分读音", one) for one in keys.run]
    return [(word, f"{value & 0xFFFFFFFFFFFFFFFF:016x}") for word, value in rows]
