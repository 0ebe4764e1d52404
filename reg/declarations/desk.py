"""名称申报 at the desk: take one, ask for more, grant or refuse with a reason. R104, R111.

The name waits under its reservation meanwhile, so a decision can neither be overtaken nor come too late for it.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from foundation import audit, clock
from foundation.identity.actor import Actor, Forbidden, NotVisible, StaffRole
from foundation.outbox import publish
from reg.casefile.access import CITY
from reg.declarations.events import NameAsked, NameDecided
from reg.declarations.models import Declaration
from reg.declarations.services import DeclarationError
from reg.naming.reservation import reservation_grant, reservation_refuse

TAKEN_FOR = timedelta(minutes=30)
SHORTEST = 4


def declarations_seen(actor: Actor) -> QuerySet[Declaration]:
    """Declarations of the actor's authority; the city's supervisor sees all."""
    rows = Declaration.objects.select_related("reservation")
    if not (actor.has_role(StaffRole.EXAMINER) or actor.has_role(StaffRole.SUPERVISOR)):
        return rows.none()
    return rows if actor.office == CITY else rows.filter(authority=actor.office)


def declarations_waiting(actor: Actor) -> QuerySet[Declaration]:
    """What waits for a decision, the most urgent first."""
    return declarations_seen(actor).filter(state=Declaration.State.REVIEW).order_by("due", "declared_at")


def declaration_at_desk(actor: Actor, number: str) -> Declaration:
    """One declaration; NotVisible for who has no business with it."""
    one = declarations_seen(actor).filter(number=number).first()
    if one is None:
        raise NotVisible
    return one


def _locked(actor: Actor, number: str) -> Declaration:
    one = declarations_seen(actor).select_for_update(of=("self",)).filter(number=number).first()
    if one is None:
        raise NotVisible
    if not actor.has_role(StaffRole.EXAMINER) or one.authority != actor.office:
        raise Forbidden("只有本登记机关的审查员可以办理这个名称申报。")
    if one.state != Declaration.State.REVIEW:
        raise DeclarationError(f"这个申报{Declaration.State(one.state).label}，不用再审。")
    return one


@transaction.atomic
def declaration_take(*, actor: Actor, number: str) -> Declaration:
    """领取 (受理): of two examiners one has it, the other is told who."""
    one = _locked(actor, number)
    moment = clock.wall()
    if one.taken_by != actor.ref and one.taken_until and one.taken_until > moment:
        raise DeclarationError(f"{one.taken_name}已经领取了这一件。")
    one.taken_by, one.taken_name, one.taken_until = actor.ref, actor.name, moment + TAKEN_FOR
    one.accepted_at = one.accepted_at or clock.now()
    one.save(update_fields=["taken_by", "taken_name", "taken_until", "accepted_at"])
    audit.record(actor, "declaration.take", "name", one.number)
    return one


def _taken(actor: Actor, number: str) -> Declaration:
    one = _locked(actor, number)
    if one.taken_by != actor.ref:
        who = f"，现在由{one.taken_name}在办" if one.taken_by else ""
        raise DeclarationError(f"这一件不在您手上{who}。请先领取。")
    return one


@transaction.atomic
def declaration_ask(*, actor: Actor, number: str, text: str) -> Declaration:
    """请申请人补充: what is missing, in words he can act on."""
    one = _taken(actor, number)
    if len(text.strip()) < SHORTEST:
        raise DeclarationError("请写明要补充什么，例如“请上传商标注册证”。")
    one.asked, one.asked_at, one.answered_at = text.strip(), clock.now(), None
    one.save(update_fields=["asked", "asked_at", "answered_at"])
    audit.record(actor, "declaration.ask", "name", one.number)
    publish(NameAsked(one.number, one.asked_at.isoformat()))
    return one


@transaction.atomic
def declaration_grant(*, actor: Actor, number: str, reason: str = "") -> Declaration:
    """核准: the name is held for its whole term from today."""
    one = _taken(actor, number)
    reservation_grant(actor=actor, number=one.reservation.number)
    return _decided(actor, one, Declaration.State.GRANTED, reason.strip())


@transaction.atomic
def declaration_refuse(*, actor: Actor, number: str, reason: str) -> Declaration:
    """不予核准, never without the reason; the name is free at once."""
    one = _taken(actor, number)
    if len(reason.strip()) < SHORTEST:
        raise DeclarationError("不予核准要写明理由，申请人会看到。")
    reservation_refuse(actor=actor, number=one.reservation.number)
    return _decided(actor, one, Declaration.State.REFUSED, reason.strip())


def _decided(actor: Actor, one: Declaration, state: Declaration.State, reason: str) -> Declaration:
    one.state, one.reason, one.decided_at, one.decided_by = state, reason, clock.now(), actor.ref
    one.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    audit.record(
        actor, f"declaration.{'grant' if state == Declaration.State.GRANTED else 'refuse'}", "name", one.number
    )
    publish(NameDecided(one.number))
    return one
