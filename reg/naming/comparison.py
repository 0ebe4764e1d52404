"""相同 and 相近: one name against another. 企业名称相同相近比对规则, 名称规定17; R104, R107, R110.

Pure: two names in, the first rule that hits out. Candidates come from the index (reg/naming/index.py); which of them count, and
how near they are, is decided here alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from reg.catalog.names import comparison_rules
from reg.naming.glyphs import look_alike
from reg.naming.lexicon import synonym_group
from reg.naming.parts import Parts
from reg.naming.readings import partly_same_sound, same_sound
from reg.naming.text import canonical


class Kind(StrEnum):
    """What two names are to each other."""

    SAME = "相同"
    SIMILAR = "相近"
    DIFFERENT = "不同"


class Standing(StrEnum):
    """What stands behind a name in the index."""

    REGISTERED = "registered"
    RESERVED = "reserved"
    FORMER = "former"
    """Changed less than a year ago (名称规定17(2))."""
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"
    """Its registration was undone (名称规定17(3))."""


PAST: frozenset[Standing] = frozenset({Standing.FORMER, Standing.DEREGISTERED, Standing.REVOKED})
Score: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True)
class Compared:
    """One side of a comparison."""

    parts: Parts
    standing: Standing = Standing.REGISTERED
    until: date | None = None
    """For what is past or reserved: the last day on which it counts."""
    related: bool = field(default=False, kw_only=True)
    """Whether an investment relation to the applicant was proven: lifts the rules that say so."""

    @cached_property
    def plain(self) -> Parts:
        return self.parts.compared

    @cached_property
    def written(self) -> str:
        return canonical(self.parts.full)

    @cached_property
    def group(self) -> str:
        """行业含义: the group of words that mean the same; empty where no industry is said."""
        return "" if self.parts.says_no_industry else synonym_group(self.parts.plain.industry)


@dataclass(frozen=True)
class Verdict:
    """The strongest rule that hits; `rule` is empty where the two are different."""

    kind: Kind
    rule: str = ""


DIFFERENT = Verdict(Kind.DIFFERENT)


def compare(wish: Compared, other: Compared) -> Verdict:
    """What `wish` is to `other`, by the first rule in the order of the comparison rules.

    A branch carries its parent's name, so its 字号 says nothing: its whole name alone is compared (名称规定13).
    """
    if wish.parts.is_branch or other.parts.is_branch:
        return Verdict(Kind.SAME, "S01") if wish.written == other.written else DIFFERENT
    return _same(wish, other) or _similar(wish, other) or DIFFERENT


def _same(wish: Compared, other: Compared) -> Verdict | None:
    a, b = wish.plain, other.plain
    if wish.written == other.written:
        return Verdict(Kind.SAME, "S01")
    if a.trade != b.trade:
        return None
    if (a.region, a.industry, a.form, bool(a.group)) == (b.region, b.industry, b.form, bool(b.group)):
        return Verdict(Kind.SAME, "S02")
    rule = _same_trade(a, b)
    if not rule or wish.related or other.related:
        return None
    if rule == "S04" and other.standing in PAST:
        rule = "S06" if other.standing is Standing.REVOKED else "S05"
    return Verdict(Kind.SAME, rule)


def _same_trade(a: Parts, b: Parts) -> str:
    """S03 or S04 of two names with the same 字号."""
    if a.industry and a.industry == b.industry:
        return "S03"
    if not a.industry or not b.industry or (a.small_class and a.small_class == b.small_class):
        return "S04"
    return ""


def _similar(wish: Compared, other: Compared) -> Verdict | None:
    a, b = wish.plain, other.plain
    alike = _same_business(wish, other)
    same_trade = a.trade == b.trade
    sound = not same_trade and same_sound(a.trade, b.trade)
    inside = not same_trade and (a.trade in b.trade or b.trade in a.trade)
    vague = a.says_no_industry or b.says_no_industry
    rules = (
        ("P01", same_trade and wish.group == other.group and bool(wish.group)),
        ("P02", sound and alike),
        ("P03", inside and alike),
        ("P04", not sound and not inside and not same_trade and alike and partly_same_sound(a.trade, b.trade)),
        ("P05", vague and (same_trade or sound or inside)),
        ("P06", sound and look_alike(a.trade, b.trade)),
        ("P07", same_trade and _same_division(a, b)),
    )
    hit = next((code for code, hits in rules if hits), "")
    return Verdict(Kind.SIMILAR, hit) if hit else None


def _same_business(wish: Compared, other: Compared) -> bool:
    """行业相同或含义相同: the small class, or words that mean the same."""
    a, b = wish.plain, other.plain
    if a.small_class and a.small_class == b.small_class:
        return True
    return bool(wish.group) and wish.group == other.group


def _same_division(a: Parts, b: Parts) -> bool:
    return bool(a.division) and a.division == b.division


ORDER: tuple[str, ...] = tuple(comparison_rules())


def rank(verdict: Verdict, wish: Compared, other: Compared) -> Score:
    """Nearest first: the rule, then the difference in length, then the name."""
    return ORDER.index(verdict.rule), abs(len(wish.plain.trade) - len(other.plain.trade)), other.written
