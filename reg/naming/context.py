"""What is known beside the name when it is checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Business: TypeAlias = Literal["establish", "change", "move_in"]


@dataclass(frozen=True)
class Parent:
    """隶属企业 of a branch."""

    name: str
    kind: str
    small_class: str = ""
    district: str = ""
    """Where it is registered: code of the district, or of the place in another province."""
    renamed: bool = False
    """Whether it changed its name lately, so that the branch has to follow (细则31)."""


@dataclass(frozen=True)
class NameContext:
    """Everything the rules ask about; what is unknown is empty, and rules that need it stay silent or ask for proof."""

    kind: str
    business: Business = "establish"
    district: str = ""
    """Code of the district whose authority registers; empty: any district of the city."""
    parent: Parent | None = None
    other_industry: bool = False
    """分支机构另有行业."""
    main_class: str = ""
    """小类 of the first item of the scope."""
    prior_approval: bool = False
    """登记前审批项目."""
    investors: frozenset[str] = field(default_factory=frozenset)
    """Names of natural investors."""
    foreign_controlled_trade: str = ""
    """字号 of the foreign investor who holds more than half."""
    proven: frozenset[str] = field(default_factory=frozenset)
    """Rules for which a proof was uploaded or an explanation given; they stay 限制 for the clerk."""
    approved: frozenset[str] = field(default_factory=frozenset)
    """Rules whose 批准文件 was uploaded: N031, N070."""
