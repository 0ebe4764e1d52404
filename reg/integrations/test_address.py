"""标准地址库 and 规资产权核验: what the adapters believe, over a real socket. R006."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from foundation.outside.lookups import Subject
from foundation.outside.result import Found, NotFound, Result, Unavailable
from reg.integrations import address, property
from reg.integrations.testing import outside_stub

pytestmark = pytest.mark.django_db
Say = Callable[[dict[str, Any], int], None]
HOUSE = {"district": "310115", "road": "祖冲之路", "lane": "", "number": "9820", "building": "", "room": "311"}
CERTIFICATE = "沪（2024）浦字不动产权第980011号"


@pytest.fixture
def say() -> Iterator[Say]:
    """A system that answers what the test tells it to."""
    with outside_stub("address", "property") as stub:
        yield stub.say


def standard(**changes: Any) -> dict[str, Any]:
    entry = {"std_code": "31", "full": "上海市浦东新区祖冲之路9820号311室", "kind": "ordinary", "town": "310115125"}
    return {"found": True, **entry, "about": HOUSE, **changes}


def test_a_house_is_found_with_its_code(say: Say) -> None:
    say(standard(), 200)
    answer = address.standard(HOUSE)
    assert isinstance(answer, Found)
    assert answer.value["std_code"] == "31"
    say(standard(found=False, std_code=None), 200)
    assert isinstance(address.standard(HOUSE), NotFound)


def test_units_and_width_do_not_make_another_house(say: Say) -> None:
    say(standard(about={**HOUSE, "number": "９８２０号", "room": "311室"}), 200)
    assert isinstance(address.standard(HOUSE), Found)


@pytest.mark.parametrize(
    ("ask", "truth"),
    [
        (address.standard, standard()),
        (address.frozen, {"frozen": True, "reason": "", "about": HOUSE}),
        (address.density, {"count": 3, "centralized": False, "about": HOUSE}),
    ],
    ids=["standard", "frozen", "density"],
)
def test_an_answer_about_another_house_is_not_believed(
    say: Say, ask: Callable[[Subject], Result[dict[str, Any]]], truth: dict[str, Any]
) -> None:
    say(truth, 200)
    assert isinstance(ask({**HOUSE}), Found)
    for about in ({**HOUSE, "room": "312"}, {**HOUSE, "road": "宜山路"}, {}):
        say({**truth, "about": about}, 200)
        assert isinstance(ask({**HOUSE}), Unavailable)


def test_roads_of_another_district_are_not_believed(say: Say) -> None:
    say({"roads": [{"district": "310115", "road": "世纪大道"}]}, 200)
    answer = address.roads({"district": "310115", "q": "世纪"})
    assert isinstance(answer, Found)
    assert answer.value == {"roads": ["世纪大道"]}
    say({"roads": [{"district": "310151", "road": "世纪大道"}]}, 200)
    assert isinstance(address.roads({"district": "310115", "q": "世纪"}), Unavailable)


def test_collective_places_of_another_district_are_not_believed(say: Say) -> None:
    row = {
        **HOUSE,
        "name": "园",
        "manager": "管理",
        "valid_to": "2029-12-31",
        "std_code": "1",
        "full": "路1号",
        "town": "",
    }
    say({"items": [row]}, 200)
    assert isinstance(address.centralized({"district": "310115"}), Found)
    say({"items": [{**row, "district": "310104"}]}, 200)
    assert isinstance(address.centralized({"district": "310115"}), Unavailable)


TITLE = {
    "found": True, "certificate_no": CERTIFICATE, "registered_no": CERTIFICATE, "owner": "甲", "address": "路1号",
    "usage": "办公", "frozen": False, "address_matches": None,
}  # fmt: skip


def test_a_certificate_is_believed_only_under_its_own_number(say: Say) -> None:
    say(TITLE, 200)
    answer = property.check({"certificate_no": CERTIFICATE})
    assert isinstance(answer, Found)
    assert answer.value["owner"] == "甲"
    say({**TITLE, "certificate_no": "别的号码"}, 200)
    assert isinstance(property.check({"certificate_no": CERTIFICATE}), Unavailable)
    say({**TITLE, "found": False, "address": None, "frozen": None}, 200)
    assert isinstance(property.check({"certificate_no": CERTIFICATE}), NotFound)


@pytest.mark.parametrize("body", [{}, {"found": True}, {"frozen": "no", "about": HOUSE}, {"count": -1, "about": HOUSE}])
def test_nonsense_is_no_answer(say: Say, body: dict[str, Any]) -> None:
    say(body, 200)
    for ask in (address.standard, address.frozen, address.density):
        assert isinstance(ask(HOUSE), Unavailable)


def test_an_error_is_no_answer(say: Say) -> None:
    say({"error": "x"}, 500)
    assert isinstance(address.frozen(HOUSE), Unavailable)
