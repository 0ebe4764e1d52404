"""Findings in the words of the catalogue: severity, sentence and law of a rule (CC24 …) are data, rooms and rules fill the blanks."""

from __future__ import annotations

from reg.catalog.rules import rule_text
from reg.items.kit.finding import Finding, Severity


def rule_finding(
    code: str,
    *,
    case: str = "",
    item: str = "",
    field: str = "",
    row: str = "",
    fix: str = "",
    needs_words: bool = False,
    severity: Severity | None = None,
    **values: object,
) -> Finding:
    """A finding of rule `code` (or of its case `case`) with the catalogue's severity, sentence and law, values filled in.

    `severity` is given only where another step of the flow enforces the rule and the page merely tells it.
    """
    text = rule_text(code)
    return Finding(
        code,
        severity or Severity(text.severity_of(case or None)),
        text.message_for(case or None, **values),
        fix=fix,
        basis=text.bases,
        item=item,
        field=field,
        row=row,
        needs_words=needs_words,
    )
