"""What a paper needs beyond the fields it prints: which shareholders sign, worked out from their votes (公司法66). R035."""

from __future__ import annotations

from reg.casefile.view import CaseView
from reg.materials.documents import Extra
from reg.materials.documents.people import shareholder_signer


def extra_of(view: CaseView) -> Extra:
    """Those who voted for the change sign the 股东会决议; where votes were not taken one by one, all shareholders do."""
    voted = view.answers.get("articles", {}).get("resolution") or {}
    rows = voted.get("voters") or ()
    if voted.get("kind") != "meeting" or not all(row.get("vote") for row in rows) or not rows:
        return Extra()
    agreed = {(str(row["name"]), str(row["id_number"])) for row in rows if row["vote"] == "for"}
    holders = [holder for holder in view.entity.shareholders if (holder.name, holder.id_number) in agreed]
    return Extra(signing_shareholders=frozenset(shareholder_signer(holder).key for holder in holders))
