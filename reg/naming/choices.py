"""What a page offers for the parts of a name: regions and their place, words of industry. R102, R004."""

from __future__ import annotations

from functools import cache
from heapq import nlargest

from reg.catalog.codes import industries
from reg.catalog.names import industry_terms
from reg.catalog.places import districts
from reg.naming.lexicon import short_place
from reg.naming.parts import Order

ORDERS = (
    (Order.FRONT.value, "放最前面"),
    (Order.MIDDLE.value, "放在字号后面，加括号"),
    (Order.BEFORE_FORM.value, "放在组织形式前面，加括号"),
)
GROUPS = (("集团", "集团"), ("（集团）", "（集团）"))
MOST_TERMS = 60


def regions_of(district: str) -> tuple[str, ...]:
    """What may stand for the region of an enterprise of this district: 上海, 上海市, 上海浦东."""
    place = short_place(districts()[district].name) if district in districts() else ""
    return ("上海", "上海市", *((f"上海{place}",) if place else ()))


def class_words(code: str) -> str:
    """7519 其他科技推广服务业; what is no code as it is."""
    found = industries().get(code)
    return f"{found.code} {found.name}" if found else code


@cache
def common_terms() -> tuple[str, ...]:
    """Words of industry that are used most, for the box to offer."""
    return tuple(nlargest(MOST_TERMS, industry_terms(), key=lambda term: industry_terms()[term].seen))
