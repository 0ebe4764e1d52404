"""电子证照库: ID cards and business licences as data, the licence as last pushed."""

from __future__ import annotations

import base64
from collections.abc import Callable

from sandbox.testing import Caller
from sandbox.world.models import Company, Person


def test_an_id_card_comes_with_its_picture(reg: Caller) -> None:
    told = reg.post(
        "/licence-store/query", {"kind": "id_card", "id_type": "10", "id_number": "310101198501019190"}
    ).json()
    assert told["found"] is True
    assert (told["data"]["name"], told["data"]["gender"]) == ("张示例", "男")
    assert base64.b64decode(told["image_base64"])[:2] == b"\xff\xd8"


def test_a_passport_is_not_in_the_store(reg: Caller) -> None:
    person = Person.objects.get(pk="P16")
    sent = {"kind": "id_card", "id_type": person.id_type, "id_number": person.id_number}
    assert reg.post("/licence-store/query", sent).json() == {
        "found": False,
        "kind": "id_card",
        "data": None,
        "image_base64": None,
    }


def test_a_business_licence_shows_what_was_pushed(reg: Caller) -> None:
    company = Company.objects.get(pk="C01")
    query = {"kind": "business_licence", "uscc": company.uscc}
    before = reg.post("/licence-store/query", query).json()["data"]
    assert before["legal_representative"] == "张示例"
    facts = {"legal_representative": {"name": "赵演示", "id_type": "10", "id_number": "310106199204049429"}}
    reg.post("/elicence/licences/push", {"uscc": company.uscc, "application_no": "1", "facts": facts})
    after = reg.post("/licence-store/query", query).json()["data"]
    assert after["legal_representative"] == "赵演示"
    assert after["domicile"] == before["domicile"]


def test_a_wrong_answer_is_somebody_elses_card(reg: Caller, fault: Callable[..., None]) -> None:
    fault("licence_store", mode="wrong")
    told = reg.post("/licence-store/query", {"kind": "id_card", "id_number": "310101198501019190"}).json()
    assert told["data"]["name"] == "李样本"
