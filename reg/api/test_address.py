"""住所的智慧辅助输入 as JSON. R006."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from reg.cases.web.test_pages import browser
from reg.integrations.testing import Stub, outside_stub

pytestmark = pytest.mark.django_db
HOUSE = {"district": "310115", "road": "祖冲之路", "number": "9820号", "room": "311"}


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client() -> Client:
    return browser("P01")


@pytest.fixture
def outside() -> Iterator[Stub]:
    """The address library."""
    with outside_stub("address") as stub:
        yield stub


def test_a_district_brings_its_towns(client: Client) -> None:
    items = client.get("/api/address/towns", {"district": "310115"}).json()["items"]
    assert {"value": "310115125", "label": "张江镇"} in items
    assert client.get("/api/address/towns", {"district": "330106"}).json() == {"items": []}


@pytest.mark.row("R006", part="标准道路库带入")
def test_roads_come_from_the_library_and_are_asked_for_once(client: Client, outside: Stub) -> None:
    outside.say({"roads": [{"district": "310115", "road": "世纪大道"}, {"district": "310115", "road": "世纪公园路"}]})
    for _ in range(2):
        told = client.get("/api/address/roads", {"district": "310115", "q": " 世纪"}).json()
    assert [item["value"] for item in told["items"]][:2] == ["世纪大道", "世纪公园路"]
    assert told["source"] == "library"
    assert outside.asked == ["/roads?district=310115&q=世纪"]


@pytest.mark.parametrize(
    "answer", [({"error": "x"}, 500), ({"roads": [{"district": "310151", "road": "崇明大道"}]}, 200)]
)
def test_a_silent_or_lying_library_is_replaced_by_the_catalogue_and_typing_does_not_wait(
    client: Client, outside: Stub, answer: tuple[dict[str, Any], int]
) -> None:
    outside.say(*answer)
    for typed in ("世", "世纪", "世纪大"):
        told = client.get("/api/address/roads", {"district": "310115", "q": typed}).json()
        assert told["source"] == "catalogue"
    names = [item["value"] for item in told["items"]]
    assert "世纪大道" in names
    assert "崇明大道" not in names
    assert len(outside.asked) == 1


@pytest.mark.parametrize("query", [{}, {"district": "310115"}, {"district": "x", "q": "世"}, {"q": "世"}])
def test_without_district_or_letters_nothing_is_asked(client: Client, outside: Stub, query: dict[str, str]) -> None:
    assert client.get("/api/address/roads", query).json()["items"] == []
    assert outside.asked == []


def test_hostile_letters_are_only_letters(client: Client, outside: Stub) -> None:
    outside.say({"roads": []})
    answer = client.get("/api/address/roads", {"district": "310115", "q": "<script>'\u202e" + "长" * 500})
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["items"] == []
    assert len(outside.asked[0]) < 60


ABOUT = {"district": "310115", "road": "祖冲之路", "lane": "", "number": "9820", "building": "", "room": "311"}
FULL = "上海市浦东新区祖冲之路9820号311室"


def test_the_standard_address_and_its_states(client: Client, outside: Stub) -> None:
    entry = {"std_code": "31", "full": FULL, "kind": "ordinary", "town": ""}
    outside.say({"found": True, **entry, "about": ABOUT})
    assert client.get("/api/address/standard", HOUSE).json()["std_code"] == "31"
    outside.say({"found": False, "std_code": None, "about": ABOUT})
    assert client.get("/api/address/standard", HOUSE).json() == {"state": "not_found"}
    outside.say({}, 500)
    assert client.get("/api/address/standard", HOUSE).status_code == 503
    assert client.get("/api/address/standard", {"district": "310115"}).json() == {"state": "not_found"}


def test_collective_places_of_a_district(client: Client, outside: Stub) -> None:
    outside.say({"items": [{"name": "示例创新园", "district": "310115"}]})
    (item,) = client.get("/api/address/centralized", {"district": "310115"}).json()["items"]
    assert item["name"] == "示例创新园"
    assert client.get("/api/address/centralized", {"district": "1"}).json() == {"state": "not_found", "items": []}
    assert len(outside.asked) == 1


@pytest.mark.parametrize("what", ["towns", "roads", "centralized", "standard"])
def test_who_is_not_logged_in_is_told_nothing(what: str) -> None:
    assert Client().get(f"/api/address/{what}", {"district": "310115", "q": "世"}).status_code == 302
