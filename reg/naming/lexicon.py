"""The words names are made of: places, industries, forms. Built once from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from reg.catalog.codes import industries
from reg.catalog.names import form_rules, industry_terms, word_tuple, zone_words
from reg.catalog.places import areas, districts

CITY_WORDS = ("上海市", "上海")
_LEVELS = ("特别行政区", "自治区", "自治州", "自治县", "新区", "地区", "省", "市", "区", "县", "盟", "旗")
_TAILS = ("科技", "技术", "服务", "管理", "工程", "销售", "贸易", "咨询", "制造", "发展")
GENERIC = frozenset(["动力", "智能", "数字", "创新", "智慧", "数码", "互联", "量子", "纳米", "云端"])
"""N022: words that read as part of the industry when they stand before it."""
HOUSEHOLD_BODIES = (
    *(
        "店",
        "商店",
        "商行",
        "经营部",
        "服务部",
        "厂",
        "部",
        "行",
        "馆",
        "坊",
        "社",
        "中心",
        "工作室",
        "超市",
        "摊",
        "吧",
    ),
    *("院", "所", "站", "屋", "园", "铺", "楼", "城"),
)
"""What a 个体工商户 may end with; no list is given for it, so usual words (个体工商户名称登记管理办法)."""


@cache
def district_words() -> Mapping[str, str]:
    """District as a name says it → code: 浦东新区 and 浦东."""
    found = {}
    for one in districts().values():
        found[one.name] = one.code
        found[short_place(one.name)] = one.code
    return MappingProxyType(found)


def short_place(name: str) -> str:
    """北京 of 北京市; a name of one character keeps its level."""
    for level in _LEVELS:
        short = name.removesuffix(level)
        if short != name and len(short) >= 2:
            return short
    return name


@cache
def regions() -> tuple[str, ...]:
    """What stands for the region in front of a name of Shanghai, longest first: 上海市浦东新区, 上海浦东, 上海张江, 上海."""
    inner = ("", *district_words(), *zone_words())
    return tuple(sorted((f"{city}{one}" for city in CITY_WORDS for one in inner), key=len, reverse=True))


@cache
def elsewhere() -> tuple[str, ...]:
    """Provinces, cities and counties outside Shanghai, long and short, longest first."""
    found = set()
    for area in areas().values():
        if area.code.startswith("31") or area.name in {"市辖区", "县"} or len(area.name) < 2:
            continue
        found |= {area.name, short_place(area.name)}
    return tuple(sorted((one for one in found if len(one) >= 2), key=len, reverse=True))


@cache
def far_places() -> frozenset[str]:
    """Provinces and cities outside Shanghai by long and short names, counties by their long ones: clear even inside a name."""
    found = set()
    for area in areas().values():
        if not area.code.startswith("31") and area.name not in {"市辖区", "县"}:
            found |= {area.name} if area.level == "county" else {area.name, short_place(area.name)}
    return frozenset(one for one in found if len(one) >= 2)


@cache
def place_names() -> frozenset[str]:
    """Names of places at county level and above, Shanghai's with them."""
    return frozenset((*elsewhere(), *CITY_WORDS, *district_words()))


@cache
def forms() -> tuple[str, ...]:
    """Every form a name can end with, longest first; the bodies of partnerships and sole proprietorships with their bracket."""
    found: set[str] = set()
    for rule in form_rules().values():
        bracketed = [suffix for suffix in rule.suffixes if suffix.startswith("（")]
        found.update(suffix for suffix in rule.suffixes if not suffix.startswith(("集团", "（集团）")))
        bodies = _plain_bodies(rule.bodies)
        found.update(f"{body}{suffix}" for body in bodies for suffix in bracketed)
        found.update(f"{body}{suffix.strip('（）')}" for body in bodies for suffix in bracketed)
        found.update(bodies)
    found.update(HOUSEHOLD_BODIES)
    return tuple(sorted(found, key=len, reverse=True))


def _plain_bodies(bodies: tuple[str, ...]) -> list[str]:
    """事务所 without 会计师, 合伙企业 without 投资: what stands before it is the industry."""
    lasts = ("事务所", "合伙企业")
    return list(dict.fromkeys(next((last for last in lasts if body.endswith(last)), body) for body in bodies))


@dataclass(frozen=True)
class Industry:
    """What a word of industry says: its small class and the group of words that mean the same."""

    small_class: str
    group: str


@cache
def industry_words() -> Mapping[str, Industry]:
    """Words of names, then the names of the classes of GB/T 4754 without their endings."""
    found = {one.term: Industry(one.small_class, one.group) for one in industry_terms().values()}
    for row in industries().values():
        if row.level == "4":
            for word in _class_words(row.name):
                found.setdefault(word, Industry(row.code, ""))
    for term in industry_terms().values():
        for tail in _TAILS:
            stem = term.term.removesuffix(tail)
            if stem != term.term and len(stem) >= 2:
                found.setdefault(stem, Industry(term.small_class, term.group))
    return MappingProxyType(found)


@cache
def _class_names() -> str:
    """All names of GB/T 4754 on one string, each a line of its own."""
    return "\n".join(row.name for row in industries().values())


def says_industry(text: str) -> bool:
    """Whether a text can stand for an industry: a known word, several of them, or words of the national classification."""
    return bool(text) and (text in industry_words() or text in non_industry_words() or _in_pieces(text))


def _in_pieces(text: str) -> bool:
    """Whether the text falls apart into known words or words of the classification, of two characters at least."""
    reached = {0}
    for end in range(2, len(text) + 1):
        if any(start in reached and _known(text[start:end]) for start in range(end - 1)):
            reached.add(end)
    return len(text) in reached


def _known(word: str) -> bool:
    return word in industry_words() or word in non_industry_words() or word in _class_names()


def _class_words(name: str) -> list[str]:
    plain = name.partition("（")[0].partition("(")[0]
    words = [plain, *plain.split("、")]
    return [word for word in words if 2 <= len(word) <= 8]


@cache
def non_industry_words() -> frozenset[str]:
    """实业, 发展 …: they say no industry (比对规则4)."""
    return frozenset(word_tuple("non_industry_words"))


def synonym_group(industry: str) -> str:
    """The group of words that mean the same; a word of no group is its own."""
    known = industry_words().get(industry)
    return (known.group if known else "") or industry
