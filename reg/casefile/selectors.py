"""Reading cases: the immutable view, the lists of a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from foundation import clock
from foundation.identity.actor import Actor
from foundation.prepared import Prepared
from reg.casefile.mandate import is_public_only
from reg.casefile.models import Case, InFlight, ItemAnswer, Party
from reg.casefile.states import State
from reg.casefile.view import CaseView, EntityView, Shareholder
from reg.catalog.editions import edition
from reg.catalog.entity_types import entity_type
from reg.catalog.places import authority_name
from reg.entities.models import Entity, Role
from reg.entities.selectors import entity_facts, facts_before


def entity_view(entity: Entity, facts: Mapping[str, Mapping[str, Any]]) -> EntityView:
    """The entity as checks and documents see it."""
    holders = tuple(_shareholder(row) for row in (facts.get("shareholders") or {}).get("rows", ()))
    kind = entity_type(entity.entity_type)
    return EntityView(
        uscc=entity.uscc,
        name=str((facts.get("name") or {}).get("name") or entity.name),
        entity_type=entity.entity_type,
        kind=entity.kind,
        form=kind.form or "",
        authority=entity.authority,
        authority_name=authority_name(entity.authority),
        status=entity.status,
        established=entity.established,
        sole_shareholder=len(holders) == 1,
        state_wholly_owned=kind.state_wholly_owned,
        foreign_invested=kind.foreign_invested,
        shareholders=holders,
    )


def _shareholder(row: Mapping[str, Any]) -> Shareholder:
    return Shareholder(
        name=row["name"],
        natural=bool(row.get("natural")),
        id_type=row.get("id_type", ""),
        id_number=row.get("id_number", ""),
        ratio=Decimal(row.get("ratio") or 0),
        subscribed_wan=Decimal(row.get("subscribed_wan") or 0),
        due=date.fromisoformat(row["due"]) if row.get("due") else None,
    )


def shareholders_linked(fact: Mapping[str, Any]) -> dict[str, Any]:
    """通过实体关联统一社会信用代码 (CC13): an organisation written down without its code gets that of the one entity of the
    register with its very name; where two have it, nobody's."""
    rows = [dict(row) for row in fact.get("rows", ())]
    codeless = [row for row in rows if not row.get("natural") and not row.get("id_number") and row.get("name")]
    found: dict[str, list[str]] = {}
    for name, uscc in Entity.objects.filter(name__in=[row["name"] for row in codeless]).values_list("name", "uscc"):
        found.setdefault(name, []).append(uscc)
    for row in codeless:
        if len(known := found.get(row["name"], [])) == 1:
            row |= {"id_type": row.get("id_type") or LICENCE, "id_number": known[0]}
    return {**fact, "rows": rows}


_ANSWERS = Prepared(
    lambda case, stream: ItemAnswer.objects.filter(case_id=case, stream=stream), case=-1, stream="?stream"
)


def answers_of(case: Case, stream: str = "draft") -> dict[str, ItemAnswer]:
    """The answers of a case in one stream, by room code."""
    answers = _ANSWERS.all(case=case.pk, stream=stream)
    for answer in answers:
        answer.case = case
    return {answer.item_code: answer for answer in answers}


def answer_before(case: Case, item_code: str, *, opener_index: str, only: Q | None = None) -> ItemAnswer | None:
    """What this person answered to an item last, in another case (历史申请)."""
    earlier = ItemAnswer.objects.filter(item_code=item_code, stream="draft", case__opener_index=opener_index)
    return earlier.filter(only or Q()).exclude(case=case).order_by("-saved_at").first()


LICENCE = "org_business_licence"
PUBLIC_FACTS = ("name", "entity_type")
"""What anybody may know of a company: with its number and its status all that an agent sees whom it has not confirmed."""


def case_view(
    case: Case,
    stream: str = "draft",
    *,
    answers: Mapping[str, ItemAnswer] | None = None,
    confirmations: bool = True,
) -> CaseView:
    """The case as one value, with the register as of the legal day; of a recorded case as it stood before. Answers of rooms no longer chosen are left out.

    A case of an agent whom the company never confirmed holds public facts only, whoever looks. `confirmations`: not needed
    by pages that make no report.
    """
    facts = facts_before(case.entity, case.number) if case.state == State.RECORDED else entity_facts(case.entity)
    if is_public_only(case):
        facts = {code: facts[code] for code in PUBLIC_FACTS if code in facts}
    elif "shareholders" in facts and any(not row.get("id_number") for row in facts["shareholders"].get("rows", ())):
        facts["shareholders"] = shareholders_linked(facts["shareholders"])
    got = answers if answers is not None else answers_of(case, stream)
    items, rooms = case.items, edition(case.edition).catalogue.rooms
    return CaseView(
        number=case.number,
        business=case.business,
        items=frozenset(items),
        change_items=frozenset(rooms[item] for item in items if item in rooms),
        entity=entity_view(case.entity, facts),
        before=facts,
        answers={code: answer.payload for code, answer in got.items() if code in items},
        legal_day=clock.today(),
        agent_present="agent" in items,
        edition=case.edition,
        opener_index=case.opener_index,
        confirmed=frozenset(case.confirmations.values_list("finding_key", flat=True)) if confirmations else frozenset(),
    )


def in_flight_of(entity: Entity) -> Case | None:
    """The case of `entity` that is between signing and its end (申请案控制)."""
    claim = InFlight.objects.filter(entity=entity).select_related("case").first()
    return claim.case if claim else None


def cases_visible(actor: Actor) -> QuerySet[Case]:
    """Cases a person may open whole: his own, those he is party to, those of companies in which he holds a capacity now."""
    return _visible(actor.person_index, actor.entity_uscc)


def _visible(person: str | None, uscc: str = "") -> QuerySet[Case]:
    roles = Role.objects.filter(person_index=person, valid_to=None)
    if uscc:
        roles = roles.filter(entity__uscc=uscc)
    mine = Party.objects.filter(person_index=person)
    active = mine.filter(state=Party.State.ACTIVE, kind__in=[Party.Kind.AGENT, Party.Kind.HELPER])
    seen = Q(entity__in=roles.values("entity")) | Q(pk__in=active.values("case"))
    if not uscc:
        ended = mine.filter(state=Party.State.ENDED, kind=Party.Kind.AGENT)
        seen |= Q(opener_index=person, opener_kind="agent") & ~Q(pk__in=ended.values("case"))
    return Case.objects.filter(seen).select_related("entity").order_by("-touched_at")


SHOWN_AT_HOME, MENDED_AT_ONCE = 4, 10
"""Cases: listed on the home page; told as waiting to be mended (补正)."""
_LAST_CASES = Prepared(lambda person: _visible(person)[:SHOWN_AT_HOME], person="?person")
_RETURNED = Prepared(lambda person: _visible(person).filter(state="returned")[:MENDED_AT_ONCE], person="?person")


def cases_last(actor: Actor) -> list[Case]:
    """The few cases of the home page, the last touched first."""
    if actor.entity_uscc:
        return list(cases_visible(actor)[:SHOWN_AT_HOME])
    return _LAST_CASES.all(person=actor.person_index)


def cases_to_mend(actor: Actor) -> list[Case]:
    """Cases that came back for mending."""
    if actor.entity_uscc:
        return list(cases_visible(actor).filter(state="returned")[:MENDED_AT_ONCE])
    return _RETURNED.all(person=actor.person_index)
