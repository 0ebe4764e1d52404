"""核对: facts are gathered, rules run, the report kept for the pages (R025)."""

from __future__ import annotations

from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.casefile.view import CaseView
from reg.compliance import engine
from reg.compliance.report import Report
from reg.compliance.rules import rules_for
from reg.items.gather import facts_gather
from reg.items.kit import Facts, LookupSpec


def rule_lookups(view: CaseView) -> list[LookupSpec]:
    """Questions that the rules themselves ask."""
    return [spec for rule in rules_for(view) for spec in rule.lookups]


def case_facts(case: Case, view: CaseView, *, ask: bool = True) -> Facts:
    """Facts for the rooms and the rules of the case."""
    return facts_gather(case, view, extra=rule_lookups(view), ask=ask)


def case_check(case: Case, *, stream: str = "draft", ask: bool = True) -> Report:
    """The report of the case as it stands now."""
    view = case_view(case, stream)
    return engine.check(view, case_facts(case, view, ask=ask))
