"""How a name is written down for comparison: one width, one kind of bracket, no blanks, simplified characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

from reg.catalog.names import standard_characters

_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_BLANK = re.compile(r"\s+")
_BRACKETS = str.maketrans("()", "（）")
HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff〇]")


def tidy(name: str) -> str:
    """As typed, with full-width brackets and nothing before and after: what is shown, checked and kept."""
    return name.strip().translate(_BRACKETS)


def canonical(name: str) -> str:
    """As compared: without blanks, in one width, （） as brackets. Traditional characters stay: they are other characters
    (比对规则3(1)), and are found by their sound."""
    if _ordinary().issuperset(name):
        return name
    return unicodedata.normalize("NFKC", _BLANK.sub("", name)).translate(_BRACKETS).upper()


def simple(name: str) -> str:
    """As understood: canonical, with standard characters for traditional ones and Chinese digits for others."""
    plain = canonical(name)
    if _ordinary().issuperset(plain):
        return plain
    standard = standard_characters()
    return "".join(ch if ch in standard else simplified(ch) for ch in plain.translate(_DIGITS))


@cache
def _ordinary() -> frozenset[str]:
    return standard_characters() | {"（", "）"}


@lru_cache(maxsize=8192)
def simplified(character: str) -> str:
    """The standard character for a traditional or variant one; itself where there is none."""
    found = _converter().convert(character)
    return found if len(found) == 1 else character


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
