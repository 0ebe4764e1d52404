"""First content of the page: what an earlier case had typed, else the district, which does not change online (免填免报)."""

from __future__ import annotations

from reg.casefile.view import CaseView
from reg.items.domicile.form import DomicileForm
from reg.items.kit import Known, Prefill
from reg.items.kit.address import SINGLE

KEYS = tuple(DomicileForm.base_fields)


def prefill(case: CaseView, known: Known) -> Prefill:
    """A new house is asked for, so only what is sure to stay is filled in."""
    if known.history:
        kept = {key: known.history.get(key) or "" for key in KEYS}
        return Prefill.everything(DomicileForm.read(kept).payload(), "history")
    district = str(case.was("domicile").get("district") or "")
    return Prefill({"district": district, "number_kind": SINGLE}, {"district": "register"})
