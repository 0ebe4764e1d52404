"""Who sees and does what with a case. Everyone else gets 404. The access matrix (role × verb × object) is tested row by row.

Opens: 法定代表人, 联络员, or an agent whom the company confirmed. Sees all: opener, current agent, those who hold a capacity
in the company now. Leaving the role ends access. Examiner: cases of his authority; supervisor: the city; operator: no
content; auditor: masked.
"""

from __future__ import annotations

from enum import StrEnum

from foundation.identity.actor import Actor, ActorKind, Forbidden, NotVisible, StaffRole
from reg.casefile import states
from reg.casefile.models import Case, Party
from reg.entities.models import Role

CITY = "310000"
EDITING_KINDS = ("legal_representative", "liaison")


class Access(StrEnum):
    EDIT = "edit"
    """May fill in, generate, ask for signatures, submit, withdraw."""
    READ = "read"
    """May see all of the case but change nothing."""
    DESK = "desk"
    """An examiner of the authority, or a supervisor."""
    MASKED = "masked"
    """An auditor: what happened, personal data masked."""
    NONE = "none"


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
    party = Party.objects.filter(
        case=case,
        person_index=actor.person_index,
        state=Party.State.ACTIVE,
        kind__in=[Party.Kind.AGENT, Party.Kind.HELPER],
    ).exists()
    if party:
        return Access.EDIT
    if actor.person_index == case.opener_index and case.opener_kind == "agent" and not case.is_ended:
        return Access.NONE if case.parties.filter(person_index=actor.person_index).exists() else Access.EDIT
    return Access.READ if kinds else Access.NONE


def case_get(actor: Actor, number: str, *, edit: bool = False) -> Case:
    """The case `number` for `actor`; NotVisible where he may not know of it, Forbidden where he may only look."""
    case = Case.objects.select_related("entity").filter(number=number).first()
    access = case_access(actor, case) if case else Access.NONE
    if case is None or access is Access.NONE:
        raise NotVisible
    if edit and access is not Access.EDIT:
        raise Forbidden("您可以看这件申请，但不能改。请联系法定代表人、联络员或者代理人。")
    return case


def case_may_edit(actor: Actor, case: Case) -> None:
    """Forbidden unless the actor may change the case; WrongState unless the case can be changed now."""
    if case_access(actor, case) is not Access.EDIT:
        raise Forbidden
    if not case.is_editable:
        raise states.WrongState(case.state, states.Verb.REOPEN)
