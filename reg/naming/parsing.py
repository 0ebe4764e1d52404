"""A full name taken apart: for the register's old names and for what was typed in one piece.

The form is the longest known ending; the region stands in front or in brackets; of the rest, what is known as words of
industry is taken from the end, and at least two characters stay for the 字号. Where nothing is known the guess says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from reg.catalog.names import industry_terms, zone_words
from reg.naming.lexicon import (
    CITY_WORDS,
    GENERIC,
    district_words,
    elsewhere,
    forms,
    industry_words,
    regions,
    says_industry,
)
from reg.naming.parts import Order, Parts
from reg.naming.text import simple, tidy

SURE, LIKELY, GUESSED = 95, 80, 40
"""Confidence in percent. Below `LIKELY` a clerk looks (校正队列)."""
_LONGEST_WORD = 8
_REGION_IN_BRACKETS = re.compile(r"（([^（）]{2,10})）")
_SHORTEST_TRADE = 2


@dataclass(frozen=True)
class Parsed:
    """The parts, how sure they are (0-100), and what could not be read."""

    parts: Parts
    confidence: int
    missing: tuple[str, ...] = ()
    """Of 字号, 组织形式, 行业."""
    typed: str = ""
    """The name as it came, only brackets made full-width."""


def parse(name: str, small_class: str = "") -> Parsed:
    """Take a full name apart. `small_class` is kept where known; otherwise the words of industry tell it."""
    typed = tidy(name)
    rest = simple(typed)
    form = next((form for form in forms() if rest.endswith(form)), "")
    rest = rest.removesuffix(form)
    rest, region, order = _region(rest)
    rest, group = _group(rest)
    trade, industry, confidence = _split(rest, order)
    known = industry_words().get(industry) or industry_words().get(_last_word(industry))
    parts = Parts(region, trade, industry, form, order, small_class or (known.small_class if known else ""), group)
    missing = tuple(word for word, there in (("字号", trade), ("行业", industry), ("组织形式", form)) if not there)
    if not form or not trade:
        confidence = min(confidence, GUESSED)
    return Parsed(_as_typed(parts, typed), confidence, missing, typed)


def _as_typed(parts: Parts, typed: str) -> Parts:
    """The same parts in the characters that were typed: letters and traditional forms are findings of their own."""
    if parts.full == typed or len(parts.full) != len(typed):
        return parts
    region, trade, industry = len(parts.region), len(parts.trade), len(parts.industry)
    match parts.order:
        case Order.MIDDLE:
            places = (trade + 1, 0, trade + region + 2)
        case Order.BEFORE_FORM:
            places = (trade + industry + len(parts.group) + 1, 0, trade)
        case _:
            places = (0, region, region + trade)
    a, b, c = places
    cut = {"region": typed[a : a + region], "trade": typed[b : b + trade], "industry": typed[c : c + industry]}
    return replace(parts, region=cut["region"], trade=cut["trade"], industry=cut["industry"])


def _region(rest: str) -> tuple[str, str, Order]:
    """What is left, the region and its place."""
    front = next((one for one in regions() if rest.startswith(one) and not _takes_trade(rest, one)), "")
    if not front:
        front = next((one for one in elsewhere() if rest.startswith(one) and len(rest) > len(one) + 1), "")
        inside = _REGION_IN_BRACKETS.search(rest)
        if inside and (inside[1] in _places()):
            end = not rest[inside.end() :]
            order = Order.BEFORE_FORM if end else Order.MIDDLE
            mark = "" if end else "\0"
            return rest[: inside.start()] + mark + rest[inside.end() :], inside[1], order
        if front and _looks_like_trade(rest, front):
            front = ""
    if front:
        return rest.removeprefix(front), front, Order.FRONT
    return rest, "", Order.NONE


def _looks_like_trade(rest: str, place: str) -> bool:
    """朝阳科技: a place outside that stands where only the 字号 can stand is the 字号."""
    return industry_words().get(rest.removeprefix(place)) is not None


def without_places(text: str, *, least: int = 0) -> str:
    """What is left when places outside Shanghai are taken off its beginning, 浙江省杭州市…; `least` characters stay."""
    while place := next((one for one in elsewhere() if text.startswith(one) and len(text) - len(one) >= least), ""):
        text = text.removeprefix(place)
    return text


def _takes_trade(rest: str, region: str) -> bool:
    """上海市长宁科技: what follows the district is the industry already, so 长宁 is meant as the 字号."""
    return region not in CITY_WORDS and rest.removeprefix(region) in industry_terms()


@cache
def _places() -> frozenset[str]:
    return frozenset((*regions(), *elsewhere(), *district_words(), *zone_words(), "中国"))


def _group(rest: str) -> tuple[str, str]:
    for mark in ("（集团）", "集团"):
        if rest.endswith(mark) and len(rest) > len(mark):
            return rest.removesuffix(mark), mark
    return rest, ""


def _split(rest: str, order: Order) -> tuple[str, str, int]:
    """字号, 行业 and confidence."""
    if order is Order.MIDDLE and "\0" in rest:
        trade, _, industry = rest.partition("\0")
        return trade, industry, SURE if industry_words().get(industry) else LIKELY
    rest = rest.replace("\0", "")
    if rest in industry_terms() and not rest.startswith(tuple(GENERIC)):
        return "", rest, GUESSED
    industry = rest[1:] if rest[1:] in industry_terms() else _industry_of(rest)
    trade = rest.removesuffix(industry)
    if not industry:
        if len(rest) <= 3:
            return rest, "", LIKELY
        at = next((at for at in range(_SHORTEST_TRADE, len(rest) - 1) if says_industry(rest[at:])), _SHORTEST_TRADE)
        return rest[:at], rest[at:], GUESSED
    whole = industry_words().get(industry)
    short = len(trade) <= 4
    return trade, industry, SURE if whole and short else LIKELY if short else GUESSED


def _industry_of(rest: str) -> str:
    """The longest run of known words at the end that leaves two characters."""
    end = len(rest)
    while word := _last_word(rest[:end]):
        if end - len(word) < _SHORTEST_TRADE:
            break
        end -= len(word)
    return rest[end:]


def _last_word(text: str) -> str:
    """The longest known word of industry at the end of a text."""
    words = industry_words()
    room = min(_LONGEST_WORD, max(0, len(text) - _SHORTEST_TRADE)) if len(text) > _SHORTEST_TRADE else len(text)
    return next((text[-size:] for size in range(room, 1, -1) if text[-size:] in words), "")
