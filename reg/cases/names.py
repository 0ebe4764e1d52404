"""The name of a case is held from the moment its papers go to their signers, and let go when the case comes to nothing. R004, R005.

What the database decides is decided in the transaction of the request for signatures: nobody signs for a name that is gone.
"""

from __future__ import annotations

from django.db import transaction

from foundation import clock
from foundation.identity.actor import Actor
from reg.casefile.models import Case
from reg.casefile.services import step_add
from reg.casefile.view import CaseView
from reg.cases.events import CaseApproved
from reg.items.kit import Facts
from reg.items.kit.names import ITEM, PREDECLARED, context_of, kin_of, parts_of_answer, restricted
from reg.naming.index import parts_of
from reg.naming.models import Reservation
from reg.naming.reservation import (
    NameTaken,
    NotAllowed,
    NotHeld,
    NotRead,
    Wish,
    case_names_free,
    name_changed,
    name_reserve,
    reservation_take,
    reservation_use,
)


class NameNotHeld(Exception):
    """The name cannot be held for the case; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def name_of_case(case: Case) -> Reservation | None:
    """The reservation under which the case stands, or which it used up."""
    states = (Reservation.State.HELD, Reservation.State.USED)
    return Reservation.objects.filter(case_number=case.number, state__in=states).select_related("name").first()


def name_hold(*, actor: Actor, case: Case, view: CaseView, facts: Facts) -> None:
    """Hold the name the case wants, once; whatever it held before and no longer wants is let go."""
    answer = view.answers.get(ITEM)
    standing = name_of_case(case)
    if standing and answer and _is_wanted(standing, view):
        return
    case_names_free(actor=actor, case_number=case.number)
    if not answer:
        return
    try:
        held = (
            _take_up(actor, case, view) if answer.get("source") == PREDECLARED else _declare(actor, case, view, facts)
        )
    except NameTaken as taken:
        names = "、".join(hit.written for hit in taken.found.same)
        raise NameNotHeld(
            f"“{answer.get('full')}”刚刚被别的企业申报了{f'（{names}）' if names else ''}，请换一个名称。"
        ) from None
    except NotRead:
        raise NameNotHeld("刚刚又有相近的名称申报进来。请回到“核对”看过以后再请人签名。") from None
    except NotAllowed as stopped:
        raise NameNotHeld(f"名称不能用：{stopped.findings[0].message}") from None
    except NotHeld as over:
        raise NameNotHeld(str(over)) from None
    step_add(case, "name", f"名称“{held.written}”已为这件申请保留，保留号 {held.number}", actor.name)


def _is_wanted(standing: Reservation, view: CaseView) -> bool:
    answer = view.answers[ITEM]
    if answer.get("source") == PREDECLARED:
        return standing.number == answer.get("number")
    small_class = standing.name.small_class if standing.name else ""
    return standing.by_case and standing.written == answer.get("full") and small_class == answer.get("small_class")


def _take_up(actor: Actor, case: Case, view: CaseView) -> Reservation:
    number = str(view.answers[ITEM].get("number") or "")
    return reservation_take(actor=actor, number=number, uscc=case.entity.uscc, case_number=case.number)


def _declare(actor: Actor, case: Case, view: CaseView, facts: Facts) -> Reservation:
    answer, context = view.answers[ITEM], context_of(view)
    wish = Wish(
        parts_of_answer(answer).tidied(),
        context.kind,
        "change",
        uscc=case.entity.uscc,
        related=kin_of(answer),
        district=context.district,
        proven=restricted(facts.name.report),
    )
    return name_reserve(actor=actor, wish=wish, read=facts.name.similar, case_number=case.number)


def name_let_go(*, actor: Actor, case: Case) -> None:
    """The case ended without registration, or went back to being a draft."""
    case_names_free(actor=actor, case_number=case.number)


def why_name_is_not_held(case: Case, view: CaseView) -> str:
    """Empty while the case holds the name it applies for; looked at again before submission and approval."""
    if ITEM not in view.answers:
        return ""
    standing = name_of_case(case)
    held = standing is not None and _is_wanted(standing, view)
    return "" if held else "申请的名称没有保留在这件申请名下。请退回重新请人签名，系统会再保留一次。"


@transaction.atomic
def name_entered(event: CaseApproved) -> None:
    """Outbox: the register took the name, so the reservation is used, the index has the new name as registered and the old one
    as former for a year. Delivered again it finds nothing held."""
    case = Case.objects.select_related("entity").get(number=event.case_no)
    held = Reservation.objects.select_for_update(of=("self",)).select_related("name")
    one = held.filter(case_number=case.number, state=Reservation.State.HELD).first()
    if one is None or one.name is None or case.recorded_at is None:
        return
    uscc, actor = case.entity.uscc, Actor.system("register")
    reservation_use(actor=actor, number=one.number, uscc=uscc, case_number=case.number)
    day = clock.shanghai_day(case.recorded_at)
    name_changed(uscc=uscc, parts=parts_of(one.name), day=day, reservation=one.number)
