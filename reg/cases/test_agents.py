"""Who acts for a company: an agent opens, the company confirms, refuses, is asked again; what he sees until then. R003."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from foundation.identity.actor import Actor, Forbidden
from foundation.notify.models import InboxMessage, TextMessage
from foundation.outside.models import Lookup
from reg.casefile.access import Access, case_access, case_get
from reg.casefile.models import Case, Confirmation, Party
from reg.casefile.selectors import case_view, cases_visible
from reg.cases.agents import (
    AskedEnough,
    MandateChanged,
    agent_accept,
    agent_decline,
    agent_invite,
    agent_todos,
    mandate_of,
    may_confirm,
    next_step,
)
from reg.cases.checking import case_check, case_facts
from reg.cases.offers import guide
from reg.cases.rooms import people_known
from reg.cases.services import case_open, case_withdraw
from reg.cases.signing import NotReady, signing_request
from reg.entities import stories
from reg.testing import answer, company, liaison_payload, papers_make, person, tell_truth

pytestmark = pytest.mark.django_db

AGENT, LEADER, LIAISON, STRANGER = "P25", "P01", "P04", "P02"
FILED = {"agent_filing": {"filed": False, "status": "none"}}


def mandate(who: str = AGENT, **changes: Any) -> dict[str, Any]:
    human = stories.person_payload(who)
    told = {key: human[key] for key in ("name", "id_type", "id_number", "mobile", "email")}
    given = {"kind": "person", "agency_name": "", "agency_uscc": "", "filing_no": "", "scope": ["correct_form"]}
    return {**told, **given, "valid_from": "2026-01-01", "valid_to": "2030-12-31", **changes}


def opened(who: str = AGENT, chosen: tuple[str, ...] = ("liaison",)) -> Case:
    """A case of an agent with a filled in mandate and a new liaison."""
    actor = person(who)
    case = case_open(actor=actor, entity=company("C01"), chosen=list(chosen), as_agent=True)
    answer(case, actor, "agent", mandate(who))
    return case


def confirmed() -> Case:
    """A case whose agent the company confirmed."""
    case = opened()
    agent_invite(actor=person(AGENT), case=case)
    agent_accept(actor=person(LEADER), case=case, key=mandate_of(case).key)
    case.refresh_from_db()
    return case


def access(who: Actor, case: Case) -> Access:
    return case_access(who, Case.objects.get(pk=case.pk))


# ---- opening ----


@pytest.mark.row("R003", part="建立代理人与申请主体的法律关系")
def test_a_stranger_opens_only_as_agent_and_the_mandate_comes_first() -> None:
    entity = company("C01")
    with pytest.raises(Forbidden):
        case_open(actor=person(AGENT), entity=entity, chosen=["liaison"])
    case = case_open(actor=person(AGENT), entity=entity, chosen=["liaison"], as_agent=True)
    assert (case.opener_kind, case.items) == ("agent", ["liaison", "agent"])
    assert case_view(case).agent_present


def test_who_holds_a_capacity_is_no_agent() -> None:
    case = case_open(actor=person(LIAISON), entity=company("C01"), chosen=["liaison"], as_agent=True)
    assert (case.opener_kind, "agent" in case.items) == ("liaison", False)


# ---- until the company confirms ----


@pytest.mark.row("R003", part="建立代理人与申请主体的法律关系")
def test_until_then_the_case_holds_public_facts_and_what_the_agent_typed() -> None:
    case = opened(chosen=("liaison", "legal_representative"))
    answer(case, person(AGENT), "liaison", liaison_payload("P05"))
    view = case_view(case)
    assert set(view.before) == {"name", "entity_type"}
    assert (view.entity.name, view.entity.shareholders) == ("上海星岚示例科技有限公司", ())
    assert set(view.answers) == {"agent", "liaison"}
    assert {one["name"] for one in people_known(view)} == {"施未备", "钱范例"}
    known_names = {p["name"] for p in stories.persons().values()} - {"施未备", "钱范例"}
    assert not any(name in repr(view) for name in known_names)
    offered = guide(case.entity, public=True)
    assert {choice.now for choice in (*offered.choices, *offered.window)} == {""}
    assert any(choice.now for choice in guide(case.entity).choices)


def test_until_then_nobody_but_the_agent_himself_is_asked_about_outside() -> None:
    case = opened()
    answer(case, person(AGENT), "liaison", liaison_payload("P05"))
    facts = case_facts(case, case_view(case))
    asked = {(row.port, row.subject.get("name")) for row in Lookup.objects.all()}
    assert asked == {(port, "施未备") for port in ("population", "watchlist_person", "agent_filing", "mobile_owner")}
    assert (facts.in_flight, facts.same_address) == (None, 0)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (AGENT, Access.UNCONFIRMED),
        (LEADER, Access.EDIT),
        (LIAISON, Access.EDIT),
        ("P13", Access.READ),
        (STRANGER, Access.NONE),
    ],
)
def test_who_sees_the_case_of_an_agent_whom_nobody_confirmed(who: str, may: Access) -> None:
    assert access(person(who), opened()) is may


def test_he_fills_in_and_withdraws_but_goes_no_further() -> None:
    case, actor = opened(), person(AGENT)
    assert case_get(actor, case.number, edit=True, early=True) == case
    with pytest.raises(Forbidden, match="企业还没有确认由您代办"):
        case_get(actor, case.number)
    assert case in cases_visible(actor)
    assert case not in cases_visible(person(STRANGER))
    case_withdraw(actor=actor, case=case)
    assert case in cases_visible(actor)
    assert access(actor, case) is Access.UNCONFIRMED


def test_nothing_is_sent_for_signing_before_the_company_confirmed() -> None:
    case, actor = opened(), person(AGENT)
    answer(case, actor, "liaison", liaison_payload("P05"))
    tell_truth(case, **FILED)
    with pytest.raises(NotReady, match="企业还没有确认代理人"):
        signing_request(actor=actor, case=case)
    with pytest.raises(NotReady, match="企业还没有确认代理人"):
        signing_request(actor=person(LIAISON), case=case)


# ---- asking ----


def test_an_unfilled_or_wrong_mandate_is_not_sent_to_the_company() -> None:
    actor = person(AGENT)
    case = case_open(actor=actor, entity=company("C01"), chosen=["liaison"], as_agent=True)
    with pytest.raises(NotReady, match="还没有填委托代理人"):
        agent_invite(actor=actor, case=case)
    answer(case, actor, "agent", mandate(mobile="123"))
    with pytest.raises(NotReady, match="手机号码应是"):
        agent_invite(actor=actor, case=case)
    answer(case, actor, "agent", mandate("P24"), version=1)
    with pytest.raises(NotReady, match="代理人应当是开办这件申请的人本人"):
        agent_invite(actor=actor, case=case)
    answer(case, actor, "agent", mandate(), version=2)
    assert agent_invite(actor=actor, case=case).state == Party.State.INVITED


def test_only_who_opened_asks_and_only_who_leads_answers() -> None:
    case = opened()
    for who in (LEADER, LIAISON):
        with pytest.raises(Forbidden):
            agent_invite(actor=person(who), case=case)
    agent_invite(actor=person(AGENT), case=case)
    for who in (LIAISON, AGENT, "P13", STRANGER):
        assert not may_confirm(person(who), case)
        with pytest.raises(Forbidden, match="法定代表人确认"):
            agent_accept(actor=person(who), case=case, key=mandate_of(case).key)


def test_the_legal_representative_hears_of_it_and_has_it_to_do() -> None:
    case = opened()
    assert agent_todos(person(LEADER)) == []
    agent_invite(actor=person(AGENT), case=case)
    (todo,) = agent_todos(person(LEADER))
    assert (todo.title, todo.kind) == ("确认代理人：施未备", "agent")
    assert agent_todos(person(LIAISON)) == []
    told = InboxMessage.objects.get(person_index=person(LEADER).person_index)
    assert told.text == "施未备申请替上海星岚示例科技有限公司办理变更登记（登记联络员）。请确认是否委托他办。"
    assert TextMessage.objects.get().mobile == "19900000001"


def test_the_company_is_asked_again_after_an_hour_and_five_times_at_most() -> None:
    case, actor = opened(), person(AGENT)
    agent_invite(actor=actor, case=case)
    with pytest.raises(AskedEnough, match="一小时以后"):
        agent_invite(actor=actor, case=case)
    for _ in range(4):
        for party in case.parties.all():
            party.invited_at -= timedelta(hours=2)
            party.resent_at = None
            party.save()
        agent_invite(actor=actor, case=case)
    case.parties.update(resent_at=None)
    with pytest.raises(AskedEnough, match="已经请了 5 次"):
        agent_invite(actor=actor, case=case)
    assert TextMessage.objects.count() == 5


# ---- the company's word ----


@pytest.mark.row("R003", part="建立代理人与申请主体的法律关系")
def test_once_confirmed_the_agent_sees_the_register_and_goes_on_to_the_signatures() -> None:
    case, actor = confirmed(), person(AGENT)
    assert access(actor, case) is Access.EDIT
    assert case_view(case).was("liaison")["name"] == "赵演示"
    words = Confirmation.objects.get(case=case).message
    assert "委托到：2030年12月31日" in words
    assert "310115199011259258" not in words
    answer(case, actor, "liaison", liaison_payload("P05"))
    tell_truth(case, **FILED)
    asked = [f.key for f in case_check(case).open_confirmations]
    for key in asked:
        Confirmation.objects.create(
            case=case, finding_key=key, message="-", confirmed_by=actor.ref, confirmed_at=case.opened_at
        )
    papers_make(case, actor)
    assert signing_request(actor=actor, case=case).state == "signing"


def test_the_company_may_confirm_by_its_electronic_licence() -> None:
    case = opened()
    agent_invite(actor=person(AGENT), case=case)
    holder = replace(person("P29"), entity_uscc=case.entity.uscc)
    other = replace(person("P29"), entity_uscc="91310101MAXX00023C")
    assert (may_confirm(holder, case), may_confirm(other, case)) == (True, False)
    assert [todo.title for todo in agent_todos(holder)] == ["确认代理人：施未备"]
    assert agent_todos(other) == []
    assert agent_accept(actor=holder, case=case, key=mandate_of(case).key).state == Party.State.ACTIVE


def test_what_was_shown_is_what_is_confirmed() -> None:
    case = opened()
    agent_invite(actor=person(AGENT), case=case)
    shown = mandate_of(case).key
    answer(case, person(AGENT), "agent", mandate(valid_to="2031-12-31"), version=1)
    with pytest.raises(MandateChanged):
        agent_accept(actor=person(LEADER), case=case, key=shown)
    assert not Confirmation.objects.exists()


def test_another_mandate_must_be_confirmed_again_before_signing_but_hides_nothing() -> None:
    case, actor = confirmed(), person(AGENT)
    answer(case, actor, "agent", mandate(email="neu@example.com"), version=1)
    assert mandate_of(case).stage == "confirmed"
    answer(case, actor, "agent", mandate(scope=["collect_licence"]), version=2)
    assert mandate_of(case).stage == "changed"
    with pytest.raises(NotReady, match="委托内容改过"):
        signing_request(actor=actor, case=case)
    agent_invite(actor=actor, case=case)
    assert access(actor, case) is Access.UNCONFIRMED
    assert case_view(case).was("liaison")
    agent_accept(actor=person(LEADER), case=case, key=mandate_of(case).key)
    assert access(actor, case) is Access.EDIT


def test_a_company_that_does_not_agree_leaves_the_agent_with_his_own_words() -> None:
    case, actor = opened(), person(AGENT)
    agent_invite(actor=actor, case=case)
    agent_decline(actor=person(LEADER), case=case, reason="不认识")
    assert mandate_of(case).stage == "declined"
    assert access(actor, case) is Access.UNCONFIRMED
    assert set(case_view(case).before) == {"name", "entity_type"}
    assert InboxMessage.objects.filter(person_index=actor.person_index, title="企业没有同意").exists()
    with pytest.raises(NotReady, match="没有等企业确认的代理人"):
        agent_accept(actor=person(LEADER), case=case, key=mandate_of(case).key)
    assert agent_todos(person(LEADER)) == []


def test_what_comes_along_is_worked_out_anew_once_the_register_may_be_read() -> None:
    actor = person(AGENT)
    case = opened(chosen=("legal_representative",))
    leader = {**stories.person_payload("P13"), "position": "director", "appointed_by": "board"}
    answer(case, actor, "legal_representative", leader)
    assert [row["item"] for row in case.brought] == ["officers"]
    agent_invite(actor=actor, case=case)
    agent_accept(actor=person(LEADER), case=case, key=mandate_of(case).key)
    case.refresh_from_db()
    assert [row["item"] for row in case.brought] == ["articles"]


# ---- who is next ----


def test_the_next_step_names_its_owner_at_every_stage() -> None:
    actor, leader = person(AGENT), person(LEADER)
    case = case_open(actor=actor, entity=company("C01"), chosen=["liaison"], as_agent=True)

    def step(who: Actor) -> tuple[str, str]:
        found = next_step(who, case)
        return (found.who, found.title) if found else ("", "")

    assert step(actor) == ("您来办", "填好委托代理人")
    answer(case, actor, "agent", mandate())
    assert step(actor) == ("您来办", "请企业确认")
    assert step(leader) == ("代理人", "等代理人")
    agent_invite(actor=actor, case=case)
    assert step(actor) == ("企业", "等企业确认")
    assert step(leader) == ("您来办", "确认代理人")
    agent_decline(actor=leader, case=case)
    assert step(actor) == ("您来办", "企业没有同意")
    case.parties.update(invited_at=case.opened_at - timedelta(days=1))
    agent_invite(actor=actor, case=case)
    agent_accept(actor=leader, case=case, key=mandate_of(case).key)
    assert next_step(actor, case) is None
