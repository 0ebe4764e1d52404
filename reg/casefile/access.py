"""Who sees and does what with a case. Everyone else gets 404. The access matrix (role × verb × object) is tested row by row.

Opens: 法定代表人, 联络员, or an agent. Until the company confirmed him the agent sees what is public and what he typed himself.
Sees all: opener, current agent, those who hold a capacity in the company now. Leaving the role ends access. Examiner: cases
of his authority; supervisor: the city; operator: no content; auditor: masked.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value

from foundation.identity.actor import Actor, ActorKind, Forbidden, NotVisible, StaffRole
from foundation.prepared import Prepared
from reg.casefile import states
from reg.casefile.models import Case, Party
from reg.entities.models import Role

CITY = "310000"
EDITING_KINDS = ("legal_representative", "liaison")


class NotConfirmed(Forbidden):
    """An agent wants more than filling in before the company confirmed him."""

    def __init__(self) -> None:
        super().__init__("企业还没有确认由您代办。确认以前只能先填写，不能看文书、请人签名、提交。")


class Access(StrEnum):
    EDIT = "edit"
    """May fill in, generate, ask for signatures, submit, withdraw."""
    UNCONFIRMED = "unconfirmed"
    """An agent whom the company has not confirmed (yet, or for his new mandate): may fill in and withdraw, no more."""
    READ = "read"
    """May see all of the case but change nothing."""
    DESK = "desk"
    """An examiner of the authority, or a supervisor."""
    MASKED = "masked"
    """An auditor: what happened, personal data masked."""
    NONE = "none"

    @property
    def may_fill(self) -> bool:
        """Whether answers may be typed."""
        return self in {Access.EDIT, Access.UNCONFIRMED}


def case_access(actor: Actor, case: Case) -> Access:
    """What `actor` may do with `case`."""
    match actor.kind:
        case ActorKind.SYSTEM:
            return Access.EDIT
        case ActorKind.SERVICE:
            return Access.NONE
        case ActorKind.STAFF:
            return _staff_access(actor, case)
        case ActorKind.PERSON:
            return _person_access(actor, case)


def _staff_access(actor: Actor, case: Case) -> Access:
    if case.first_submitted_at is None:
        return Access.NONE
    if actor.has_role(StaffRole.SUPERVISOR):
        return Access.DESK
    if actor.has_role(StaffRole.EXAMINER):
        return Access.DESK if actor.office in {case.authority, CITY} else Access.NONE
    return Access.MASKED if actor.has_role(StaffRole.AUDITOR) else Access.NONE


def _person_access(actor: Actor, case: Case) -> Access:
    if actor.entity_uscc and actor.entity_uscc != case.entity.uscc:
        return Access.NONE
    kinds = set(
        Role.objects.filter(person_index=actor.person_index, entity=case.entity, valid_to=None).values_list(
            "kind", flat=True
        )
    )
    if kinds & set(EDITING_KINDS):
        return Access.EDIT
    return _party_access(actor, case) or (Access.READ if kinds else Access.NONE)


def _party_access(actor: Actor, case: Case) -> Access | None:
    """What the actor may as agent or helper; None when he is neither."""
    parts = dict(
        Party.objects.filter(
            case=case, person_index=actor.person_index, kind__in=[Party.Kind.AGENT, Party.Kind.HELPER]
        ).values_list("kind", "state")
    )
    if Party.State.ACTIVE in parts.values():
        return Access.EDIT
    opened_as_agent = case.opener_kind == "agent" and case.opener_index == actor.person_index
    if opened_as_agent and not actor.entity_uscc and parts.get(Party.Kind.AGENT) != Party.State.ENDED:
        return Access.UNCONFIRMED
    return None


def _with_role(actor: Actor) -> QuerySet[Case]:
    """Cases with `actor_edits`: whether the actor leads the company or is its liaison. One question for both."""
    held = Role.objects.filter(
        entity=OuterRef("entity"), person_index=actor.person_index, valid_to=None, kind__in=EDITING_KINDS
    )
    leads: Any = Exists(held) if actor.is_person else Value(False)
    return Case.objects.select_related("entity").annotate(actor_edits=leads)


_CASE = Prepared(
    lambda number, person: (
        Case.objects.select_related("entity")
        .annotate(
            actor_edits=Exists(
                Role.objects.filter(
                    entity=OuterRef("entity"), person_index=person, valid_to=None, kind__in=EDITING_KINDS
                )
            )
        )
        .filter(number=number)
    ),
    number="?number",
    person="?person",
)


def _case_of(actor: Actor, number: str) -> Case | None:
    if actor.is_person:
        return _CASE.first(number=number, person=actor.person_index)
    return _with_role(actor).filter(number=number).first()


def case_get(actor: Actor, number: str, *, edit: bool = False, early: bool = False) -> Case:
    """The case `number` for `actor`; NotVisible where he may not know of it, Forbidden where he may only look.

    `early`: also for an agent whom the company has not confirmed.
    """
    case = _case_of(actor, number)
    if case is None:
        raise NotVisible
    own_company = actor.entity_uscc in {"", case.entity.uscc}
    access = Access.EDIT if getattr(case, "actor_edits", False) and own_company else case_access(actor, case)
    if access is Access.NONE:
        raise NotVisible
    case.granted = access
    if access is Access.UNCONFIRMED and not early:
        raise NotConfirmed
    if edit and not access.may_fill:
        raise Forbidden("您可以看这件申请，但不能改。请联系法定代表人、联络员或者代理人。")
    return case


_LOCKED = Prepared(
    lambda case, person: (
        Case.objects.select_for_update(no_key=True, of=("self",))
        .select_related("entity")
        .annotate(
            actor_edits=Exists(
                Role.objects.filter(
                    entity=OuterRef("entity"), person_index=person, valid_to=None, kind__in=EDITING_KINDS
                )
            )
        )
        .filter(pk=case)
    ),
    case=-1,
    person="?person",
)


def case_lock_to_edit(actor: Actor, case: Case) -> Case:
    """The case as it stands, locked until the transaction ends, for who may fill it in now; errors as `case_may_edit`."""
    locked = _LOCKED.first(case=case.pk, person=actor.person_index or "")
    if locked is None:
        raise NotVisible
    own_company = actor.is_person and actor.entity_uscc in {"", locked.entity.uscc}
    if not (own_company and getattr(locked, "actor_edits", False)) or not locked.is_editable:
        case_may_edit(actor, locked)
    return locked


def case_may_edit(actor: Actor, case: Case) -> None:
    """Forbidden unless the actor may fill in the case; WrongState unless the case can be changed now."""
    if not case_access(actor, case).may_fill:
        raise Forbidden
    if not case.is_editable:
        raise states.WrongState(case.state, states.Verb.REOPEN)
