"""禁限用字词: which words stand in which part of a name. 名称规定11、12, 实施办法14-16; N080-N095.

Words are looked for in the parts, never in the whole string: 上海军工路 holds no 海军, 佑民｜建材 no 民建.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from reg.catalog.names import OTHER_MEANING, WordList, military_pattern, seeded_words
from reg.naming.finding import NameFinding, said
from reg.naming.parts import Parts

RULE_OF: Mapping[str, str] = MappingProxyType(
    {
        "state_dignity": "N080",
        "terror_separatism": "N080",
        "colonial": "N080",
        "party": "N081",
        "state_organ": "N081",
        "military": "N081",
        "mass_org": "N081",
        "intl_org": "N082",
        "foreign_country": "N082",
        "foreign_city": "N090",
        "vice": "N083",
        "discrimination": "N084",
        "superlative": "N086",
        "policy": "N087",
        "nonprofit": "N088",
        "title": "N089",
        "martyr": "N091",
        "licensed_industry": "N031",
        "special_geo": "N085",
        "ambiguous_words": "N085",
        "famous_mark": "N092",
        "prohibited_industry": "N031",
        "known_trade": "N095",
    }
)
"""Category of a word list → the rule it stands for."""
AMBIGUOUS = "ambiguous_words"
LICENSED = "licensed_industry"
CATEGORY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "state_dignity": "损害国家尊严",
        "terror_separatism": "恐怖、分裂",
        "colonial": "殖民色彩",
        "party": "政党",
        "state_organ": "党政机关",
        "military": "军队、武警",
        "mass_org": "群团组织",
        "intl_org": "国际组织",
        "foreign_country": "外国国家（地区）",
        "foreign_city": "外国城市",
        "vice": "淫秽、赌博、迷信、暴力",
        "discrimination": "歧视",
        "superlative": "误导性用语",
        "policy": "国家重大战略政策",
        "nonprofit": "非营利组织",
        "title": "职务、职称、学位",
        "martyr": "英雄烈士姓名",
        "licensed_industry": "须经批准的行业",
        "prohibited_industry": "禁止经营的行业",
        "special_geo": "港澳台地名",
        "ambiguous_words": "有歧义、须人工审看",
        "famous_mark": "驰名商标",
        "known_trade": "有一定影响的企业字号",
        OTHER_MEANING: "地名另有含义（不禁止，人工审看）",
    }
)


@dataclass(frozen=True)
class Matcher:
    """Word lists made ready for matching."""

    lists: tuple[WordList, ...]
    other_meaning: frozenset[str]
    """Places whose name means something else too: not forbidden as a 字号 but looked at (N021)."""
    patterns: Mapping[str, re.Pattern[str]]
    """For categories matched inside a part: one pattern, longest words first."""

    @classmethod
    def of(cls, lists: tuple[WordList, ...]) -> Matcher:
        """Compile the lists once."""
        meant = frozenset(word for one in lists if one.category == OTHER_MEANING for word in one.words)
        lists = tuple(one for one in lists if one.category != OTHER_MEANING)
        inside = {one.category: one for one in lists if one.match == "contains" or one.category == AMBIGUOUS}
        return cls(
            lists,
            meant,
            MappingProxyType(
                {
                    category: re.compile("|".join(re.escape(word) for word in sorted(one.words, key=len, reverse=True)))
                    for category, one in inside.items()
                    if one.words
                }
            ),
        )

    def findings(self, parts: Parts, *, approved: frozenset[str] = frozenset()) -> Iterator[NameFinding]:
        """Every word that stands where it may not; what is ambiguous in real names is for a clerk."""
        plain = parts.plain
        ambiguous = set(self._inside(AMBIGUOUS, plain.trade))
        for category, part, word in dict.fromkeys(self._hits(plain)):
            if category == AMBIGUOUS:
                yield said("N085", part, hit=word)
            elif not (word in ambiguous and part == "trade") and not (
                category == LICENSED and RULE_OF[category] in approved
            ):
                yield self._said(category, part, word)
        number = re.search(military_pattern(), plain.trade)
        if number:
            yield said("N081", "trade", hit=number[0])

    def _said(self, category: str, part: str, word: str) -> NameFinding:
        listed = next(one for one in self.lists if one.category == category)
        return said(RULE_OF[category], part, hit=word, severity=listed.severity, trade=word)

    def _hits(self, parts: Parts) -> Iterator[tuple[str, str, str]]:
        """Category, part and word."""
        for one in self.lists:
            if one.match != "contains" and one.category != AMBIGUOUS:
                if parts.trade in one.words:
                    yield one.category, "trade", parts.trade
                continue
            places = {"trade": parts.trade}
            if one.category != AMBIGUOUS:
                places |= {"industry": parts.industry, "form": parts.form}
            if one.category == LICENSED:
                # 律师事务所: the form completes the word
                places["name"] = f"{parts.industry}{parts.form}"
            told = set()
            for part, text in places.items():
                for word in self._inside(one.category, text):
                    if part != "name" or word not in told:
                        told.add(word)
                        yield one.category, part, word

    def _inside(self, category: str, text: str) -> list[str]:
        pattern = self.patterns.get(category)
        return list(dict.fromkeys(pattern.findall(text))) if pattern and text else []


@cache
def seeded_matcher() -> Matcher:
    """The lists as delivered."""
    return Matcher.of(seeded_words())
