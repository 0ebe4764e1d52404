"""规资产权核验: what a certificate says, and whether the address is that of the certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.testing import Caller
from sandbox.world.models import Company, Place


def ask(caller: Caller, number: str, address: str = "") -> dict[str, Any]:
    return caller.post("/property/check", {"certificate_no": number, "address": address}).json()


def certificate(code: str) -> str:
    number: str = Company.objects.get(pk=code).story["property"]["certificate_no"]
    return number


def test_a_companys_certificate_is_found(reg: Caller) -> None:
    told = ask(reg, certificate("C01"))
    assert told["found"] is True
    assert told["owner"] == "上海样板2号置业有限公司（虚构）"
    assert (told["frozen"], told["address_matches"]) == (False, None)


@pytest.mark.parametrize("change", ["沪(2010)浦字不动产权第900001号", "沪 〔2010〕 浦字不动产权第９００００１号"])
def test_brackets_blanks_and_width_do_not_matter(reg: Caller, change: str) -> None:
    told = ask(reg, change)
    assert (told["found"], told["certificate_no"]) == (True, change)
    assert told["registered_no"] == certificate("C01")


@pytest.mark.parametrize(
    ("address", "matches"),
    [
        ("上海市浦东新区祖冲之路9901弄2号202室", True),
        ("中国（上海）自由贸易试验区祖冲之路9901弄2号202室", True),
        ("上海市浦东新区祖冲之路9901弄2号203室", False),
    ],
)
def test_the_address_is_compared_from_the_road_on(reg: Caller, address: str, matches: bool) -> None:
    assert ask(reg, certificate("C01"), address)["address_matches"] is matches


def test_an_unknown_certificate_is_not_found(reg: Caller) -> None:
    told = ask(reg, "沪（2020）浦字不动产权第000000号")
    assert (told["found"], told["owner"], told["frozen"]) == (False, None, None)


def test_a_frozen_house_and_a_free_one(reg: Caller) -> None:
    frozen = Place.objects.get(story__property__frozen=True)
    assert ask(reg, frozen.story["property"]["certificate_no"])["frozen"] is True
    free = Place.objects.get(pk="A01")
    assert ask(reg, free.story["property"]["certificate_no"], free.full)["address_matches"] is True


def test_a_wrong_answer_is_about_another_certificate(reg: Caller, fault: Callable[..., None]) -> None:
    fault("property", mode="wrong")
    told = ask(reg, certificate("C01"))
    assert told["found"] is True
    assert told["certificate_no"] != certificate("C01")
