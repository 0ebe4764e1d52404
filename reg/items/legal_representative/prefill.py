"""First content of the page: somebody new, so only what the company itself says about the office (章程, 历史申请)."""

from __future__ import annotations

from reg.casefile.view import CaseView
from reg.items.kit import Known, Prefill
from reg.items.kit.offices import usual_body, usual_mode
from reg.items.legal_representative.clause import bodies_said, clause_text, offices_said
from reg.items.legal_representative.form import LegalRepresentativeForm

PREFERRED = ("chairman", "sole_director", "director", "manager", "vice_chairman")
KEYS = tuple(LegalRepresentativeForm.base_fields)


def prefill(case: CaseView, known: Known) -> Prefill:
    """What an unfinished earlier case had typed, else an empty person with the office that the articles name."""
    if known.history:
        return Prefill.everything({key: str(known.history.get(key) or "") for key in KEYS}, "history")
    office = _office(case)
    said = bodies_said(clause_text(case))
    body = next(iter(said)) if len(said) == 1 else usual_body(case, office)
    register = {"position": office, "appointed_by": body, "appointment_mode": usual_mode(body)}
    filled = {key: value for key, value in register.items() if value}
    return Prefill({"id_type": "10", "nationality": "CHN", **filled}, dict.fromkeys(filled, "register"))


def _office(case: CaseView) -> str:
    """The one office the articles name, as this company has it; the present one's office when they leave a choice."""
    said = offices_said(clause_text(case))
    board = (case.now("officers").get("structure") or {}).get("board")
    there = {"sole_director", "manager"} if board is False else {"chairman", "vice_chairman", "director", "manager"}
    possible = said & there
    present = str(case.was("legal_representative").get("position") or "")
    if present in possible:
        return present
    return next((code for code in PREFERRED if code in possible), "")
