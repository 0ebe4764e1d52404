"""What the rooms share: the declaration of an item, findings, forms, field groups, facts, differences.

A room imports only this package and ports, never another room.
"""

from reg.items.kit.diff import DiffLine, diff_fields
from reg.items.kit.facts import Facts, LookupFact, LookupSpec, Subject
from reg.items.kit.finding import Check, Finding, Severity
from reg.items.kit.form import ItemForm
from reg.items.kit.hint import Hint
from reg.items.kit.item import Item, Known, PersonInCase, Prefill, RowSpec, Suggestion

__all__ = [
    "Check",
    "DiffLine",
    "Facts",
    "Finding",
    "Hint",
    "Item",
    "ItemForm",
    "Known",
    "LookupFact",
    "LookupSpec",
    "PersonInCase",
    "Prefill",
    "RowSpec",
    "Severity",
    "Subject",
    "Suggestion",
    "diff_fields",
]
