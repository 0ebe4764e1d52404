"""What an enterprise is, as far as its name has to say it: llc, joint_stock, limited_partnership, household …"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from reg.catalog.entity_types import EntityType, entity_types
from reg.catalog.source import CatalogueError

HOUSEHOLD = "household"
PLAIN_PARTNERSHIP = "partnership"
KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "llc": "有限责任公司",
        "joint_stock": "股份有限公司",
        "general_partnership": "普通合伙企业",
        "special_general_partnership": "特殊普通合伙企业",
        "limited_partnership": "有限合伙企业",
        PLAIN_PARTNERSHIP: "合伙企业",
        "sole_proprietorship": "个人独资企业",
        "non_company": "非公司企业法人",
        HOUSEHOLD: "个体工商户",
        "company_branch": "分公司",
        "partnership_branch": "合伙企业分支机构",
        "sole_branch": "个人独资企业分支机构",
        "non_company_branch": "非公司企业法人分支机构",
    }
)
_ALSO: Mapping[str, str] = MappingProxyType(
    {
        "有限公司": "llc",
        "股份公司": "joint_stock",
        "特殊的普通合伙企业": "special_general_partnership",
        "个体户": HOUSEHOLD,
    }
)
_OF_RAW: Mapping[str, str] = MappingProxyType(
    {"non_company_legal_person": "non_company", "individual_business": HOUSEHOLD, "farmers_coop": "cooperative"}
)


def is_branch(kind: str) -> bool:
    """分支机构 of any kind."""
    return kind.endswith("_branch")


def is_company(kind: str) -> bool:
    """公司: 有限责任公司 or 股份有限公司."""
    return kind in {"llc", "joint_stock"}


def is_partnership(kind: str) -> bool:
    """合伙企业 of any kind, no branch."""
    return kind.endswith("partnership")


def kind_of(entity_type: str) -> str:
    """The kind for a code (1130) or a Chinese name (有限责任公司, 有限责任公司(自然人独资)); CatalogueError otherwise."""
    text = entity_type.strip().replace("（", "(").replace("）", ")")
    found = entity_types().get(text)
    if found:
        return kind_of_type(found)
    if text in _by_name():
        return _by_name()[text]
    raise CatalogueError(f"没有这种企业类型：{entity_type}")


def kind_of_type(one: EntityType) -> str:
    """The kind of one code of 企业类型."""
    if one.raw_kind == "partnership":
        return f"{one.sub_kind}_partnership" if one.sub_kind else PLAIN_PARTNERSHIP
    return _OF_RAW.get(one.raw_kind, one.raw_kind)


@cache
def _by_name() -> Mapping[str, str]:
    listed = {
        one.name.replace("（", "(").replace("）", ")"): kind_of_type(one)
        for one in entity_types().values()
        if one.raw_kind
    }
    return MappingProxyType({**listed, **{word: kind for kind, word in KIND_WORDS.items()}, **_ALSO})
