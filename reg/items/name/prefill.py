"""First content of the page: the registered name taken apart (R105 基于既有名称调整); and what follows from what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reg.casefile.view import CaseView
from reg.items.kit import Facts, Known, Prefill
from reg.items.kit.names import ITEM, PREDECLARED, TOGETHER, context_of, kind_of_case, parts_of_answer
from reg.naming.parsing import parse

Payload = Mapping[str, Any]
TYPED = ("source", "region", "order", "trade", "industry", "small_class", "group", "form", "related", "number")


def registered_name(case: CaseView) -> str:
    """The name the register holds."""
    return str(case.was(ITEM).get("name") or case.entity.name)


def prefill(case: CaseView, known: Known) -> Prefill:
    """What an earlier case had typed, else the parts of the present name and the main business."""
    frame = _frame(case)
    if known.history:
        kept = {key: known.history.get(key) or "" for key in TYPED}
        return Prefill({**kept, **frame}, {key: "history" for key, value in kept.items() if value})
    parts = parse(registered_name(case), str(case.was("industry").get("code") or "")).parts
    told = {key: str(value) for key, value in asdict(parts).items()}
    shown = {**told, "order": told["order"] if parts.region else "", "source": TOGETHER}
    return Prefill({**shown, **frame}, {key: "register" for key, value in told.items() if value and key != "order"})


def _frame(case: CaseView) -> dict[str, str]:
    """What the form offers depends on it."""
    was = parse(registered_name(case)).parts
    return {"district": context_of(case).district, "kind": kind_of_case(case), "was_region": was.region}


def settle(payload: Payload, case: CaseView, facts: Facts) -> dict[str, Any]:
    """The whole name, as it will be registered; empty where a reservation may not be taken up."""
    after = {**payload, **_frame(case)}
    if payload.get("source") != PREDECLARED:
        return {**after, "full": parts_of_answer(payload).tidied().full if payload.get("trade") else ""}
    held = facts.name.taken
    return {**after, "full": held.written if held else ""}
