"""What tests of the registration system share: story companies in the register, actors, a case at any station of its way.

Nothing of ours is patched: outside answers are written down as the worker would, signatures as 电子签名 would report them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation import clock
from foundation.crypto.index import person_index
from foundation.files.services import file_store
from foundation.identity.actor import Actor, ActorKind
from foundation.outside.lookups import keep, lookup_ask
from foundation.outside.result import Found, NotFound
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.casefile.services import confirmation_give
from reg.cases.checking import case_check, case_facts, rule_lookups
from reg.cases.rooms import room_open, room_save
from reg.cases.services import case_open
from reg.cases.signing import signing_request
from reg.cases.submission import case_submit
from reg.catalog.entity_types import entity_type
from reg.entities import stories
from reg.entities.models import Entity
from reg.items.gather import questions
from reg.items.registry import BY_CODE
from reg.materials.models import Paper, Slot
from reg.materials.services import paper_set, papers_current, papers_refresh

TRUTH: Mapping[str, dict[str, Any]] = {
    "mobile_owner": {"match": True},
    "population": {"match": True, "alive": True},
    "watchlist_person": {"hits": []},
    "watchlist_company": {"hits": []},
    "abnormal": {"listed": []},
    "pending_matters": {"items": []},
}
"""What the outside world says of honest people and companies."""


def company(story_id: str) -> Entity:
    """A story company in the register."""
    story = stories.companies()[story_id]
    if story.get("parent"):
        company(story["parent"])
    stories.company_load(story, entity_type(story["entity_type"]).kind)
    return Entity.objects.get(uscc=story["uscc"])


def person(story_id: str) -> Actor:
    """A story person, logged in by 随申办."""
    story = stories.persons()[story_id]
    return Actor(
        kind=ActorKind.PERSON,
        ref=f"account:{story_id}",
        name=story["name"],
        person_index=person_index(story["id_type"], story["id_no"]),
    )


def staff(username: str) -> Actor:
    """A story member of staff."""
    story = next(one for one in stories.load("staff") if one["username"] == username)
    return Actor(
        kind=ActorKind.STAFF,
        ref=story["username"],
        name=story["name"],
        office=story["office"],
        roles=frozenset({story["role"]}),
    )


def liaison_payload(story_id: str, **changes: str) -> dict[str, Any]:
    """The liaison room filled with a story person."""
    row = stories.person_payload(story_id)
    return {key: row[key] for key in ("name", "id_type", "id_number", "mobile", "email")} | changes


def answer(case: Case, actor: Actor, code: str, payload: Mapping[str, Any], version: int = 0) -> Case:
    """Save one room."""
    room_save(actor=actor, case=case, item=BY_CODE[code], payload=payload, sources={}, read_version=version)
    case.refresh_from_db()
    return case


def tell_truth(case: Case, **lies: dict[str, Any] | None) -> None:
    """Every question of the case is answered, as the worker would write it down; `lies` replace the answer of a port."""
    view = case_view(case)
    case_facts(case, view)
    for question in questions(view, rule_lookups(view)):
        said = {**TRUTH, **lies}.get(question.spec.port)
        lookup = lookup_ask(question.spec.port, question.subject)
        keep(lookup, Found(dict(said)) if said is not None else NotFound())


def draft(actor: Actor, entity: Entity, new_liaison: str = "P05") -> Case:
    """A case for a new liaison, filled in and with every answer from outside."""
    case = case_open(actor=actor, entity=entity, chosen=["liaison"])
    answer(case, actor, "liaison", liaison_payload(new_liaison))
    tell_truth(case)
    return case


def name_payload(**changes: str) -> dict[str, Any]:
    """The name room: a new name declared with the change."""
    return {
        "source": "with_registration", "region": "上海", "order": "front", "trade": "星屿示例", "industry": "科技",
        "small_class": "6513", "group": "", "form": "有限公司", "related": "", "number": "",
    } | changes  # fmt: skip


def decided(case: Case, actor: Actor) -> dict[str, Any]:
    """The articles room: clauses as composed, passed by a meeting in which all agreed, or by the one who decides."""
    item = BY_CODE["articles"]
    payload = room_open(actor, case, item).payload
    resolution = payload["resolution"] | {
        "mode": "meeting",
        "held_on": clock.today().isoformat(),
        "place": "公司会议室",
    }
    resolution |= {"host": resolution.get("host") or actor.name, "threshold": "two_thirds"}
    resolution |= {"voters": [{**row, "vote": "for"} for row in resolution.get("voters") or ()]}
    return item.form.read({**payload, "resolution": resolution}).payload()


def name_draft(actor: Actor, entity: Entity, **changes: str) -> Case:
    """A case for a new name, filled in, with every answer from outside and everything confirmed."""
    case = case_open(actor=actor, entity=entity, chosen=["name"])
    answer(case, actor, "name", name_payload(**changes))
    answer(case, actor, "articles", decided(case, actor))
    tell_truth(case)
    confirm_all(case, actor)
    return case


def confirm_all(case: Case, actor: Actor) -> None:
    """Every 需确认 is confirmed, with words."""
    for one in case_check(case).open_confirmations:
        confirmation_give(actor=actor, case=case, finding_key=one.key, message=one.message, words="情况属实。")


def name_signing(actor: Actor, entity: Entity, **changes: str) -> Case:
    """A case for a new name whose papers lie before their signers."""
    case = name_draft(actor, entity, **changes)
    papers_make(case, actor)
    return signing_request(actor=actor, case=case)


def name_submitted(actor: Actor, entity: Entity, **changes: str) -> Case:
    """A case for a new name that the authority has."""
    case = name_signing(actor, entity, **changes)
    sign_everything(case)
    return case_submit(actor=actor, case=case)


def papers_make(case: Case, actor: Actor) -> list[Paper]:
    """Plan and set the papers, as page and worker do."""
    view = case_view(case)
    papers_refresh(actor=actor, case=case, view=view, facts=case_facts(case, view))
    for paper in papers_current(case):
        if paper.state == Paper.State.QUEUED:
            paper_set(paper, view.legal_day.isoformat())
    return papers_current(case)


def sign_everything(case: Case) -> None:
    """What 电子签名 reports when all have signed: the signed files and who signed where."""
    for paper in papers_current(case):
        if not paper.slots or paper.signed_file_id:
            continue
        stored = file_store(b"%PDF-1.7 signed " + paper.ref.encode(), kind="pdf")
        Paper.objects.filter(pk=paper.pk).update(signed_file=stored, signed_at=clock.now())
        Slot.objects.filter(paper=paper).update(state=Slot.State.SIGNED, changed_at=clock.now())


def in_signing(actor: Actor, entity: Entity, new_liaison: str = "P05") -> Case:
    """A case whose papers lie before their signers."""
    case = draft(actor, entity, new_liaison)
    papers_make(case, actor)
    return signing_request(actor=actor, case=case)


def submitted(actor: Actor, entity: Entity, new_liaison: str = "P05") -> Case:
    """A case that the authority has."""
    case = in_signing(actor, entity, new_liaison)
    sign_everything(case)
    return case_submit(actor=actor, case=case)
