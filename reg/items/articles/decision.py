"""决议: which body decides on the articles of this company, and how the votes of its shareholders count.

公司法 59, 60, 65, 66, 112, 116, 172. Votes are counted exactly: two of three equal shareholders are two thirds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reg.casefile.view import CaseView, Shareholder

Payload = Mapping[str, Any]
MEETING, WRITTEN, SOLE, STATE = "meeting", "written_unanimous", "sole_shareholder", "state_capital_body"
TITLES = {
    MEETING: "股东会决议",
    WRITTEN: "全体股东书面决定",
    SOLE: "股东决定",
    STATE: "履行出资人职责的机构决定",
}
FOR, AGAINST, ABSTAIN, ABSENT = "for", "against", "abstain", "absent"
VOTES = ((FOR, "同意"), (AGAINST, "反对"), (ABSTAIN, "弃权"), (ABSENT, "没有参加"))
NEEDED = {"two_thirds": Fraction(2, 3), "three_quarters": Fraction(3, 4), "all": Fraction(1)}
NEEDED_WORDS = (
    ("two_thirds", "三分之二以上（公司法的要求）"),
    ("three_quarters", "四分之三以上"),
    ("all", "全体一致"),
)
ROUNDING = Decimal("0.01")


def kind_of(case: CaseView, mode: object) -> str:
    """决议种类 of this company: a meeting, a written decision of all, of the one shareholder, of the state's owner."""
    if case.entity.state_wholly_owned:
        return STATE
    if case.entity.sole_shareholder:
        return SOLE
    return WRITTEN if mode == WRITTEN and may_decide_in_writing(case) else MEETING


def may_decide_in_writing(case: CaseView) -> bool:
    """全体股东书面一致同意 is a way of the 有限责任公司 (公司法59第3款)."""
    return case.entity.form != "joint_stock"


def counts_by_holder(case: CaseView) -> bool:
    """Whether the register knows who holds how many votes: of a 股份公司 it knows the promoters only."""
    return case.entity.form != "joint_stock" and len(case.entity.shareholders) > 1


def weights(holders: Sequence[Shareholder]) -> list[Decimal]:
    """Votes of each: what was subscribed where the registered ratios are that (rounded), else the ratios (公司法65)."""
    total = sum((holder.subscribed_wan for holder in holders), Decimal(0))
    if total > 0 and all(abs(h.subscribed_wan * 100 / total - h.ratio) < ROUNDING for h in holders):
        return [holder.subscribed_wan for holder in holders]
    return [holder.ratio for holder in holders]


def voters(case: CaseView, before: Sequence[Payload] = ()) -> list[dict[str, Any]]:
    """The shareholders of the register with what was ticked for each."""
    if not counts_by_holder(case):
        return []
    votes = {(str(row.get("name")), str(row.get("id_number"))): str(row.get("vote") or "") for row in before}
    holders = case.entity.shareholders
    return [
        {
            "name": holder.name,
            "id_number": holder.id_number,
            "ratio": plain(holder.ratio),
            "weight": plain(weight),
            "vote": votes.get((holder.name, holder.id_number), ""),
        }
        for holder, weight in zip(holders, weights(holders), strict=True)
    ]


def tally(rows: Sequence[Payload], mode: str) -> dict[str, str]:
    """votes_total, votes_for, votes_against, votes_abstain of a meeting by shareholder; of a written decision all are for."""
    votes: dict[str, Decimal] = dict.fromkeys((FOR, AGAINST, ABSTAIN, ABSENT, ""), Decimal(0))
    for row in rows:
        votes[FOR if mode == WRITTEN else str(row.get("vote") or "")] += Decimal(str(row["weight"]))
    names = {"votes_for": FOR, "votes_against": AGAINST, "votes_abstain": ABSTAIN}
    return {"votes_total": plain(sum(votes.values())), **{name: plain(votes[vote]) for name, vote in names.items()}}


def plain(value: Decimal | int) -> str:
    """12.500000 → 12.5."""
    return format(Decimal(value).normalize(), "f")


def number(value: object) -> Decimal:
    """A stored count; 0 for nothing and for what is none."""
    text = str(value or "0")
    return Decimal(text) if text.replace(".", "", 1).isdecimal() else Decimal(0)


def share_for(voted: Payload) -> Fraction | None:
    """Share of the votes that were for it; None while they are not counted."""
    total, agreed = number(voted.get("votes_total")), number(voted.get("votes_for"))
    return Fraction(agreed) / Fraction(total) if total > 0 else None


def is_counted(voted: Payload) -> bool:
    """Whether every vote is known."""
    rows = voted.get("voters") or ()
    return all(row.get("vote") for row in rows) if rows else number(voted.get("votes_total")) > 0


def percent(share: Fraction) -> str:
    """66.66%: cut, never rounded up to what it does not reach."""
    cut = Decimal(int(share * 10000)) / 100
    return f"{plain(cut) if cut else '0'}%"
