"""Districts, towns, roads, authorities and the prefixes of the zones."""

import pytest

from reg.catalog import places
from reg.catalog.source import STORIES_AND_ZONES, CatalogueError, read_yaml
from reg.catalog.zones import zone_prefix, zone_prefixes

FTZ = "中国（上海）自由贸易试验区"
ZONES = read_yaml(STORIES_AND_ZONES / "zones.yaml")["zones"]


def test_the_city_has_sixteen_districts_and_their_towns() -> None:
    assert len(places.districts()) == 16
    assert sum(len(places.towns(code)) for code in places.districts()) == 234
    assert all(t.code.startswith(t.district) for code in places.districts() for t in places.towns(code))
    assert places.town("310115125").name == "张江镇"
    assert places.towns("310115")[-1].kind == "其他区域", "parks and farms come last"
    with pytest.raises(CatalogueError):
        places.town("310115999")


@pytest.mark.row("R006", part="标准道路库带入")
def test_roads_are_suggested_by_what_was_typed() -> None:
    names = [road.name for road in places.roads("310115", "祖冲")]
    assert names == ["祖冲之路"]
    first = places.roads("310101", "中山")[0]
    assert first.name.startswith("中山")
    assert len(places.roads("310115", "", limit=5)) == 5
    assert places.roads("310115", "没有这条路") == ()


def test_road_names_are_clean_of_parks_and_zones() -> None:
    for code in places.districts():
        for road in places.roads(code, "", limit=10_000):
            assert "试验区" not in road.name, road
            assert "工业区" not in road.name, road
            assert "旅游" not in road.name, road
            assert road.name[-1] in "路街道弄", road
            assert 0 <= road.in_ftz <= road.occurrences, road


def test_every_district_and_the_city_has_its_registration_authority() -> None:
    assert set(places.authorities()) == {places.CITY, *places.districts()}
    assert places.authority("310115").name == "上海市浦东新区市场监督管理局"
    assert places.authority("310115").short_name == "浦东新区市场监管局"
    assert places.authority_name("310000") == "上海市市场监督管理局"
    assert places.authority_name("330106") == "浙江省杭州市西湖区市场监督管理部门"


@pytest.mark.row("R006", part="自动生成自贸区、示范区地址前缀")
def test_a_town_or_road_inside_the_free_trade_zone_gets_its_prefix() -> None:
    by_road = zone_prefix("310115", "310115125", "祖冲之路")
    assert by_road is not None
    assert (by_road.prefix, by_road.certain) == (FTZ, True)
    by_town = zone_prefix("310115", "310115005", "东方路")
    assert by_town is not None
    assert by_town.certain
    lingang = zone_prefix("310115", "310115145", "环湖西二路")
    assert lingang is not None
    assert lingang.prefix == f"{FTZ}临港新片区"


def test_a_road_that_is_half_inside_is_asked_about() -> None:
    found = zone_prefix("310115", "310115004", "东方路")
    assert found is not None
    assert not found.certain
    assert "请确认" in found.reason


def test_a_town_that_is_half_inside_is_asked_about_when_the_road_is_unknown() -> None:
    found = zone_prefix("310115", "310115125", "没有这条路")
    assert found is not None
    assert not found.certain
    assert found.reason == "张江镇有一部分在自贸区张江片区里。请确认这个地址是不是在自贸区里。"


@pytest.mark.parametrize(
    ("district", "town", "road"),
    [
        ("310115", "310115131", "城南路"),
        ("310115", "310115136", "康沈路"),
        ("310104", "310104012", "宜山路"),
        ("310101", "310101002", "南京东路"),
    ],
)
def test_an_address_outside_every_zone_gets_no_prefix(district: str, town: str, road: str) -> None:
    assert zone_prefix(district, town, road) is None


def test_the_demonstration_zone_is_only_proposed() -> None:
    found = zone_prefix("310118", "310118104", "沪青平公路")
    assert found is not None
    assert (found.prefix, found.certain, found.confidence) == ("长三角生态绿色一体化发展示范区", False, "low")


def test_every_zone_names_real_towns_its_source_and_how_sure_it_is() -> None:
    assert len(zone_prefixes()) == 3
    for zone in ZONES:
        assert zone["source"]
        assert set(zone["districts"]) <= set(places.districts())
        for code, entry in zone["towns"].items():
            district = code if len(code) == 6 else places.town(code).district
            assert district in zone["districts"], code
            assert entry["confidence"] in {"high", "medium", "low"}
            assert entry["extent"] in {"whole", "partial"}
            assert entry["reason"].endswith("。")
