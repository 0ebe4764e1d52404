"""核对: facts are gathered, rules run, the report kept for the pages (R025)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reg.casefile.mandate import is_public_only
from reg.casefile.models import CardRead, Case
from reg.casefile.selectors import case_view
from reg.casefile.view import CaseView
from reg.compliance import engine
from reg.compliance.report import Report
from reg.compliance.rules import rules_for
from reg.items.gather import facts_gather
from reg.items.kit import Facts, Item, LookupSpec

AGENT = "agent"


def rule_lookups(view: CaseView) -> list[LookupSpec]:
    """Questions that the rules themselves ask."""
    return [spec for rule in rules_for(view) for spec in rule.lookups]


def case_facts(case: Case, view: CaseView, *, ask: bool = True) -> Facts:
    """Facts for the rooms and the rules of the case. For an agent whom nobody confirmed only those about himself are asked."""
    if is_public_only(case):
        return _about_the_agent(case, view, ask=ask)
    return facts_gather(case, view, extra=rule_lookups(view), ask=ask)


def _about_the_agent(case: Case, view: CaseView, *, ask: bool) -> Facts:
    own = {code: payload for code, payload in view.answers.items() if code == AGENT}
    facts = facts_gather(case, replace(view, items=view.items & {AGENT}, answers=own), ask=ask)
    return replace(facts, in_flight=None, same_address=0)


def room_facts(case: Case, view: CaseView, item: Item, *, reads: Iterable[CardRead] | None = None) -> Facts:
    """Facts for the checks of one room."""
    if is_public_only(case) and item.code != AGENT:
        return Facts()
    return facts_gather(case, view, only=item.code, reads=reads)


def case_check(case: Case, *, stream: str = "draft", ask: bool = True) -> Report:
    """The report of the case as it stands now."""
    view = case_view(case, stream)
    return engine.check(view, case_facts(case, view, ask=ask))
