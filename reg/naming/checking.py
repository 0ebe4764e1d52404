"""One name checked whole: the word rules, then everybody else's names; what may follow, in one word. R104, R107."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from reg.catalog.names import standard_characters
from reg.naming.branches import place_of
from reg.naming.checks import check_name
from reg.naming.context import NameContext
from reg.naming.finding import NameFinding
from reg.naming.index import CITY, Found, names_near
from reg.naming.lexicon import CITY_WORDS
from reg.naming.parts import Order, Parts
from reg.naming.words import Matcher

NOTHING = Found((), ())
SUGGESTED = 3
_ENDINGS = "瑞恒启宇嘉源铭卓诚泽"
_TRIED = 18
_NUMBERS = "一二三四五六七八九十"


class Outcome(StrEnum):
    """What may follow."""

    EMPTY = "empty"
    FORBIDDEN = "forbidden"
    TAKEN = "taken"
    RESTRICTED = "restricted"
    SIMILAR = "similar"
    FREE = "free"

    @property
    def may_be_held(self) -> bool:
        """Whether the applicant can hold it by himself (R104: 除禁止、限制和同行业字号完全相同外，都能提交)."""
        return self in {Outcome.SIMILAR, Outcome.FREE}


@dataclass(frozen=True)
class NameReport:
    """All that is said of one wish on one day."""

    parts: Parts
    findings: tuple[NameFinding, ...]
    found: Found
    day: date

    @property
    def outcome(self) -> Outcome:
        """The gravest thing that is said."""
        severities = {finding.severity for finding in self.findings}
        if "forbid" in severities:
            return Outcome.FORBIDDEN
        if self.found.same:
            return Outcome.TAKEN
        if "restrict" in severities:
            return Outcome.RESTRICTED
        return Outcome.SIMILAR if self.found.similar else Outcome.FREE


def name_check(
    parts: Parts,
    context: NameContext,
    *,
    day: date,
    matcher: Matcher | None = None,
    but: frozenset[int] = frozenset(),
    related: frozenset[str] = frozenset(),
    scope: str = CITY,
) -> NameReport:
    """The report on a wish. A name without a 字号 is not compared: there is nothing to compare."""
    tidy = parts.tidied()
    findings = check_name(tidy, context, matcher)
    found = names_near(tidy, day=day, scope=scope, but=but, related=related) if tidy.trade else NOTHING
    return NameReport(tidy, findings, found, day)


def suggestions(
    report: NameReport, context: NameContext, matcher: Matcher | None = None, *, but: frozenset[int] = frozenset()
) -> tuple[Parts, ...]:
    """A few names near the wish that nobody has and no rule stops, for when the wish cannot be had."""
    free: list[Parts] = []
    variants = _branch_variants if report.parts.is_branch else _variants
    for tried, parts in enumerate(variants(report.parts)):
        if len(free) == SUGGESTED or tried == _TRIED:
            break
        other = name_check(parts, context, day=report.day, matcher=matcher, but=but)
        if other.outcome is Outcome.FREE:
            free.append(other.parts)
    return tuple(free)


def _variants(parts: Parts) -> Iterator[Parts]:
    """The wish with another last character, another first one, or two more: as near as the rules leave it."""
    stem = "".join(ch for ch in parts.plain.trade if ch in standard_characters())[:3] or _ENDINGS[:2]
    region = parts.region or CITY_WORDS[-1]
    order = parts.order if parts.order is not Order.NONE else Order.FRONT
    for first, last in zip(_ENDINGS, reversed(_ENDINGS), strict=True):
        for trade in (stem[:-1] + first, last + stem[1:], stem[:1] + first + last):
            if len(set(trade)) == len(trade):
                yield replace(parts, region=region, order=order, trade=trade)


def _branch_variants(parts: Parts) -> Iterator[Parts]:
    """The same branch with a number: 徐汇第二分公司."""
    place = place_of(parts.industry)
    for number in _NUMBERS:
        yield replace(parts, industry=f"{place}第{number}{parts.industry.removeprefix(place)}")
