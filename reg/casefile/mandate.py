"""委托: whether the company confirmed its agent, and for what. R003; 条例18, 细则14.

The confirmation is kept beside the other confirmations of the case under a digest of the mandate: who, for which agency, with
which powers, from when until when. Another mandate has another digest and must be confirmed again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from reg.casefile.models import Case, Party

PREFIX = "mandate:"
FIELDS = (
    "name", "id_type", "id_number", "kind", "agency_name", "agency_uscc", "filing_no", "scope", "valid_from", "valid_to",
)  # fmt: skip


def mandate_key(agent: Mapping[str, Any]) -> str:
    """Under which key this mandate is confirmed."""
    told = json.dumps([agent.get(field) or "" for field in FIELDS], ensure_ascii=False)
    return f"{PREFIX}{hashlib.sha256(told.encode()).hexdigest()[:40]}"


def is_public_only(case: Case) -> bool:
    """Whether nothing but public facts may be shown with this case: an agent opened it and no company ever confirmed him."""
    return case.opener_kind == "agent" and not case.confirmations.filter(finding_key__startswith=PREFIX).exists()


def mandate_stands(case: Case, agent: Mapping[str, Any]) -> bool:
    """Whether the company agreed to just this mandate and did not end it; true for a case without agent."""
    if case.opener_kind != "agent":
        return True
    agreed = case.confirmations.filter(finding_key=mandate_key(agent)).exists()
    return agreed and case.parties.filter(kind=Party.Kind.AGENT, state=Party.State.ACTIVE).exists()
