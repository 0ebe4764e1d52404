"""First content of the page, and what follows from the other rooms: clauses composed, voters from the register; dates are left empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.items.articles import clauses, decision
from reg.items.articles.decision import MEETING, SOLE, STATE, WRITTEN
from reg.items.kit import Facts, Known, Prefill
from reg.items.kit.offices import holding

Payload = Mapping[str, Any]
HOSTS = ("chairman", "sole_director", "executive_director_legacy", "director")


def prefill(case: CaseView, known: Known) -> Prefill:
    """Everything but dates, votes and place."""
    start = {"resolution": {"host": _host(case), "threshold": "two_thirds"}}
    return Prefill(settle(start, case, Facts()), {"adopted_on": "register", "clauses": "computed"})


def _host(case: CaseView) -> str:
    """Who chairs the meeting of the shareholders: the 董事长, without a board the director (公司法63)."""
    rows = holding(case.was("officers"))
    return next((str(r["name"]) for code in HOSTS for r in rows if r.get("position") == code), "")


def settle(payload: Payload, case: CaseView, facts: Facts) -> dict[str, Any]:
    """The answer brought into step with the register and with what the other rooms say."""
    was = case.was("articles")
    resolution = dict(payload.get("resolution") or {})
    changed = clauses.amended(case, payload.get("clauses") or ())
    adopted = str(was.get("adopted_on") or "")
    return {
        **payload,
        "adopted_on": adopted or payload.get("adopted_on") or "",
        "adopted_known": bool(adopted),
        "amended_on": payload.get("amended_on") or "",
        "resolution": {**resolution, **_decided(case, resolution)},
        "clauses": changed,
        "names_legal_representative": _still_named(case, changed),
        "revision": int(was.get("revision") or 0) + 1,
    }


def _decided(case: CaseView, resolution: Payload) -> dict[str, Any]:
    """Who decides in this company, and the votes as they count."""
    kind = decision.kind_of(case, resolution.get("mode"))
    if kind in {SOLE, STATE}:
        return {"kind": kind, "mode": "", "may_write": False, "voters": []}
    rows = decision.voters(case, resolution.get("voters") or ())
    may_write = decision.may_decide_in_writing(case)
    mode = str(resolution.get("mode") or "") if may_write else MEETING
    counted = decision.tally(rows, WRITTEN if mode == WRITTEN else MEETING) if rows else {}
    return {"kind": kind, "mode": mode, "may_write": may_write, "voters": rows, **counted}


def _still_named(case: CaseView, changed: list[dict[str, Any]]) -> bool:
    """Whether the articles go on naming the 法定代表人: an amended clause may have dropped his name."""
    clause = next((row for row in changed if row["topic"] == clauses.LEADER), None)
    if clause is None:
        return clauses.names_leader(case)
    return clauses.must_say(case, clauses.LEADER) in clause["after"]
