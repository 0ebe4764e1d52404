"""States of a case: one table `(state, verb) → state`. Drawn into docs/map.md; the database guard is made from it.

"Checked", "papers ready", "all signed" are not states: they are computed from hashes and times.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SIGNING = "signing"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    APPROVED = "approved"
    RECORDED = "recorded"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Verb(StrEnum):
    REQUEST_SIGNATURES = "request_signatures"
    REOPEN = "reopen"
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    APPROVE = "approve"
    RECORD = "record"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


TABLE: dict[tuple[State, Verb], State] = {
    (State.DRAFT, Verb.REQUEST_SIGNATURES): State.SIGNING,
    (State.RETURNED, Verb.REQUEST_SIGNATURES): State.SIGNING,
    (State.SIGNING, Verb.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Verb.ACCEPT): State.ACCEPTED,
    (State.ACCEPTED, Verb.RETURN): State.RETURNED,
    (State.ACCEPTED, Verb.APPROVE): State.APPROVED,
    (State.ACCEPTED, Verb.REFUSE): State.REFUSED,
    (State.APPROVED, Verb.RECORD): State.RECORDED,
    (State.DRAFT, Verb.WITHDRAW): State.WITHDRAWN,
    (State.SIGNING, Verb.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.DRAFT, Verb.EXPIRE): State.EXPIRED,
    (State.RETURNED, Verb.EXPIRE): State.EXPIRED,
}
"""`reopen` (回到填写) is the one verb whose target depends: draft in the first round, returned after a return."""

REOPENED = (State.DRAFT, State.RETURNED)
ENDED = frozenset({State.RECORDED, State.REFUSED, State.WITHDRAWN, State.EXPIRED})
IN_FLIGHT = frozenset({State.SIGNING, State.SUBMITTED, State.ACCEPTED, State.APPROVED, State.RETURNED})
"""While one case of an entity is in one of these, no other may enter (申请案控制, CC01)."""
EDITABLE = frozenset({State.DRAFT, State.RETURNED})

TITLES = {
    State.DRAFT: "填报中",
    State.SIGNING: "签名中",
    State.SUBMITTED: "已提交，待受理",
    State.ACCEPTED: "审核中",
    State.APPROVED: "已核准",
    State.RECORDED: "已办结",
    State.RETURNED: "待补正",
    State.REFUSED: "不予登记",
    State.WITHDRAWN: "已撤回",
    State.EXPIRED: "超期失效",
}

REFERENCE_CODES = {
    State.DRAFT: ("draft", "prechecked", "docs_ready"),
    State.SIGNING: ("signing", "signed"),
    State.SUBMITTED: ("submitted",),
    State.ACCEPTED: ("accepted", "reviewing"),
    State.APPROVED: ("approved",),
    State.RECORDED: ("issued", "archived"),
    State.RETURNED: ("correction",),
    State.REFUSED: ("rejected",),
    State.WITHDRAWN: ("withdrawn",),
    State.EXPIRED: ("expired",),
}
"""Our states and the application states of the exchange codes (application_status): each code belongs to one state."""


class WrongState(Exception):
    """The case is not in a state in which this can be done; the message says what it is now."""

    def __init__(self, state: str, verb: Verb) -> None:
        super().__init__(f"{verb} not possible in {state}")
        self.state, self.verb = State(state), verb
        self.message = f"这件申请现在是“{TITLES[self.state]}”，不能这样办。请刷新页面看最新进度。"


def target(state: str, verb: Verb, *, returned_before: bool = False) -> State:
    """Where `verb` leads from `state`; WrongState where the table has no such step."""
    if verb is Verb.REOPEN and state == State.SIGNING:
        return State.RETURNED if returned_before else State.DRAFT
    got = TABLE.get((State(state), verb))
    if got is None:
        raise WrongState(state, verb)
    return got


def transitions() -> list[tuple[str, str]]:
    """All allowed (from, to) pairs: the database guard."""
    pairs = {(str(a), str(b)) for (a, _), b in TABLE.items()} | {(str(State.SIGNING), str(s)) for s in REOPENED}
    return sorted(pairs)


def drawing() -> str:
    """The table as Mermaid for docs/map.md."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    lines += [f"    {a} --> {b}: {verb}" for (a, verb), b in TABLE.items()]
    lines += [f"    {State.SIGNING} --> {s}: {Verb.REOPEN}" for s in REOPENED]
    lines += [f"    {s} --> [*]" for s in (State.RECORDED, State.REFUSED, State.WITHDRAWN, State.EXPIRED)]
    return "\n".join(lines)
