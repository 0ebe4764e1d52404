"""风险等级 of a name in plain words, and whether it fits 承诺制申报 (R004)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reg.catalog.names import risk_levels
from reg.naming.checking import Outcome

_LEVELS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.FORBIDDEN: "A_forbid",
        Outcome.TAKEN: "B_same",
        Outcome.RESTRICTED: "C_restrict",
        Outcome.SIMILAR: "D_similar",
        Outcome.FREE: "E_pass",
    }
)
_PROMISE: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.FORBIDDEN: "不能申报，也就不适用承诺制。",
        Outcome.TAKEN: "不能申报，也就不适用承诺制。",
        Outcome.RESTRICTED: "不适用承诺制：要有依据，由登记机关审核。",
        Outcome.SIMILAR: "不适用承诺制：有相近的名称，由登记机关审核。",
        Outcome.FREE: "适用承诺制：您承诺对名称负责，登记机关不再逐项审查名称。",
    }
)


@dataclass(frozen=True)
class Risk:
    """风险等级 of a name, A the gravest."""

    grade: str
    words: str
    promise: str
    """Whether it fits 承诺制申报, and why not."""
    fits: bool


def risk_of(outcome: Outcome) -> Risk:
    """The grade of what was found."""
    level = _LEVELS[outcome]
    return Risk(level[0], risk_levels()[level], _PROMISE[outcome], outcome is Outcome.FREE)
