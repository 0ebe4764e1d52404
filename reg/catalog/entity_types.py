"""企业类型: the codes of the register (1130, 1222, 2130 …) and what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, cast

from reg.catalog.codes import CODES
from reg.catalog.source import CatalogueError, read_csv

Kind: TypeAlias = Literal[
    "company",
    "company_branch",
    "partnership",
    "partnership_branch",
    "sole_proprietorship",
    "sole_branch",
    "non_company",
    "non_company_branch",
]
Form: TypeAlias = Literal["llc", "joint_stock"]

KIND_NAMES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "company": "公司",
        "company_branch": "分公司",
        "partnership": "合伙企业",
        "partnership_branch": "合伙企业分支机构",
        "sole_proprietorship": "个人独资企业",
        "sole_branch": "个人独资企业分支机构",
        "non_company": "非公司企业法人",
        "non_company_branch": "非公司企业法人分支机构",
    }
)
_SOLE: Final = frozenset(
    {"1110", "1123", "1150", "1151", "1152", "1153", "5140", "5150", "5160", "6140", "6150", "6160"}
)
_STATE_WHOLLY_OWNED: Final = "1110"


@dataclass(frozen=True)
class EntityType:
    """One code of 企业类型."""

    code: str
    name: str
    parent: str
    is_leaf: bool
    raw_kind: str
    capital_origin: Literal["domestic", "foreign", "hk_mo_tw", "foreign_entity", ""]
    sub_kind: str
    in_scope: bool

    @property
    def kind(self) -> Kind:
        """company, company_branch …; CatalogueError for types that this system does not register."""
        name = {"llc": "company", "joint_stock": "company", "non_company_legal_person": "non_company"}.get(
            self.raw_kind, self.raw_kind
        )
        if name not in KIND_NAMES:
            raise CatalogueError(f"企业类型 {self.code} {self.name} 不在本系统的登记范围")
        return cast(Kind, name)

    @property
    def form(self) -> Form | None:
        """llc or joint_stock; None for what is not a company."""
        return cast(Form, self.raw_kind) if self.raw_kind in {"llc", "joint_stock"} else None

    @property
    def foreign_invested(self) -> bool:
        """外商投资, 港澳台投资 included."""
        return self.capital_origin in {"foreign", "hk_mo_tw"}

    @property
    def sole_shareholder(self) -> bool:
        """The type itself says that there is one shareholder."""
        return self.code in _SOLE

    @property
    def state_wholly_owned(self) -> bool:
        """国有独资公司."""
        return self.code == _STATE_WHOLLY_OWNED

    @property
    def is_branch(self) -> bool:
        """分支机构 of any kind."""
        return self.kind.endswith("_branch")


@cache
def entity_types() -> Mapping[str, EntityType]:
    """All codes in their order."""
    return MappingProxyType(
        {
            row["code"]: EntityType(
                code=row["code"],
                name=row["name"],
                parent=row["parent_code"],
                is_leaf=row["is_leaf"] == "1",
                raw_kind=row["kind"],
                capital_origin=cast(
                    Literal["domestic", "foreign", "hk_mo_tw", "foreign_entity", ""], row["capital_origin"]
                ),
                sub_kind=row["sub_kind"],
                in_scope=row["in_scope"] == "1",
            )
            for row in read_csv(CODES / "entity_types.csv")
        }
    )


def entity_type(code: str) -> EntityType:
    """The type with this code."""
    try:
        return entity_types()[code]
    except KeyError:
        raise CatalogueError(f"没有这个企业类型：{code}") from None
