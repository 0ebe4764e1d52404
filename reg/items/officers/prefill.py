"""First content of the page: the registered organs and people, unchanged; nobody is typed again."""

from __future__ import annotations

from reg.casefile.view import CaseView
from reg.items.kit import Known, Prefill

HEAD = ("board", "directors_count", "supervisory", "staff_count")


def prefill(case: CaseView, known: Known) -> Prefill:
    """What is registered. An unfinished earlier case is not taken over: the register may have moved on since."""
    before = case.was("officers")
    structure = {key: (before.get("structure") or {}).get(key, "") for key in HEAD}
    rows = [{**row, "change": "unchanged"} for row in before.get("rows", ())]
    sources = {key: "register" for key, value in structure.items() if value not in ("", None)}
    return Prefill({"structure": structure, "rows": rows}, sources)
