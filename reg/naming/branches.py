"""分支机构: the parent's name, then what makes the branch, then 分公司 … 名称规定13, 实施办法13; N050-N053; R103, R106."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from reg.catalog.names import form_rules
from reg.catalog.places import districts
from reg.naming.context import NameContext, Parent
from reg.naming.finding import NameFinding, said
from reg.naming.kinds import KIND_WORDS
from reg.naming.lexicon import district_words, far_places, regions, says_industry, short_place, synonym_group
from reg.naming.parsing import parse
from reg.naming.parts import Order, Parts
from reg.naming.text import canonical

HERE = "31"
"""How the codes of places in Shanghai begin."""
_NUMBER = re.compile(r"第?[一二三四五六七八九十百零〇]+")
_ROAD = re.compile(r"^[一-鿿]{2,6}(路|镇|街道|街|村|新村|大道|弄)")
"""A road or a town is a place too."""
BRANCH_OF = {
    "llc": "company_branch",
    "joint_stock": "company_branch",
    "general_partnership": "partnership_branch",
    "special_general_partnership": "partnership_branch",
    "limited_partnership": "partnership_branch",
    "partnership": "partnership_branch",
    "sole_proprietorship": "sole_branch",
    "non_company": "non_company_branch",
}


def branch_parts(parent: str, middle: str, ending: str, small_class: str = "") -> Parts:
    """The name derived from the parent's: 上海星岚科技有限公司 + 徐汇 + 分公司."""
    return Parts("", parent, middle, ending, Order.BRANCH, small_class)


def branch_read(name: str, parent: str, kind: str) -> Parts:
    """The name of a branch taken apart; where it does not begin with the parent's name, its own head stands for that."""
    ending = next((one for one in _longest(branch_endings(kind)) if name.endswith(one)), "")
    head = parent if name.startswith(parent) else name.removesuffix(ending)
    return branch_parts(head, name.removesuffix(ending).removeprefix(head), ending)


def middle_read(middle: str) -> tuple[str, str, str]:
    """Place, road or number, and industry of what stands behind the parent's name."""
    place = place_of(middle)
    rest = middle.removeprefix(place)
    plain = _NUMBER.sub("", _ROAD.sub("", rest))
    industry = plain if plain and rest.endswith(plain) and says_industry(plain) else ""
    return place, rest.removesuffix(industry), industry


def _longest(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def branch_endings(kind: str) -> tuple[str, ...]:
    """Endings of the branches of this kind, for a page to offer."""
    rule = form_rules().get(kind)
    return rule.suffixes if rule else ()


def branch_findings(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N050 冠以隶属企业名称, N051 the rest says only place, number or industry, N052 the parent's present name, N053 the place."""
    parent = context.parent
    if parent is None:
        if not parts.form.endswith(branch_endings(context.kind)):
            words = "”“".join(branch_endings(context.kind)[:4])
            yield said("N040", "form", hit=parts.form, form=parts.form, type=KIND_WORDS[context.kind], expected=words)
        return
    name, head = canonical(parts.full), canonical(parent.name)
    if not name.startswith(head):
        code = "N052" if parent.renamed else "N050"
        case = "分支机构新名称不以隶属企业现名称开头" if parent.renamed else ""
        yield said(code, "name", case=case, parent=parent.name)
        return
    rest = name.removeprefix(head)
    ending = next((one for one in _longest(branch_endings(context.kind)) if rest.endswith(one)), "")
    if not ending:
        yield said("N051", "form", case="未冠以隶属企业名称或缀词错误", hit=rest, parent=parent.name)
        return
    yield from _middle_findings(rest.removesuffix(ending), context, parent)


def _middle_findings(middle: str, context: NameContext, parent: Parent) -> Iterator[NameFinding]:
    """Place, number and industry between the parent's name and the ending."""
    place = place_of(middle)
    rest = _NUMBER.sub("", _ROAD.sub("", middle.removeprefix(place)))
    far = next((one for one in far_places() if rest.startswith(one)), "")
    inner = place.removeprefix("上海市").removeprefix("上海")
    if far or (inner in district_words() and context.district not in {"", district_words()[inner]}):
        yield said("N011", "region", hit=far or inner, region=far or inner)
    elif parent.district and context.district not in {"", parent.district}:
        abroad = not parent.district.startswith(HERE)
        if not (place if abroad else inner):
            here = "上海" if abroad else short_place(districts()[context.district].name)
            yield said("N053", "region", case="隶属企业在外省市" if abroad else "", place=here)
    industry = rest.removeprefix(far)
    if industry and not (_is_of(industry, parent) or (context.other_industry and says_industry(industry))):
        yield said("N051", "industry", case="行业与隶属企业不一致", hit=industry)


def _is_of(industry: str, parent: Parent) -> bool:
    """Whether these words mean the parent's own industry (行业表述的一致性, R103)."""
    own = parse(parent.name).parts.industry
    return bool(own) and synonym_group(industry) == synonym_group(own)


def place_of(middle: str) -> str:
    """The place of Shanghai with which the part behind the parent's name begins, the longest; empty for none."""
    return next((one for one in _places() if middle.startswith(one)), "")


@cache
def _places() -> tuple[str, ...]:
    return tuple(_longest((*regions(), *district_words())))
