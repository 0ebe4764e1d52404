"""主营行业: the small class found by code, by the word a name uses, or by what the business does. R102."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from reg.catalog.codes import Industry, industries
from reg.catalog.names import industry_terms, scope_words
from reg.naming.lexicon import industry_words

MOST = 8


@dataclass(frozen=True)
class IndustryChoice:
    """A small class and the words that led to it, empty where the class itself was asked for."""

    code: str
    name: str
    by: str = ""


@cache
def small_classes() -> tuple[Industry, ...]:
    """国民经济行业小类, in the order of the standard."""
    return tuple(one for one in industries().values() if one.level == "4")


@cache
def _by_name() -> dict[str, str]:
    return {one.name: one.code for one in small_classes()}


def class_of(text: str) -> str:
    """The small class of a code (alone or before its name), a class name or a word of industry; empty where none is known."""
    code = text[:4]
    if code in industries() and industries()[code].level == "4":
        return code
    if text in _by_name():
        return _by_name()[text]
    known = industry_words().get(text)
    return known.small_class if known else ""


def industries_like(text: str) -> tuple[IndustryChoice, ...]:
    """The few small classes that fit best what was typed, each once: exact ones first, then words of names, class names, business."""
    asked = text.strip()
    if not asked:
        return ()
    found: dict[str, IndustryChoice] = {}
    for code, by in _led_to(asked):
        if code and code not in found:
            found[code] = IndustryChoice(code, industries()[code].name, by)
        if len(found) == MOST:
            break
    return tuple(found.values())


def _led_to(asked: str) -> Iterator[tuple[str, str]]:
    if asked.isdigit():
        yield from ((one.code, "") for one in small_classes() if one.code.startswith(asked))
        return
    exact = class_of(asked)
    if exact:
        yield exact, "" if asked in _by_name() else asked
    terms = industry_terms()
    yield from ((terms[term].small_class, term) for term in _often_first() if term.startswith(asked))
    yield from ((one.code, "") for one in small_classes() if asked in one.name)
    yield from ((code, words) for words, code in scope_words() if asked in words)
    yield from ((terms[term].small_class, term) for term in _often_first() if asked in term)


@cache
def _often_first() -> tuple[str, ...]:
    terms = industry_terms()
    return tuple(sorted(terms, key=lambda term: (-terms[term].seen, term)))
