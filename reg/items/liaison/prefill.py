"""First content of the page: 自历史申请获取, else what the register holds (免填免报)."""

from __future__ import annotations

from reg.casefile.view import CaseView
from reg.items.kit import Known, Prefill
from reg.items.liaison.page import KEYS


def prefill(case: CaseView, known: Known) -> Prefill:
    """The registered liaison; what an unfinished earlier case had typed goes first."""
    register = {key: str(case.was("liaison").get(key, "")) for key in KEYS}
    if known.history:
        return Prefill.everything({key: str(known.history.get(key, "")) for key in KEYS}, "history")
    return Prefill.everything(register, "register")
