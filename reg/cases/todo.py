"""等您办: what waits for a person, and one line about each of his cases (who is next, by when)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from foundation.identity.actor import Actor
from foundation.prepared import Prepared
from reg.casefile.models import Case, Party
from reg.casefile.selectors import cases_to_mend
from reg.casefile.states import State
from reg.items.registry import BY_CODE

TONES = {
    State.DRAFT: "",
    State.SIGNING: "warn",
    State.SUBMITTED: "tip",
    State.ACCEPTED: "tip",
    State.APPROVED: "ok",
    State.RECORDED: "ok",
    State.RETURNED: "block",
    State.REFUSED: "block",
    State.WITHDRAWN: "",
    State.EXPIRED: "",
}


@dataclass(frozen=True)
class Todo:
    """Something that waits for this person."""

    kind: str
    """sign, mend, agent."""
    title: str
    sub: str
    url: str
    due: date | None = None
    tone: str = "warn"
    sign: str = "pen"


@dataclass(frozen=True)
class CaseLine:
    """One case in a list."""

    case: Case
    title: str
    company: str
    now: str
    """现在：等 3 人签名"""
    url: str
    chip: str
    tone: str
    due: date | None = None


def items_text(case: Case, most: int = 3) -> str:
    """法定代表人、住所等 4 项"""
    titles = [BY_CODE[code].title for code in case.chosen if code in BY_CODE and code != "agent"]
    return "、".join(titles[:most]) + (f"等 {len(titles)} 项" if len(titles) > most else "")


NEXT = {
    State.DRAFT: "等您填完",
    State.SIGNING: "等签名",
    State.SUBMITTED: "等登记机关受理，不用您办",
    State.ACCEPTED: "登记机关在审，不用您办",
    State.APPROVED: "已核准，正在记入登记簿",
    State.RECORDED: "办好了",
    State.RETURNED: "等您补正",
    State.REFUSED: "不予登记，原因见通知书",
    State.WITHDRAWN: "已撤回",
    State.EXPIRED: "超过期限，已失效",
}
"""Who is next, in words."""


def _now(case: Case, actor: Actor) -> str:
    of_an_agent = case.opener_kind == "agent" and case.opener_index != actor.person_index
    return "代理人在填" if of_an_agent and case.state == State.DRAFT else NEXT[State(case.state)]


def case_line(case: Case, actor: Actor) -> CaseLine:
    """One case in a list."""
    return CaseLine(
        case=case,
        title=f"变更 {items_text(case)}",
        company=case.entity.name,
        now=_now(case, actor),
        url=reverse("case", args=[case.number]),
        chip=case.state_title,
        tone=TONES[State(case.state)],
        due=case.applicant_due if case.state in {State.SIGNING, State.RETURNED} else None,
    )


_TO_SIGN = Prepared(
    lambda person: Party.objects.filter(
        person_index=person, kind=Party.Kind.SIGNER, state=Party.State.INVITED
    ).select_related("case__entity")[:20],
    person="?person",
)


def todos(actor: Actor) -> list[Todo]:
    """What waits for the actor, the most urgent first."""
    waiting = [
        Todo(
            kind="mend",
            title=f"补正：变更 {items_text(case)}",
            sub=case.entity.name,
            url=reverse("case", args=[case.number]),
            due=case.applicant_due,
            tone="block",
            sign="undo",
        )
        for case in cases_to_mend(actor)
    ]
    for party in _TO_SIGN.all(person=actor.person_index):
        waiting.append(
            Todo(
                kind="sign",
                title="签名：变更文书",
                sub=f"变更 · {party.case.entity.name}",
                url=reverse("signing-home"),
                due=party.case.applicant_due,
            )
        )
    return sorted(waiting, key=lambda todo: todo.due or date.max)
