"""手机实名核验 answers its stories truthfully."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.testing import Caller
from sandbox.world.models import Person


def ask(caller: Caller, code: str, **changed: str) -> dict[str, object]:
    person = Person.objects.get(pk=code)
    sent = {"name": person.name, "id_type": person.id_type, "id_number": person.id_number, "mobile": person.mobile}
    return caller.post("/mobile-owner/check", {**sent, **changed}).json()


def test_ones_own_mobile_matches(reg: Caller) -> None:
    assert ask(reg, "P01") == {
        "match": True,
        "owner_known": True,
        "id_type": "10",
        "id_number": "310101198501019190",
        "mobile": "19900000001",
    }


def test_a_mobile_that_is_registered_to_another_does_not_match(reg: Caller) -> None:
    told = ask(reg, "P23")
    assert (told["match"], told["owner_known"]) == (False, True)


def test_the_real_owner_of_a_borrowed_mobile_matches(reg: Caller) -> None:
    assert ask(reg, "P66", mobile=Person.objects.get(pk="P23").mobile)["match"] is True


def test_somebody_elses_mobile_does_not_match(reg: Caller) -> None:
    assert ask(reg, "P01", mobile="19900000002")["match"] is False


def test_the_name_must_fit_too(reg: Caller) -> None:
    assert ask(reg, "P01", name="李样本")["match"] is False


def test_a_mobile_that_nobody_has_is_unknown(reg: Caller) -> None:
    told = ask(reg, "P01", mobile="19912345678")
    assert (told["match"], told["owner_known"]) == (False, False)


def test_a_wrong_answer_is_about_the_neighbour_and_shows_it(reg: Caller, fault: Callable[..., None]) -> None:
    fault("mobile_owner", mode="wrong")
    told = ask(reg, "P01", mobile="19900000002")
    assert told["match"] is True
    assert (told["id_number"], told["mobile"]) == ("310104198802029260", "19900000002")
