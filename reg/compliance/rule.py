"""One rule: its code in the catalogue and the function that is its condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from reg.casefile.view import CaseView
from reg.catalog.rules import RuleText, rule_text
from reg.items.kit import Facts, Finding, LookupSpec
from reg.items.kit.rules import rule_finding

RuleCheck = Callable[[CaseView, Facts], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """合规规则."""

    code: str
    check: RuleCheck
    items: frozenset[str] = field(default_factory=frozenset)
    """Change items the rule is about; empty: every case."""
    lookups: Sequence[LookupSpec] = ()
    ports: frozenset[str] = field(default_factory=frozenset)
    """Ports whose answers to the rooms it relies on: it is told as passed only once they all answered."""
    room: str = ""
    """The room on whose page it is said too, at every save; empty: in the report only."""

    @property
    def text(self) -> RuleText:
        return rule_text(self.code)

    @property
    def title(self) -> str:
        return self.text.name

    def is_answered(self, facts: Facts) -> bool:
        """Whether nothing that the rule has to know is still open."""
        asked = self.ports | {spec.port for spec in self.lookups}
        return all(fact.settled for fact in facts.lookups.values() if fact.port in asked)

    def concerns(self, view: CaseView) -> bool:
        """Whether the case changes something the rule is about."""
        return not self.items or bool(self.items & view.change_items)


finding = rule_finding
"""A finding of a rule in the catalogue's words."""
