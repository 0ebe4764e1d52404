"""字音: how the characters of a 字号 may be read, without tones. 比对规则4(2)(4); polyphonic characters count with every reading.

Of a character's readings the first few of the dictionary are taken: rare readings would make strangers alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, islice, product
from math import ceil

from pypinyin import Style, pinyin

from reg.naming.text import simple

READINGS_OF_ONE = 3
READINGS_OF_ALL = 64
LEAST_SHARED = 0.6
"""P04: the share of the longer 字号's syllables that both have, in their order."""
Sound = tuple[str, ...]


@lru_cache(maxsize=32768)
def readings(character: str) -> tuple[str, ...]:
    """Toneless readings of one character, the commonest first."""
    found = pinyin(simple(character), style=Style.NORMAL, heteronym=True, errors="default")[0]
    return tuple(dict.fromkeys(one.lower() for one in found))[:READINGS_OF_ONE] or (character,)


def sounds(trade: str) -> Iterator[Sound]:
    """Every way to read a 字号 (at most 64), syllable by syllable."""
    return islice(product(*(readings(character) for character in trade)), READINGS_OF_ALL)


def same_sound(one: str, other: str) -> bool:
    """字音相同: character for character there is a reading both share."""
    return len(one) == len(other) and all(_shares(a, b) for a, b in zip(one, other, strict=True))


def _shares(one: str, other: str) -> bool:
    return one == other or not set(readings(one)).isdisjoint(readings(other))


def shared_syllables(one: str, other: str) -> int:
    """How many syllables two 字号 share in the same order (longest common subsequence)."""
    row = [0] * (len(other) + 1)
    for a in one:
        before = 0
        for column, b in enumerate(other, 1):
            before, row[column] = row[column], before + 1 if _shares(a, b) else max(row[column], row[column - 1])
    return row[-1]


def partly_same_sound(one: str, other: str) -> bool:
    """部分字音相同: most syllables are shared and the lengths differ by one at most."""
    longer = max(len(one), len(other))
    return abs(len(one) - len(other)) <= 1 and shared_syllables(one, other) >= ceil(LEAST_SHARED * longer)


def runs(sound: Sound) -> Iterator[Sound]:
    """What of a sound two partly alike 字号 have in common: every subsequence long enough, the whole among them."""
    size = len(sound)
    if size > 8:
        yield sound
        return
    shortest = max(2, ceil(LEAST_SHARED * size))
    seen = set()
    for length in range(size, shortest - 1, -1):
        for run in combinations(sound, length):
            if run not in seen:
                seen.add(run)
                yield run
