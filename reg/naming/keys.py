"""Where a name is found again: 64-bit keys, a handful per name (design.md §7).

Two names that any comparison rule makes alike share at least one key, so that one SQL statement brings every candidate:

- written    the whole name as compared (S01)
- trade      the 字号 (S02-S06, P01, P05, P07; also found by a longer 字号 that contains it: P03)
- inner      parts of the 字号 of two characters and more (P03, P05: found by the 字号 that is contained)
- sound      each reading of the whole 字号 (P02, P05, P06)
- run        what is left of a reading without a syllable or two (P04)

The name of a branch has the first key alone: it is the same as another one or different from it.

A key says nothing about the industry: the index carries division and group of meaning beside it and filters there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

from reg.naming.comparison import Compared
from reg.naming.readings import runs, sounds

STORED_READINGS = 12
"""Of a 字号 with many polyphonic characters the first readings are stored; a question asks for up to 64."""
LONGEST_INNER = 12


@dataclass(frozen=True)
class Keys:
    """Keys of one name by what they are for; signed 64-bit integers."""

    written: int
    trade: int
    """Of a branch: `written` again."""
    inner: tuple[int, ...]
    sound: tuple[int, ...]
    run: tuple[int, ...]

    def stored(self) -> Iterator[int]:
        """Every key under which the name is filed, each once."""
        return iter(dict.fromkeys((self.written, self.trade, *self.inner, *self.sound, *self.run)))


def keys_of(name: Compared, *, readings: int = STORED_READINGS) -> Keys:
    """All keys of a name."""
    if name.parts.is_branch:
        written = key("w", name.written)
        return Keys(written, written, (), (), ())
    trade = name.plain.trade
    heard = list(islice(sounds(trade), readings)) if trade else []
    return Keys(
        written=key("w", name.written),
        trade=key("t", trade),
        inner=tuple(key("i", part) for part in inner_parts(trade)),
        sound=tuple(key("s", " ".join(sound)) for sound in heard),
        run=tuple(dict.fromkeys(key("r", " ".join(run)) for sound in heard for run in runs(sound))),
    )


def inner_parts(trade: str) -> list[str]:
    """Every part of a 字号 of two characters and more that is not the whole."""
    if len(trade) > LONGEST_INNER:
        return []
    return list(
        dict.fromkeys(
            trade[start:end]
            for start in range(len(trade))
            for end in range(start + 2, len(trade) + 1)
            if end - start < len(trade)
        )
    )


@lru_cache(maxsize=1 << 18)
def key(kind: str, text: str) -> int:
    """A signed 64-bit number for a text of one kind."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8, person=kind.encode()).digest(), "big", signed=True)


@lru_cache(maxsize=1 << 14)
def group_number(group: str) -> int:
    """行业含义 as a number that fits the index: 0 means none."""
    if not group:
        return 0
    return 1 + int.from_bytes(blake2b(group.encode(), digest_size=4, person=b"g").digest(), "big") % 0x7FFFFFFE
