"""人口实人核验 answers its stories truthfully."""

from __future__ import annotations

import pytest

from sandbox.testing import Caller
from sandbox.world.models import Person


def ask(caller: Caller, code: str, **changed: str) -> tuple[object, object]:
    person = Person.objects.get(pk=code)
    sent = {"name": person.name, "id_type": person.id_type, "id_number": person.id_number}
    told = caller.post("/population/check", {**sent, **changed}).json()
    return told["match"], told["alive"]


@pytest.mark.parametrize(
    ("code", "answer"), [("P01", (True, True)), ("P64", (False, None)), ("P65", (True, False)), ("P21", (True, True))]
)
def test_the_register_says_what_the_story_says(reg: Caller, code: str, answer: tuple[object, object]) -> None:
    assert ask(reg, code) == answer


def test_another_name_does_not_belong_to_the_number(reg: Caller) -> None:
    assert ask(reg, "P01", name="张示") == (False, None)


def test_a_number_that_nobody_has_is_not_found(reg: Caller) -> None:
    assert ask(reg, "P01", id_number="310101198501010000") == (False, None)


def test_a_number_is_compared_without_blanks_and_in_upper_case(reg: Caller) -> None:
    assert ask(reg, "P13", id_number="310106 19820113 931x") == (True, True)
