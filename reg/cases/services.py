"""办件流程: opening, choosing, checking, withdrawing. The front door of a case in the order in which it is walked through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from foundation import audit, clock
from foundation.identity.actor import Actor, Forbidden
from foundation.outbox import publish
from reg.casefile import states
from reg.casefile.access import EDITING_KINDS, case_access, case_may_edit
from reg.casefile.models import Case, InFlight, ItemAnswer, Party
from reg.casefile.numbers import next_number
from reg.casefile.selectors import answers_of, case_view
from reg.casefile.services import step_add
from reg.casefile.states import State, Verb
from reg.cases.events import CaseWithdrawn
from reg.cases.names import name_let_go
from reg.cases.offers import BUSINESS, Choice, brought_along, guide
from reg.entities.models import Entity
from reg.entities.selectors import capacity_in
from reg.items.registry import rooms_of

DRAFT_LIVES = timedelta(days=90)
"""A draft nobody touches for so long expires; the owner is told before."""


class CannotOpen(Exception):
    """A case cannot be opened for this company now; the message says why and what to do."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


class NothingChosen(Exception):
    """No item was ticked."""

    message = "请至少选一项要变更的事项。"


@transaction.atomic
def case_open(*, actor: Actor, entity: Entity, chosen: Sequence[str], as_agent: bool = False) -> Case:
    """开办一件变更: by the legal representative, the liaison, or an agent (whom the company then has to confirm)."""
    capacity = capacity_in(actor, entity)
    kind = next((k for k in EDITING_KINDS if capacity and k in capacity.kinds), "agent" if as_agent else "")
    if not kind:
        raise Forbidden("变更登记由法定代表人或者登记联络员开办，或者由企业确认的代理人代办。")
    offered = guide(entity)
    if offered.stop:
        raise CannotOpen(offered.stop, offered.stop_fix)
    rooms = _allowed(chosen, offered.choices)
    case = Case.objects.create(
        number=next_number(entity.authority, clock.today()),
        entity=entity,
        business=BUSINESS,
        authority=entity.authority,
        edition=offered.edition.code,
        chosen=rooms if kind != "agent" else [*rooms, "agent"],
        opener_index=actor.person_index,
        opener_kind=kind,
        opener_name=actor.name,
        opened_at=clock.now(),
    )
    brought_refresh(case)
    step_add(case, "opened", "开始填报", actor.name)
    audit.record(actor, "case.open", "case", case.number, items=case.items, capacity=kind, entity=entity.uscc)
    return case


def _allowed(chosen: Sequence[str], choices: Sequence[Choice]) -> list[str]:
    open_rooms = [choice.room for choice in choices if not choice.barred]
    rooms = [room for room in open_rooms if room in chosen]
    if not rooms:
        raise NothingChosen
    return rooms


@transaction.atomic
def case_choose(*, actor: Actor, case: Case, chosen: Sequence[str]) -> Case:
    """Change which items the case is about. Answers to items taken out are kept and come back with them."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    case_may_edit(actor, case)
    rooms = _allowed(chosen, guide(case.entity).choices)
    case.chosen = [*rooms, *(["agent"] if "agent" in case.chosen else [])]
    case.save(update_fields=["chosen", "touched_at"])
    brought_refresh(case)
    audit.record(actor, "case.choose", "case", case.number, items=case.items)
    return case


def brought_refresh(case: Case) -> list[str]:
    """Work out anew what comes along by law, as the answers stand; returns room codes that were newly brought."""
    before = set(case.items)
    every = answers_of(case)
    view = case_view(case, answers=every)
    brought = [row for row in brought_along(view, case.chosen) if row["item"] not in case.chosen]
    if brought != case.brought:
        case.brought = brought
        Case.objects.filter(pk=case.pk).update(brought=brought)
    return [code for code in case.items if code not in before]


@transaction.atomic
def case_withdraw(*, actor: Actor, case: Case, reason: str = "") -> Case:
    """撤回: the applicant takes the case back before a decision. Open signing tasks are cancelled by the event."""
    case = Case.objects.select_for_update(of=("self",)).select_related("entity").get(pk=case.pk)
    if not case_access(actor, case).may_fill:
        raise Forbidden
    case.move(Verb.WITHDRAW, decided_at=clock.now())
    InFlight.objects.filter(case=case).delete()
    name_let_go(actor=actor, case=case)
    step_add(case, "withdrawn", f"撤回申请{('：' + reason) if reason else ''}", actor.name)
    audit.record(actor, "case.withdraw", "case", case.number)
    publish(CaseWithdrawn(case_no=case.number))
    return case


@transaction.atomic
def drafts_expire() -> int:
    """Sweep: drafts nobody touched for 90 days, and returned cases whose mending term has passed, end as 超期失效."""
    old = Case.objects.filter(state=State.DRAFT, touched_at__lt=clock.wall() - DRAFT_LIVES)
    late = Case.objects.filter(state=State.RETURNED, applicant_due__lt=clock.today())
    count = 0
    for case in (old | late).select_for_update(skip_locked=True)[:200]:
        try:
            case.move(Verb.EXPIRE, decided_at=clock.now())
        except states.WrongState:
            continue
        InFlight.objects.filter(case=case).delete()
        name_let_go(actor=Actor.system("expiry"), case=case)
        step_add(case, "expired", "超过期限没有办完，这件申请已失效", "系统")
        audit.record(Actor.system("expiry"), "case.expire", "case", case.number)
        publish(CaseWithdrawn(case_no=case.number))
        count += 1
    return count


@transaction.atomic
def draft_discard(*, actor: Actor, case: Case) -> Case:
    """Throw a draft away: it ends as withdrawn and its answers stay readable to its owner for 30 days."""
    case_may_edit(actor, case)
    return case_withdraw(actor=actor, case=case, reason="不办了")


def room_order(case: Case) -> list[str]:
    """Rooms of the case in the order of its pages."""
    return [item.code for item in rooms_of(case.items)]


def answer_of(case: Case, item_code: str) -> ItemAnswer | None:
    """The draft answer to one item."""
    return ItemAnswer.objects.filter(case=case, item_code=item_code, stream="draft").first()


def party_active(case: Case, kind: str) -> Party | None:
    """The one active party of a kind."""
    return case.parties.filter(kind=kind, state=Party.State.ACTIVE).first()
