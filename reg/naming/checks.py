"""The word rules: is a name allowed? 名称规定5-14, 实施办法7-20, 禁限用规则; N001-N095; R102-R104.

Pure: parts and what is known beside them in, findings out, the gravest first. Each rule is a function named as what it demands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from reg.catalog.codes import industries
from reg.catalog.names import (
    form_rules,
    industry_terms,
    name_rules,
    national_words,
    standard_characters,
    word_tuple,
    zone_words,
)
from reg.naming.branches import branch_findings
from reg.naming.context import NameContext
from reg.naming.finding import NameFinding, said
from reg.naming.forms import form_findings
from reg.naming.kinds import HOUSEHOLD, is_branch
from reg.naming.lexicon import (
    CITY_WORDS,
    GENERIC,
    district_words,
    elsewhere,
    far_places,
    forms,
    place_names,
    says_industry,
    short_place,
)
from reg.naming.parts import Order, Parts
from reg.naming.text import HAN
from reg.naming.words import Matcher, seeded_matcher

Check = Callable[[Parts, NameContext], Iterator[NameFinding]]
_FOREIGN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ0-9０-９]+")
_ALLOWED = re.compile(r"[（）]")
_SPEECH = re.compile(r"[我你他她它吗吧呢啊呀嘛啦哦]|的.+|今天|明天|不想|不要|不用|就是|没有|怎么|什么|一起")
CHINA, CHINA_IN_BRACKETS = "中国", "（中国）"
SHORTEST = 2
"""Characters of a 字号 (名称规定8)."""
_STYLE = re.compile(r"[一-鿿]式")


def check_name(
    parts: Parts, context: NameContext, matcher: Matcher | None = None, *, typed: str = ""
) -> tuple[NameFinding, ...]:
    """Every finding, the gravest first. A branch is checked for what is its own; its parent's name was checked before.

    `typed`: the name as it came in one piece, where blanks between its parts still show.
    """
    tidy = parts.tidied()
    if is_branch(context.kind):
        found = [*characters(tidy, typed), *branch_findings(tidy, context)]
        if tidy.is_branch:
            own = Parts("", "", tidy.industry, tidy.form, Order.NONE)
            found += (matcher or seeded_matcher()).findings(own, approved=context.approved)
    else:
        lists = matcher or seeded_matcher()
        found = [*characters(tidy, typed), *(finding for check in CHECKS for finding in check(tidy, context))]
        found += no_borrowed_word(tidy.plain.trade, lists.other_meaning)
        found += lists.findings(tidy, approved=context.approved)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.weight))


def characters(parts: Parts, typed: str = "") -> Iterator[NameFinding]:
    """N001 规范汉字, N002 no letters and digits, N003 no signs."""
    name = typed or parts.full
    foreign = _FOREIGN.findall(name)
    if foreign:
        yield said("N002", _part_with(parts, foreign[0]), hit="、".join(dict.fromkeys(foreign)))
    rest = _ALLOWED.sub("", _FOREIGN.sub("", name))
    signs = [ch for ch in rest if not HAN.match(ch)]
    if signs:
        yield said("N003", _part_with(parts, signs[0]), hit="".join(dict.fromkeys(signs)))
    for ch in dict.fromkeys(ch for ch in rest if HAN.match(ch) and ch not in standard_characters()):
        yield said("N001", _part_with(parts, ch), hit=ch, char=ch)


def _part_with(parts: Parts, text: str) -> str:
    return next((part for part in ("trade", "industry", "region", "form") if text in getattr(parts, part)), "name")


def all_parts_are_there(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N010 四段齐全, in their order, brackets only where they belong."""
    missing = [word for word, value in (("字号", parts.trade), ("组织形式", parts.form)) if not value]
    if missing:
        yield said("N010", "trade" if not parts.trade else "form", part="、".join(missing))
    chinese = parts.trade.replace(CHINA_IN_BRACKETS, "")
    if any("（" in value or "）" in value for value in (parts.region, chinese, parts.industry)):
        yield said("N010", "trade", part="括号")
    elif not parts.region and any(city in parts.trade[1:] or city in parts.industry for city in CITY_WORDS):
        yield said("N010", "region", part="行政区划（放在中间要加括号）")


def the_region_is_here(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N011 企业所在地, N012 区名前冠市名, N013 区域名前冠上海, N073 （中国）."""
    region = parts.plain.region
    if CHINA in {region} or CHINA_IN_BRACKETS in parts.trade:
        fits = bool(context.foreign_controlled_trade) and context.foreign_controlled_trade in parts.plain.trade
        if not fits:
            yield said("N073", "region", hit=CHINA)
        return
    if not region:
        yield from _places_without_city(parts.plain)
        return
    city = next((city for city in CITY_WORDS if region.startswith(city)), "")
    inner = region.removeprefix(city)
    if not city:
        if region in district_words():
            yield said("N012", "region", hit=region, district=short_place(region))
        elif region.startswith(zone_words()):
            yield said("N013", "region", hit=region, zone=region)
        else:
            yield said("N011", "region", hit=region, region=region)
    elif inner in district_words():
        if context.district and context.district != district_words()[inner]:
            yield said("N011", "region", hit=inner, region=region)
    elif inner and inner not in zone_words():
        yield said("N011", "region", hit=region, region=region)


def _places_without_city(parts: Parts) -> Iterator[NameFinding]:
    """A 字号 that begins with a district or a zone, where the region was left out; a 字号 of its own must follow."""
    trade = parts.trade

    def begins(places: Iterable[str]) -> str:
        return next((one for one in places if trade.startswith(one) and len(trade) - len(one) >= SHORTEST), "")

    if district := begins(sorted(district_words(), key=len, reverse=True)):
        yield said("N012", "region", hit=district, district=short_place(district))
    elif zone := begins(zone_words()):
        yield said("N013", "region", hit=zone, zone=zone)
    elif place := begins(elsewhere()):
        yield said("N011", "region", hit=place, region=place)


def no_other_place_describes_the_business(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N011 外地地名作行业限定语: 四川火锅 follows usage, so a clerk looks."""
    trade, industry = parts.plain.trade, parts.plain.industry
    inside = (trade[start : start + length] for start in range(SHORTEST, 5) for length in _lengths_of_places())
    before = (industry[:length] for length in _lengths_of_places())
    found = far_places().intersection((*inside, *before))
    if found:
        place = max(sorted(found), key=len)
        yield said("N011", "industry", hit=place, region=place, severity="restrict")


@cache
def _lengths_of_places() -> tuple[int, ...]:
    return tuple(sorted({len(place) for place in far_places()}))


def region_and_industry_may_be_left_out(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N014 不含行政区划, N015 不含行业."""
    if parts.plain.region in {"", CHINA} and context.kind != HOUSEHOLD:
        yield said("N014", "region")
    if not parts.industry and parts.trade and not _form_says_industry(parts):
        yield said("N015", "industry")


def _form_says_industry(parts: Parts) -> bool:
    """律师事务所, 理发店: for what is no company the form often says the business."""
    return not parts.form.endswith("公司") and not parts.form.startswith(("合伙企业", "中心", "企业"))


def the_trade_name_stands(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N020 two characters, N022 distinctive, N024 length, N025 no sentence."""
    trade = parts.plain.trade
    if not trade:
        return
    if len(trade) < 2:
        yield said("N020", "trade", hit=trade)
        return
    if trade in context.investors:
        yield said("N023", "trade", hit=trade)
    elif trade in GENERIC:
        yield said("N022", "trade", hit=trade, trade=trade)
    rule = name_rules()["N024"]
    if len(trade) > int(rule.params["manual"]):
        yield said("N024", "trade", hit=trade, severity="restrict")
    elif len(trade) > int(rule.params["warn"]):
        yield said("N024", "trade", hit=trade)
    if len(trade) >= 4 and _SPEECH.search(trade):
        yield said("N025", "trade", hit=trade)


def no_borrowed_word(trade: str, other_meaning: frozenset[str]) -> Iterator[NameFinding]:
    """N021: no place, industry or form alone; a place that means something else is looked at."""
    if len(trade) < SHORTEST:
        return
    if trade in other_meaning:
        yield said("N021", "trade", hit=trade, trade=trade, severity="restrict")
    elif trade in place_names() or trade in _plain_industries() or trade in _form_words():
        yield said("N021", "trade", hit=trade, trade=trade)
    elif all(ch in word_tuple("region_abbrev") for ch in trade):
        yield said("N021", "trade", hit=trade, trade=trade, severity="warn")


@cache
def _form_words() -> frozenset[str]:
    return frozenset((*forms(), *(word for rule in form_rules().values() for word in (*rule.suffixes, *rule.bodies))))


@cache
def _plain_industries() -> frozenset[str]:
    return frozenset((*industry_terms(), *(one.name for one in industries().values())))


def the_industry_is_known(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N030 words of an industry, those of the main business; N032 the first item of the scope."""
    industry = parts.plain.industry
    if not industry:
        return
    if not says_industry(_without_style(industry)) and f"{industry}{_body(parts.form)}" not in _form_words():
        yield said("N030", "industry", hit=industry, industry=industry)
    if context.main_class and parts.small_class and context.main_class != parts.small_class:
        yield said("N032", "industry", hit=industry)


def _body(form: str) -> str:
    return form.partition("（")[0]


def _without_style(industry: str) -> str:
    """港式餐饮, 中国菜: a style before the industry says nothing against it."""
    plain = industry.removeprefix("国际").removeprefix("全国").removeprefix("中国")
    return _STYLE.sub("", plain, count=1) or industry


def nothing_national(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N070 冠以中国等, N071 中间含, N072 国际, N073 外资（中国）."""
    name = parts.plain.full
    head = next((word for word in national_words() if name.startswith(word)), "")
    if head:
        approved = "N070" in context.approved
        yield said("N070", "name", hit=head, case="有批准文件" if approved else "无国务院批准文件")
        return
    trade, industry = parts.plain.trade.replace(CHINA_IN_BRACKETS, ""), parts.plain.industry
    for word in national_words():
        at = trade.find(word)
        # 栩禾｜中国菜餐饮管理: behind a 字号 of its own the word describes the business
        if 0 <= at < SHORTEST or (at >= 0 and trade.endswith(word) and not industry):
            yield said("N071", "trade", hit=word)
    if parts.plain.trade == "国际" or name.startswith("国际"):
        yield said("N072", "trade", hit="国际", case="作字号或冠首")


def the_group_is_one(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N060 集团."""
    if parts.group or "集团" in parts.trade or "集团" in parts.industry:
        yield said("N060", "form", hit="集团")


def the_form_fits(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N040-N043."""
    yield from form_findings(parts, context.kind)


CHECKS: tuple[Check, ...] = (
    all_parts_are_there,
    the_region_is_here,
    no_other_place_describes_the_business,
    region_and_industry_may_be_left_out,
    the_trade_name_stands,
    the_industry_is_known,
    the_form_fits,
    the_group_is_one,
    nothing_national,
)
