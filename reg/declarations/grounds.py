"""What is known before a name is composed: a new enterprise, whose branch, whose new name. R102, R103, R105, R106."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from foundation import clock
from foundation.identity.actor import Actor, NotVisible
from reg.casefile.mandate import mandate_stands
from reg.casefile.models import Case, Party
from reg.casefile.selectors import case_view
from reg.casefile.states import ENDED
from reg.catalog.codes import enterprise_statuses
from reg.catalog.source import CatalogueError
from reg.entities.models import Entity
from reg.entities.selectors import capacity_in, today_facts
from reg.naming.branches import BRANCH_OF, HERE
from reg.naming.context import Business, Parent
from reg.naming.kinds import KIND_WORDS, is_branch, kind_of
from reg.naming.models import Reservation


@dataclass(frozen=True)
class Subject:
    """Whose name it is, where there is an enterprise already, and whose branch."""

    uscc: str = ""
    old_name: str = ""
    parent_uscc: str = ""
    parent_name: str = ""


NOBODY = Subject()


Answer = Mapping[str, Any]
MOST_SHOWN = 20
"""Branches that are named; the others are counted."""


class NotOpen(Exception):
    """No name can be declared here; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Ground:
    """For what a name is composed."""

    business: Business
    kind: str = ""
    """Of the enterprise; empty where the applicant says it."""
    authority: str = ""
    """Who registers it; empty where the applicant says it."""
    uscc: str = ""
    old_name: str = ""
    small_class: str = ""
    parent_uscc: str = ""
    parents: tuple[Parent, ...] = ()
    """For a branch: the name its parent has, and those it will have; the first one is offered."""
    branches: tuple[str, ...] = ()
    """Names of some of the branches: of those that must follow, or of the sisters of a new one."""
    branch_count: int = 0

    @property
    def is_branch(self) -> bool:
        """Whether it is a branch that gets the name."""
        return is_branch(self.kind)

    def subject(self, parent: Parent | None) -> Subject:
        """Whose name it is, as it is kept with the declaration."""
        return Subject(self.uscc, self.old_name, self.parent_uscc, parent.name if parent else "")


NEW = Ground("establish")


def is_here(entity: Entity) -> bool:
    """Whether an authority of this city registered it."""
    return entity.authority.startswith(HERE)


def parent_refused(entity: Entity) -> str:
    """Why no branch of this enterprise can be declared; empty when it can."""
    if not is_here(entity):
        return "它不在上海登记。请用它的统一社会信用代码，向全国系统查登记情况。"
    if entity.parent_id:
        return "它自己就是分支机构。分支机构下面不能再设分支机构，请填写隶属企业。"
    if why := _not_standing(entity):
        return why
    kind = kind_of(entity.entity_type)
    return "" if kind in BRANCH_OF else f"{KIND_WORDS.get(kind, '这类主体')}不能设分支机构。"


def _not_standing(entity: Entity) -> str:
    status = enterprise_statuses()[entity.status]
    if status.established and not status.change:
        return ""
    return f"它现在的状态是“{status.name}”，不能申报名称。请向登记机关窗口咨询。"


def branch_ground(parent: Entity) -> Ground:
    """A new branch of an enterprise that is registered here; NotOpen where it can have none (R103)."""
    if why := parent_refused(parent):
        raise NotOpen(why)
    heads = parents_of(parent)
    return Ground(
        "establish",
        BRANCH_OF[heads[0].kind],
        small_class=heads[0].small_class,
        parent_uscc=parent.uscc,
        parents=heads,
        **_branches_of(parent),
    )


def parents_of(parent: Entity, *, now: str = "") -> tuple[Parent, ...]:
    """The names with which a branch can begin: those the parent holds for its own change first, then its present one.

    `now`: the branch's present name; where it does not begin with the parent's, the parent was renamed and the branch is to follow.
    """
    kind, small_class = kind_of(parent.entity_type), _main_class(parent)
    renamed = bool(now) and not now.startswith(parent.name)
    present = Parent(parent.name, kind, small_class, parent.authority, renamed)
    held = names_held(parent.uscc, "change")
    return (*(Parent(name, kind, small_class, parent.authority, renamed=True) for name in held), present)


def names_held(uscc: str, business: Business) -> tuple[str, ...]:
    """Names that an enterprise holds for its change or its move, the latest first."""
    held = Reservation.objects.filter(
        uscc=uscc, business=business, state=Reservation.State.HELD, until__gte=clock.today()
    )
    return tuple(held.order_by("-made_at").values_list("written", flat=True))


def _branches_of(entity: Entity) -> dict[str, Any]:
    """The branches that still stand."""
    standing = [status.code for status in enterprise_statuses().values() if status.established]
    rows = entity.branches.filter(status__in=standing)
    named = rows.order_by("name_sort").values_list("name", flat=True)[:MOST_SHOWN]
    return {"branches": tuple(named), "branch_count": rows.count()}


def _main_class(entity: Entity) -> str:
    return str(today_facts(entity).get("industry", {}).get("code") or "")


def may_rename(actor: Actor, entity: Entity) -> bool:
    """Who may open a change of the company: 法定代表人, 联络员, or an agent whose mandate in a case under way it confirmed (R001, R003)."""
    capacity = capacity_in(actor, entity)
    if capacity and capacity.may_open:
        return True
    return not actor.entity_uscc and any(mandate_stands(case, _agent_of(case)) for case in _as_agent(actor, entity))


def _as_agent(actor: Actor, entity: Entity) -> Iterable[Case]:
    """Cases under way in which the company accepted the actor as its agent."""
    his = {"kind": Party.Kind.AGENT, "state": Party.State.ACTIVE, "person_index": actor.person_index}
    accepted = Party.objects.filter(case__entity=entity, **his).exclude(case__state__in=ENDED)
    return [party.case for party in accepted.select_related("case__entity")]


def _agent_of(case: Case) -> Answer:
    return case_view(case, confirmations=False).answers.get("agent", {})


def change_refused(entity: Entity) -> str:
    """Why no new name can be declared for this enterprise; empty when one can."""
    if not is_here(entity):
        return "它不在上海登记。要迁到上海的，请选“外省市迁入”；在原地改名的，请到原登记机关。"
    return _not_standing(entity)


def change_ground(actor: Actor, entity: Entity) -> Ground:
    """A new name for an enterprise or a branch of this city; NotVisible for who may not speak for it (R105, R106)."""
    if not may_rename(actor, entity):
        raise NotVisible
    if why := change_refused(entity):
        raise NotOpen(why)
    parent = entity.parent
    return Ground(
        "change",
        kind_of(entity.entity_type),
        entity.authority,
        entity.uscc,
        entity.name,
        _main_class(entity),
        parent_uscc=parent.uscc if parent else "",
        parents=parents_of(parent, now=entity.name) if parent else (),
        **_branches_of(entity),
    )


# of another province


def abroad_refused(answer: Answer) -> str:
    """Why an enterprise of another province can declare nothing here; empty when it can. `answer`: reg/integrations/national."""
    status = enterprise_statuses().get(answer["status"])
    if status is None or not status.established or status.change:
        word = f"“{status.name}”" if status else "不明"
        return f"它在原登记地的状态是{word}，不能申报。请先到原登记机关办好。"
    return "" if kind_known(answer["entity_type"]) else "这类主体的名称不能在线申报，请到登记机关窗口。"


def kind_known(entity_type: str) -> str:
    """The kind for a code of 企业类型; empty for one that is not known here."""
    try:
        return kind_of(entity_type)
    except CatalogueError:
        return ""


def abroad_branch_ground(uscc: str, answer: Answer) -> Ground:
    """A new branch here of an enterprise of another province (R103)."""
    why = abroad_refused(answer) or ("它自己就是分支机构，请填写隶属企业。" if answer["parent_uscc"] else "")
    if not why and kind_known(answer["entity_type"]) not in BRANCH_OF:
        why = "这类主体不能设分支机构。"
    if why:
        raise NotOpen(why)
    kind = kind_of(answer["entity_type"])
    parent = Parent(answer["name"], kind, answer["industry"], answer["district"])
    return Ground("establish", BRANCH_OF[kind], small_class=parent.small_class, parent_uscc=uscc, parents=(parent,))


def move_ground(uscc: str, answer: Answer) -> Ground:
    """An enterprise or a branch that moves here from another province (R108, R109)."""
    if why := abroad_refused(answer):
        raise NotOpen(why)
    return Ground(
        "move_in",
        kind_of(answer["entity_type"]),
        uscc=uscc,
        old_name=answer["name"],
        small_class=answer["industry"],
        parent_uscc=answer["parent_uscc"],
        parents=_abroad_parents(answer) if answer["parent_uscc"] else (),
        branch_count=answer["branches"],
    )


def _abroad_parents(answer: Answer) -> tuple[Parent, ...]:
    """The name the parent holds for its own move first; the one under which it moved; the one it has in the other province."""
    uscc, kind = answer["parent_uscc"], kind_known(answer["parent_type"])
    moved = Entity.objects.filter(uscc=uscc, authority__startswith=HERE).values_list("name", "authority")
    here = [Parent(name, kind, answer["industry"], "") for name in names_held(uscc, "move_in")]
    here += [Parent(name, kind, answer["industry"], authority) for name, authority in moved]
    there = Parent(answer["parent_name"], kind, answer["industry"], uscc[2:8])
    return (*here, there)
