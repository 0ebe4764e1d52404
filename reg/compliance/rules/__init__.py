"""The rules, by topic. A rule's text (name, law, sentences, severities) is data of the catalogue; its condition is code here."""

from __future__ import annotations

from reg.casefile.view import CaseView
from reg.catalog.rules import rule_set
from reg.compliance.rule import Rule
from reg.compliance.rules import address, articles, capital, entity, names, people

RULES: tuple[Rule, ...] = (*entity.RULES, *capital.RULES, *people.RULES, *address.RULES, *names.RULES, *articles.RULES)
"""Every rule that has code, in the order of the report."""

__all__ = ["RULES", "Rule", "rules_for"]


def rules_for(view: CaseView) -> tuple[Rule, ...]:
    """The rules of the set for this kind of entity and business that concern what the case changes."""
    wanted = set(rule_set(view.entity.kind, view.business))
    return tuple(rule for rule in RULES if rule.code in wanted and rule.concerns(view))
