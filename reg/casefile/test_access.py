"""The access matrix: role × verb × object. Everyone who is not named sees nothing (404)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from foundation.identity.actor import Actor, Forbidden, NotVisible
from reg.casefile.access import Access, case_access, case_get
from reg.casefile.models import Case, Party
from reg.entities.models import Role
from reg.testing import company, draft, in_signing, person, staff, submitted

pytestmark = pytest.mark.django_db

OPENER, LIAISON, SHAREHOLDER, STRANGER = "P01", "P04", "P13", "P02"


def access(actor: Actor, case: Case) -> Access:
    return case_access(actor, Case.objects.get(pk=case.pk))


@pytest.mark.parametrize(
    ("who", "may"),
    [(OPENER, Access.EDIT), (LIAISON, Access.EDIT), (SHAREHOLDER, Access.READ), (STRANGER, Access.NONE)],
)
def test_people_see_a_case_by_their_capacity_in_the_company(who: str, may: Access) -> None:
    case = draft(person(OPENER), company("C01"))
    assert access(person(who), case) is may


@pytest.mark.parametrize(
    ("who", "in_draft", "after_submission"),
    [
        ("shen1", Access.NONE, Access.DESK),
        ("shen3", Access.NONE, Access.NONE),
        ("du1", Access.NONE, Access.DESK),
        ("yun1", Access.NONE, Access.NONE),
        ("ji1", Access.NONE, Access.MASKED),
    ],
)
def test_staff_see_nothing_of_a_draft_and_their_share_of_what_was_submitted(
    who: str, in_draft: Access, after_submission: Access
) -> None:
    actor, entity = person(OPENER), company("C01")
    case = draft(actor, entity)
    assert access(staff(who), case) is in_draft
    Case.objects.filter(pk=case.pk).update(state="withdrawn")
    assert access(staff(who), submitted(actor, entity)) is after_submission


def test_leaving_the_role_ends_access() -> None:
    case = draft(person(OPENER), company("C01"))
    Role.objects.filter(person_index=person(OPENER).person_index, entity=case.entity).update(valid_to="2026-01-01")
    assert access(person(OPENER), case) is Access.NONE


def test_a_log_in_for_one_enterprise_opens_no_door_of_another() -> None:
    case = draft(person(OPENER), company("C01"))
    company("C02")
    assert access(replace(person(OPENER), entity_uscc=case.entity.uscc), case) is Access.EDIT
    assert access(replace(person(OPENER), entity_uscc="91310101MAXX00023C"), case) is Access.NONE


def test_a_signer_does_not_see_the_case_by_signing() -> None:
    case = in_signing(person(OPENER), company("C01"), "P05")
    assert case.parties.filter(kind=Party.Kind.SIGNER, person_index=person("P05").person_index).exists()
    assert access(person("P05"), case) is Access.NONE


def test_a_number_of_somebody_elses_case_is_as_good_as_none() -> None:
    case = draft(person(OPENER), company("C01"))
    with pytest.raises(NotVisible):
        case_get(person(STRANGER), case.number)
    with pytest.raises(NotVisible):
        case_get(person(OPENER), "3101152026112499999999")


def test_who_may_only_read_is_told_whom_to_ask() -> None:
    case = draft(person(OPENER), company("C01"))
    assert case_get(person(SHAREHOLDER), case.number) == case
    with pytest.raises(Forbidden, match="联络员"):
        case_get(person(SHAREHOLDER), case.number, edit=True)


def test_another_service_sees_no_content() -> None:
    case = draft(person(OPENER), company("C01"))
    assert access(Actor.service("signing"), case) is Access.NONE
