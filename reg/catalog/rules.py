"""合规性辅助判断规则的文字: severity, wording, parameters and law of every rule; the code of a rule is elsewhere. R025-R034."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from reg.catalog.laws import law_line, law_titles
from reg.catalog.source import DATA, CatalogueError, read_yaml, split_codes

Severity: TypeAlias = Literal["block", "offline", "confirm", "warn"]
SEVERITIES: tuple[str, ...] = get_args(Severity)
SEVERITY_NAMES: Mapping[str, str] = MappingProxyType(
    {"block": "拦截", "offline": "转线下", "confirm": "需确认", "warn": "提示"}
)
_GROUPS = ("company_change", "company_change_optional", "generic")


@dataclass(frozen=True)
class RuleText:
    """What the catalogue says about one rule."""

    code: str
    name: str
    condition: str
    """In words and signs, for the person who writes the rule."""
    severity: Severity
    cases: Mapping[str, Severity]
    """Severity of each case that has its own."""
    message: str
    message_cases: Mapping[str, str]
    bases: tuple[str, ...]
    """Short forms: 公司法10, R033."""
    decide: Literal["auto", "ext", "declare"]
    params: Mapping[str, Any]
    note: str

    def severity_of(self, case: str | None = None) -> Severity:
        """The severity of a case; without a case, of the rule."""
        if case is None:
            return self.severity
        if case not in self.cases and case not in self.message_cases:
            raise CatalogueError(f"{self.code} 没有这种情形：{case}")
        return self.cases.get(case, self.severity)

    def message_for(self, case: str | None = None, **values: object) -> str:
        """The sentence for the applicant with its blanks filled in. A blank without a value is a KeyError."""
        if case is not None:
            self.severity_of(case)
        return self.message_cases.get(case or "", self.message).format(**values)

    @property
    def law_titles(self) -> tuple[str, ...]:
        """《公司法》第十条 …, without requirement rows."""
        return law_titles(self.bases)

    @property
    def law_line(self) -> str:
        """All laws of the rule on one line."""
        return law_line(self.bases)


def rule_text(code: str) -> RuleText:
    """The rule CC24, CO03, G01 …"""
    try:
        return all_rules()[code]
    except KeyError:
        raise CatalogueError(f"没有这条规则：{code}") from None


@cache
def all_rules() -> Mapping[str, RuleText]:
    """Every rule by its code, in the order of the file."""
    data = read_yaml(DATA / "rules.yaml")
    return MappingProxyType({row["id"]: _rule(row) for group in _GROUPS for row in data[group]})


def rule_set(kind: str, business: str, *, with_extra: bool = True) -> tuple[str, ...]:
    """Codes that apply to a kind of entity and a business, in the order of the requirement; empty if none are listed."""
    data = read_yaml(DATA / "rules.yaml")
    name = f"{kind}_{business}"
    extra = data["sets_extra"].get(name, ()) if with_extra else ()
    return tuple(data["sets"].get(name, ())) + tuple(extra)


def legal_date(name: str) -> Any:
    """A date that the rules share: company_law_effective, transition_end …"""
    return read_yaml(DATA / "rules.yaml")["meta"]["facts_dates"][name]


def _rule(row: Mapping[str, Any]) -> RuleText:
    return RuleText(
        code=row["id"],
        name=row["name"],
        condition=row["condition"],
        severity=row["severity"],
        cases=MappingProxyType(dict(row.get("severity_cases") or {})),
        message=row["message"],
        message_cases=MappingProxyType(dict(row.get("message_cases") or {})),
        bases=split_codes(row["law"]),
        decide=row["decide"],
        params=MappingProxyType(dict(row.get("params") or {})),
        note=row.get("note", ""),
    )
