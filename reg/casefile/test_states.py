"""The table of states is what the documentation shows, what the database guards, and what other systems understand."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction

from foundation.config import ROOT
from reg.casefile import states
from reg.casefile.models import Case
from reg.casefile.states import State, Verb, WrongState, target
from reg.catalog.codes import application_statuses
from reg.testing import company, draft, person


def test_the_map_shows_the_table() -> None:
    text = (ROOT / "docs" / "map.md").read_text("utf-8")
    assert states.drawing() in text, "docs/map.md is behind: paste the output of reg.casefile.states.drawing()"


def test_every_exchange_code_belongs_to_exactly_one_state() -> None:
    told = [code for codes in states.REFERENCE_CODES.values() for code in codes]
    assert sorted(told) == sorted(set(told))
    assert set(told) == set(application_statuses())


def test_every_state_can_be_reached_and_ended() -> None:
    reached = {State.DRAFT} | {State(to) for _, to in states.transitions()}
    assert reached == set(State)
    leaves = {State(a) for a, _ in states.transitions()}
    assert set(State) - leaves == states.ENDED


@pytest.mark.parametrize("state", sorted(states.ENDED))
def test_an_ended_case_goes_nowhere(state: State) -> None:
    for verb in Verb:
        with pytest.raises(WrongState):
            target(state, verb)


def test_taking_papers_back_leads_to_where_they_came_from() -> None:
    assert target(State.SIGNING, Verb.REOPEN) is State.DRAFT
    assert target(State.SIGNING, Verb.REOPEN, returned_before=True) is State.RETURNED


@pytest.mark.django_db
def test_the_database_refuses_a_step_that_is_not_in_the_table() -> None:
    case = draft(person("P01"), company("C01"))
    with pytest.raises(ProgrammingError, match="Invalid transition"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state=State.RECORDED)


@pytest.mark.django_db
def test_of_two_steps_from_the_same_state_the_second_is_told_what_is_now() -> None:
    case = draft(person("P01"), company("C01"))
    rival = Case.objects.get(pk=case.pk)
    case.move(Verb.WITHDRAW)
    with pytest.raises(WrongState, match="withdrawn"):
        rival.move(Verb.REQUEST_SIGNATURES)
    assert rival.state == State.WITHDRAWN
