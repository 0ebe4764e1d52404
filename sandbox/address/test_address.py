"""标准地址库: roads, houses, 集中登记地, frozen addresses, and how many are registered where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.testing import Caller
from sandbox.world.models import Company, Place

C01 = {"district": "310115", "road": "祖冲之路", "lane": "9901", "number": "2", "room": "202"}


def ask(caller: Caller, what: str, **parts: str) -> dict[str, Any]:
    return caller.get(f"/address/{what}", parts).json()


def place(**having: Any) -> dict[str, str]:
    found = Place.objects.filter(**having).first()
    assert found is not None
    return {key: getattr(found, key) for key in ("district", "road", "lane", "number", "building", "room")}


def test_roads_are_found_by_a_part_of_their_name_in_a_district(reg: Caller) -> None:
    found = ask(reg, "roads", district="310115", q="世纪")["roads"]
    assert {"district": "310115", "road": "世纪大道"} in found
    assert all(one["district"] == "310115" and "世纪" in one["road"] for one in found)
    assert len(ask(reg, "roads", district="310104")["roads"]) == 30


def test_a_companys_address_has_the_code_of_its_story(reg: Caller) -> None:
    told = ask(reg, "standard", **C01)
    assert told["std_code"] == "3101151259000001"
    assert told["full"] == "上海市浦东新区祖冲之路9901弄2号202室"


def test_units_and_width_do_not_matter(reg: Caller) -> None:
    spelt = {**C01, "lane": "９９０１弄", "number": "2号", "room": "202室"}
    assert ask(reg, "standard", **spelt)["std_code"] == "3101151259000001"


def test_any_usual_number_on_a_known_road_exists_and_keeps_its_code(reg: Caller) -> None:
    house = {"district": "310104", "road": "宜山路", "number": "700", "room": "301"}
    first, second = ask(reg, "standard", **house), ask(reg, "standard", **house)
    assert first == second
    assert first["found"] is True
    assert ask(reg, "standard", **{**house, "room": "302"})["std_code"] != first["std_code"]


@pytest.mark.parametrize("change", [{"road": "没有这条路"}, {"number": "99999"}, {"number": ""}, {"number": "甲"}])
def test_a_house_that_does_not_exist_is_not_found(reg: Caller, change: dict[str, str]) -> None:
    told = ask(reg, "standard", **{"district": "310104", "road": "宜山路", "number": "700", **change})
    assert (told["found"], told["std_code"]) == (False, None)


def test_a_road_in_several_districts_needs_its_district(reg: Caller) -> None:
    assert reg.get("/address/standard", {"road": "中山北路", "number": "100"}).status == 422
    assert reg.get("/address/standard", {"road": "祖冲之路", "number": "100"}).json()["about"]["district"] == "310115"


def test_centralised_places_of_a_district(reg: Caller) -> None:
    (found,) = ask(reg, "centralized", district="310104")["items"]
    assert found["name"] == "样本科创中心集中登记地（虚构）"
    assert ask(reg, "standard", **{key: found[key] for key in ("district", "road", "number", "building")})["kind"] == (
        "centralized"
    )


def test_a_frozen_address_says_why(reg: Caller) -> None:
    told = ask(reg, "frozen", **place(story__frozen__isnull=False))
    assert told["frozen"] is True
    assert "虚构" in told["reason"]
    assert ask(reg, "frozen", **C01)["frozen"] is False


def test_density_counts_the_companies_of_the_stories(reg: Caller) -> None:
    assert ask(reg, "density", **C01)["count"] == 1
    assert ask(reg, "density", **C01, uscc=Company.objects.get(pk="C01").uscc)["count"] == 0
    assert ask(reg, "density", **place(story__base_density=73))["count"] == 73


def test_a_company_that_moves_is_counted_where_it_moved_to(reg: Caller) -> None:
    new = place(pk="A11")
    before = ask(reg, "density", **new)["count"]
    facts = {"domicile": {**new, "full": Place.objects.get(pk="A11").full}}
    uscc = Company.objects.get(pk="C01").uscc
    reg.post("/elicence/licences/push", {"uscc": uscc, "application_no": "31011520261124000001", "facts": facts})
    assert ask(reg, "density", **new)["count"] == before + 1
    assert ask(reg, "density", **C01)["count"] == 0


def test_a_wrong_answer_is_about_another_house(reg: Caller, fault: Callable[..., None]) -> None:
    fault("address", mode="wrong")
    told = ask(reg, "standard", **C01)
    assert told["found"] is True
    assert told["about"]["road"] != C01["road"]
