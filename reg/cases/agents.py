"""代办 (R003): an agent opens a case, asks the company to confirm him, and goes on once it did.

The 法定代表人 confirms, or whoever logs in by the company's 电子营业执照. Until then the agent fills in what he knows; he sees
only public facts of the company, and nothing is sent for signing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from foundation import audit, clock
from foundation.config import config
from foundation.crypto.index import person_index
from foundation.identity.actor import Actor, Forbidden
from foundation.identity.models import Account
from foundation.notify.services import inbox_put, sms_send
from foundation.prepared import Prepared
from reg.casefile.access import case_may_edit
from reg.casefile.mandate import mandate_key, mandate_stands
from reg.casefile.models import Case, Confirmation, Party
from reg.casefile.selectors import case_view
from reg.casefile.services import step_add
from reg.casefile.states import EDITABLE
from reg.casefile.view import CaseView
from reg.cases.checking import case_facts
from reg.cases.journey import NextStep
from reg.cases.services import brought_refresh
from reg.cases.signing import NotReady
from reg.cases.todo import Todo, items_text
from reg.compliance import engine
from reg.entities.models import Role
from reg.entities.selectors import entity_facts
from reg.items.kit import DiffLine, Severity
from reg.items.registry import BY_CODE

ROOM = "agent"
AGAIN_AFTER = timedelta(hours=1)
MOST_ASKED = 5
"""So often one company is asked about one case: enough to be noticed, too few to be a nuisance."""
LEADER = "legal_representative"


class AskedEnough(NotReady):
    """The company was asked a short while ago, or often enough."""


class MandateChanged(NotReady):
    """The mandate is not the one that was shown when it was confirmed."""


@dataclass(frozen=True)
class Mandate:
    """How far agent and company are."""

    stage: str
    """fill: not filled in; ask: not asked yet; asked; declined; changed: confirmed, but for another mandate; confirmed."""
    agent: Mapping[str, Any]
    key: str
    party: Party | None = None
    problems: tuple[str, ...] = ()
    """Why the company cannot be asked yet."""
    asked_times: int = 0
    again_at: datetime | None = None
    """When the company can be asked again; None: now."""

    @property
    def may_ask(self) -> bool:
        return self.stage in {"ask", "asked", "declined", "changed"} and self.again_at is None and not self.asked_out

    @property
    def asked_out(self) -> bool:
        return self.asked_times >= MOST_ASKED


def mandate_of(case: Case) -> Mandate:
    """The mandate of a case of an agent as it stands."""
    view = case_view(case)
    agent = view.answers.get(ROOM, {})
    party = case.parties.filter(kind=Party.Kind.AGENT).order_by("-invited_at").first()
    problems = _problems(case, view)
    times = case.steps.filter(kind="agent_asked").count()
    last = (party.resent_at or party.invited_at) if party else None
    again = last + AGAIN_AFTER if last and last + AGAIN_AFTER > clock.now() else None
    stage = _stage(case, agent, party, problems)
    if stage in {"changed", "ask"}:
        again = None
    return Mandate(stage, agent, mandate_key(agent), party, problems, times, again)


def _stage(case: Case, agent: Mapping[str, Any], party: Party | None, problems: tuple[str, ...]) -> str:
    if mandate_stands(case, agent):
        return "confirmed"
    if problems:
        return "fill"
    if party is None:
        return "ask"
    return {"invited": "asked", "declined": "declined", "active": "changed"}.get(party.state, "ask")


def _problems(case: Case, view: CaseView) -> tuple[str, ...]:
    """What bars the way to asking the company: an unfilled mandate, or one that could not be confirmed."""
    room = engine.check(view, case_facts(case, view)).room(ROOM)
    if room is None or not room.started:
        return ("还没有填委托代理人。",)
    barred = [f for f in room.findings if f.severity is Severity.BLOCK and f.item == ROOM]
    return tuple(f.message for f in (*room.missing, *barred))


# ---- who ----


def may_confirm(actor: Actor, case: Case) -> bool:
    """The present 法定代表人, or the company itself by its 电子营业执照."""
    if actor.entity_uscc:
        return actor.entity_uscc == case.entity.uscc
    return Role.objects.filter(entity=case.entity, person_index=actor.person_index, kind=LEADER, valid_to=None).exists()


def is_agent_of(actor: Actor, case: Case) -> bool:
    """Whether the actor opened this case as agent."""
    return case.opener_kind == "agent" and case.opener_index == actor.person_index and not actor.entity_uscc


# ---- what ----


@transaction.atomic
def agent_invite(*, actor: Actor, case: Case) -> Party:
    """请企业确认: ask the company whether this person acts for it. Repeats are counted and spaced."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    case_may_edit(actor, case)
    if not is_agent_of(actor, case):
        raise Forbidden
    mandate = mandate_of(case)
    if mandate.problems:
        raise NotReady(f"先填好委托代理人，再请企业确认：{mandate.problems[0]}")
    if mandate.stage == "confirmed":
        raise NotReady("企业已经确认过了，不用再请。")
    if mandate.asked_out:
        raise AskedEnough(
            f"已经请了 {mandate.asked_times} 次，不能再发。请直接联系企业的法定代表人，他登录后就能看到。"
        )
    if mandate.again_at:
        raise AskedEnough("刚刚请过，一小时以后才能再发。")
    party, created = Party.objects.get_or_create(
        case=case,
        kind=Party.Kind.AGENT,
        person_index=actor.person_index,
        defaults={
            "name": mandate.agent["name"],
            "mobile": mandate.agent["mobile"],
            "invited_by": actor.ref,
            "invited_at": clock.now(),
        },
    )
    if not created:
        party.state, party.resent_at, party.answered_at = Party.State.INVITED, clock.now(), None
        party.name, party.mobile = mandate.agent["name"], mandate.agent["mobile"]
        party.save(update_fields=["state", "resent_at", "answered_at", "name", "mobile"])
    step_add(case, "agent_asked", "请企业确认代理人", actor.name)
    audit.record(actor, "agent.invite", "case", case.number)
    _tell_company(case, mandate.agent, mandate.asked_times + 1)
    return party


@transaction.atomic
def agent_accept(*, actor: Actor, case: Case, key: str) -> Party:
    """企业确认: this person acts for us, with just the mandate that was shown (`key`)."""
    case, party, mandate = _asked(actor, case)
    if mandate.key != key:
        raise MandateChanged("委托内容刚刚改过，请看过现在的内容再确认。")
    Confirmation.objects.update_or_create(
        case=case,
        finding_key=mandate.key,
        defaults={"message": mandate_words(case_view(case)), "confirmed_by": actor.ref, "confirmed_at": clock.now()},
    )
    party.state, party.answered_at = Party.State.ACTIVE, clock.now()
    party.save(update_fields=["state", "answered_at"])
    brought_refresh(case)
    step_add(case, "agent_confirmed", f"企业确认由{party.name}代办", actor.name)
    audit.record(actor, "agent.accept", "case", case.number)
    _tell_agent(case, party, "企业已确认", f"{case.entity.name}已确认由您代办变更登记，可以继续办了。")
    return party


@transaction.atomic
def agent_decline(*, actor: Actor, case: Case, reason: str = "") -> Party:
    """企业不同意: this person does not act for us. What he typed stays his; he sees nothing of ours."""
    case, party, _ = _asked(actor, case)
    party.state, party.answered_at = Party.State.DECLINED, clock.now()
    party.save(update_fields=["state", "answered_at"])
    step_add(case, "agent_declined", f"企业没有同意由{party.name}代办{('：' + reason) if reason else ''}", actor.name)
    audit.record(actor, "agent.decline", "case", case.number)
    _tell_agent(case, party, "企业没有同意", f"{case.entity.name}没有同意由您代办变更登记。")
    return party


def _asked(actor: Actor, case: Case) -> tuple[Case, Party, Mandate]:
    """The case under lock with the question that is open; Forbidden for who does not speak for the company."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    if not may_confirm(actor, case):
        raise Forbidden("代理人要由企业的法定代表人确认，或者用企业的电子营业执照登录确认。")
    party = case.parties.filter(kind=Party.Kind.AGENT, state=Party.State.INVITED).first()
    if party is None or case.is_ended:
        raise NotReady("这件申请现在没有等企业确认的代理人。")
    return case, party, mandate_of(case)


def mandate_lines(view: CaseView) -> list[DiffLine]:
    """The mandate as the company reads it, line by line."""
    return BY_CODE[ROOM].diff(view)


def mandate_words(view: CaseView) -> str:
    """The mandate in one line, without numbers of the person: kept with the confirmation."""
    return "；".join(f"{line.label}：{line.after}" for line in mandate_lines(view) if not line.mask)


# ---- telling ----


def _tell_company(case: Case, agent: Mapping[str, Any], times: int) -> None:
    """The 法定代表人: in his inbox and by text message."""
    leader = entity_facts(case.entity).get(LEADER, {})
    if not leader.get("id_number"):
        return
    index = person_index(leader["id_type"], leader["id_number"])
    words = f"{agent['name']}申请替{case.entity.name}办理变更登记（{items_text(case)}）。请确认是否委托他办。"
    _tell(index, str(leader.get("mobile") or ""), "agent", "请确认代理人", words, case, f"agent:{case.number}:{times}")


def _tell_agent(case: Case, party: Party, title: str, words: str) -> None:
    moment = party.answered_at.isoformat() if party.answered_at else ""
    _tell(party.person_index, party.mobile, "agent", title, words, case, f"agent-answer:{case.number}:{moment}")


def _tell(index: str, mobile: str, kind: str, title: str, words: str, case: Case, ref: str) -> None:
    link = reverse("case-agent", args=[case.number])
    account = Account.objects.filter(person_index=index).first()
    inbox_put(person_index=index, kind=kind, title=title, text=words, ref=ref, link=link)
    sms_send(
        mobile=(account.mobile if account else "") or mobile,
        template=kind,
        text=f"【企登】{words}请打开 {config().base_url('reg')} 查看。",
        ref=ref,
    )


# ---- what waits ----


def waiting_for(actor: Actor) -> QuerySet[Party]:
    """Agents who wait for this person's word, or for the company that is logged in."""
    return _invited(actor.person_index, actor.entity_uscc)


def _invited(person: str | None, uscc: str = "") -> QuerySet[Party]:
    led = Role.objects.filter(person_index=person, kind=LEADER, valid_to=None)
    mine = Q(case__entity__uscc=uscc) if uscc else Q(case__entity__in=led.values("entity"))
    return Party.objects.filter(
        mine, kind=Party.Kind.AGENT, state=Party.State.INVITED, case__state__in=sorted(EDITABLE)
    ).select_related("case__entity")


_ASKED = Prepared(lambda person: _invited(person)[:20], person="?person")


def agent_todos(actor: Actor) -> list[Todo]:
    """确认代理人, for who speaks for the company."""
    asked = waiting_for(actor)[:20] if actor.entity_uscc else _ASKED.all(person=actor.person_index)
    return [
        Todo(
            kind="agent",
            title=f"确认代理人：{party.name}",
            sub=f"变更 {items_text(party.case)} · {party.case.entity.name}",
            url=reverse("case-agent", args=[party.case.number]),
            sign="user2",
        )
        for party in asked
    ]


def next_step(actor: Actor, case: Case) -> NextStep | None:
    """The next thing to do about the agent; None once the company confirmed him."""
    if case.opener_kind != "agent" or not case.is_editable:
        return None
    mandate = mandate_of(case)
    if mandate.stage == "confirmed":
        return None
    page = reverse("case-agent", args=[case.number])
    if may_confirm(actor, case) and mandate.stage == "asked":
        return NextStep("您来办", "确认代理人", f"{mandate.agent['name']}申请替企业办这件变更。", page, "去看，再决定")
    if not is_agent_of(actor, case):
        return NextStep("代理人", "等代理人", "代理人还没有填好，或者还没有请企业确认。", page, "看代理人")
    words = {
        "fill": ("您来办", "填好委托代理人", "填好以后，才能请企业确认。", _room(case), "去填：委托代理人"),
        "ask": ("您来办", "请企业确认", "企业的法定代表人确认以后，您才能看登记信息、请人签名。", page, "去请企业确认"),
        "asked": ("企业", "等企业确认", "已经告诉企业的法定代表人。等的时候可以先填您知道的。", page, "看看进展"),
        "declined": ("您来办", "企业没有同意", "请和企业联系。说好以后，可以再请一次。", page, "去看"),
        "changed": ("您来办", "请企业再确认一次", "委托内容改过，要企业重新确认。", page, "去请企业确认"),
    }[mandate.stage]
    return NextStep(*words)


def _room(case: Case) -> str:
    return reverse("room", args=[case.number, ROOM])
