"""A case on its way: several drafts, one in flight, signatures kept for equal papers, submission that checks again."""

from __future__ import annotations

import pytest

from foundation.identity.actor import Forbidden
from foundation.outbox.models import OutboxMessage
from reg.casefile.models import Case, InFlight
from reg.casefile.states import State, WrongState
from reg.casefile.test_answers import together
from reg.cases.batches import mobile_of_entity
from reg.cases.services import CannotOpen, NothingChosen, case_open, case_withdraw
from reg.cases.signing import InFlightElsewhere, NotReady, case_reopen, signing_request
from reg.cases.submission import case_submit
from reg.entities.models import EntityFact
from reg.materials.models import Paper
from reg.materials.services import papers_current
from reg.testing import (
    answer,
    company,
    draft,
    in_signing,
    liaison_payload,
    papers_make,
    person,
    sign_everything,
    submitted,
    tell_truth,
)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "may"), [("P01", True), ("P04", True), ("P13", False), ("P02", False)])
def test_the_legal_representative_and_the_liaison_open_a_case_others_do_not(who: str, may: bool) -> None:
    entity = company("C01")
    if may:
        assert case_open(actor=person(who), entity=entity, chosen=["liaison"]).state == State.DRAFT
    else:
        with pytest.raises(Forbidden):
            case_open(actor=person(who), entity=entity, chosen=["liaison"])


@pytest.mark.django_db
def test_a_company_whose_licence_was_revoked_is_stopped_with_what_to_do() -> None:
    with pytest.raises(CannotOpen) as stop:
        case_open(actor=person("P12"), entity=company("C26"), chosen=["liaison"])
    assert "吊销" in stop.value.message
    assert "登记机关" in stop.value.fix


@pytest.mark.django_db
def test_nothing_ticked_opens_nothing() -> None:
    with pytest.raises(NothingChosen):
        case_open(actor=person("P01"), entity=company("C01"), chosen=["scope", "../etc"])
    assert not Case.objects.exists()


@pytest.mark.django_db
@pytest.mark.row("R025", part="CC01")
def test_any_number_of_drafts_but_one_case_in_flight_and_the_other_is_told_which() -> None:
    actor, entity = person("P01"), company("C01")
    second = draft(actor, entity, "P06")
    papers_make(second, actor)
    first = in_signing(actor, entity, "P05")
    with pytest.raises(InFlightElsewhere) as told:
        signing_request(actor=actor, case=second)
    assert first.number_grouped in told.value.message
    assert "签名中" in told.value.message
    assert actor.name in told.value.message
    assert Case.objects.get(pk=second.pk).state == State.DRAFT


@pytest.mark.django_db(transaction=True)
@pytest.mark.row("R025", part="CC01")
def test_two_phones_that_ask_for_signatures_of_two_cases_at_once_get_one_in_flight() -> None:
    actor, entity = person("P01"), company("C01")
    cases = [draft(actor, entity, who) for who in ("P05", "P06")]
    for case in cases:
        papers_make(case, actor)
    told: list[str] = []

    def ask(number: int) -> None:
        try:
            signing_request(actor=actor, case=cases[number])
            told.append("in flight")
        except InFlightElsewhere as other:
            told.append(other.other.number)

    together(2, ask)
    assert len(told) == 2
    assert told.count("in flight") == 1
    winner = InFlight.objects.get(entity=entity).case
    assert winner.number in told


@pytest.mark.django_db
def test_signatures_are_not_asked_for_while_something_is_missing() -> None:
    actor = person("P01")
    case = case_open(actor=actor, entity=company("C01"), chosen=["liaison"])
    with pytest.raises(NotReady, match="核对"):
        signing_request(actor=actor, case=case)
    answer(case, actor, "liaison", liaison_payload("P05"))
    tell_truth(case, mobile_owner={"match": False})
    with pytest.raises(NotReady, match="核对"):
        signing_request(actor=actor, case=case)


@pytest.mark.django_db
def test_papers_of_older_answers_are_never_sent_to_their_signers() -> None:
    actor = person("P01")
    case = draft(actor, company("C01"))
    papers_make(case, actor)
    answer(case, actor, "liaison", liaison_payload("P06"), version=1)
    tell_truth(case)
    with pytest.raises(NotReady, match="正在生成"):
        signing_request(actor=actor, case=case)
    papers_make(case, actor)
    assert signing_request(actor=actor, case=case).state == State.SIGNING


@pytest.mark.django_db
@pytest.mark.row("R020", part="提交")
def test_submission_needs_every_signature_and_names_who_is_missing() -> None:
    actor = person("P01")
    case = in_signing(actor, company("C01"))
    with pytest.raises(NotReady, match="钱范例"):
        case_submit(actor=actor, case=case)
    sign_everything(case)
    assert case_submit(actor=actor, case=case).state == State.SUBMITTED
    with pytest.raises(WrongState):
        case_submit(actor=actor, case=case)
    assert OutboxMessage.objects.filter(event="CaseSubmitted").count() == 1


@pytest.mark.django_db
def test_what_became_forbidden_while_people_signed_stops_the_submission() -> None:
    actor = person("P01")
    case = in_signing(actor, company("C01"))
    sign_everything(case)
    tell_truth(case, mobile_owner={"match": False})
    with pytest.raises(NotReady, match="非本人实名"):
        case_submit(actor=actor, case=case)


@pytest.mark.django_db
def test_back_to_filling_in_keeps_the_signatures_of_papers_that_stay_equal() -> None:
    actor = person("P01")
    case = in_signing(actor, company("C01"))
    sign_everything(case)
    before = {paper.doc: paper for paper in papers_current(case) if paper.doc != "realname"}
    case = case_reopen(actor=actor, case=case)
    assert case.state == State.DRAFT
    assert not InFlight.objects.filter(case=case).exists()
    answer(case, actor, "liaison", liaison_payload("P05", email="new@example.com"), version=1)
    tell_truth(case)
    after = {paper.doc: paper for paper in papers_make(case, actor) if paper.doc != "realname"}
    assert after["contact"].pk != before["contact"].pk, "the sheet that shows the address is made anew"
    assert after["contact"].signed_file is None
    assert Paper.objects.get(pk=before["contact"].pk).state == Paper.State.SUPERSEDED
    assert Paper.objects.get(pk=before["contact"].pk).signed_file is not None, "kept as evidence"
    assert after["application"].pk == before["application"].pk
    assert after["application"].signed_file is not None


@pytest.mark.django_db
def test_withdrawing_frees_the_company_and_tells_signing() -> None:
    actor, entity = person("P01"), company("C01")
    case = submitted(actor, entity)
    case_withdraw(actor=actor, case=case)
    assert not InFlight.objects.filter(entity=entity).exists()
    assert OutboxMessage.objects.filter(event="CaseWithdrawn").count() == 1
    assert in_signing(actor, entity, "P06").state == State.SIGNING


@pytest.mark.django_db
def test_an_enterprise_whose_seal_is_asked_for_is_called_by_its_liaison() -> None:
    other = company("C06")
    called = EntityFact.objects.get(entity=other, item_code="liaison", valid_to=None).payload["mobile"]
    assert called
    assert mobile_of_entity(other.uscc) == called
    assert mobile_of_entity("91310115MAXX99999X") == "", "not registered here: nobody is known"
