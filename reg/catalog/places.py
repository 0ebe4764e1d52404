"""行政区划、道路、登记机关: districts and towns of Shanghai, road names for completion, and who decides where. R006."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from reg.catalog.source import DATA, CatalogueError, read_csv

DIVISIONS = DATA / "divisions"
CITY: Final = "310000"
CITY_NAME: Final = "上海市"
OTHER_AREA: Final = "其他区域"


@dataclass(frozen=True)
class District:
    """区."""

    code: str
    name: str


@dataclass(frozen=True)
class Town:
    """街道、镇、乡, or a statistical area such as an industrial park (其他区域)."""

    code: str
    name: str
    kind: str
    district: str

    @property
    def is_administrative(self) -> bool:
        """False for parks and farms, which are no 乡级政区."""
        return self.kind != OTHER_AREA


@dataclass(frozen=True)
class Road:
    """A road name that occurs in domiciles of the district; a suggestion, not a register of roads."""

    name: str
    district: str
    occurrences: int
    in_ftz: int
    """How many of them carried the prefix of the free-trade zone."""


@dataclass(frozen=True)
class Authority:
    """登记机关."""

    code: str
    """Six digits: the district, or 310000 for the city."""
    name: str
    short_name: str

    @property
    def is_city(self) -> bool:
        """市局."""
        return self.code == CITY


@dataclass(frozen=True)
class Area:
    """A province, city or county of China."""

    code: str
    name: str
    level: str
    parent: str


@cache
def districts() -> Mapping[str, District]:
    """The sixteen districts."""
    rows = read_csv(DIVISIONS / "districts.csv")
    return MappingProxyType({row["code"]: District(row["code"], row["name"]) for row in rows})


def district(code: str) -> District:
    """One district."""
    try:
        return districts()[code]
    except KeyError:
        raise CatalogueError(f"上海没有这个区：{code}") from None


def towns(district_code: str) -> tuple[Town, ...]:
    """Towns of a district, statistical areas last."""
    return _towns_by_district().get(district_code, ())


def town(code: str) -> Town:
    """One town."""
    try:
        return _towns()[code]
    except KeyError:
        raise CatalogueError(f"上海没有这个街道（镇）：{code}") from None


def roads(district_code: str, q: str = "", limit: int = 20) -> tuple[Road, ...]:
    """Roads of a district whose name holds `q`: those that begin with it first, then the more frequent."""
    found = [road for road in _roads_by_district().get(district_code, ()) if q in road.name]
    found.sort(key=lambda road: (not road.name.startswith(q), -road.occurrences, road.name))
    return tuple(found[:limit])


def road(district_code: str, name: str) -> Road | None:
    """The road with exactly this name, if it has been seen in the district."""
    return next((road for road in _roads_by_district().get(district_code, ()) if road.name == name), None)


@cache
def authorities() -> Mapping[str, Authority]:
    """The city's authority first, then those of the districts."""
    found = {CITY: Authority(CITY, "上海市市场监督管理局", "上海市市场监管局")}
    for code, place in districts().items():
        found[code] = Authority(code, f"上海市{place.name}市场监督管理局", f"{place.name}市场监管局")
    return MappingProxyType(found)


def authority(code: str) -> Authority:
    """The registration authority with this code."""
    try:
        return authorities()[code]
    except KeyError:
        raise CatalogueError(f"没有这个登记机关：{code}") from None


def authority_name(code: str) -> str:
    """Its full name; for an authority outside Shanghai the area's name with 市场监督管理部门."""
    if code in authorities():
        return authorities()[code].name
    return f"{area_name(code)}市场监督管理部门"


@cache
def areas() -> Mapping[str, Area]:
    """Provinces, cities and counties of China by code."""
    rows = read_csv(DIVISIONS / "china.csv")
    return MappingProxyType(
        {row["code"]: Area(row["code"], row["name"], row["level"], row["parent_code"]) for row in rows}
    )


def area_name(code: str) -> str:
    """浙江省杭州市西湖区 for 330106; CatalogueError for an unknown code."""
    parts: list[str] = []
    while code:
        if code not in areas():
            raise CatalogueError(f"没有这个行政区划：{code}")
        area = areas()[code]
        if area.name not in {"市辖区", "县", *parts}:
            parts.insert(0, area.name)
        code = area.parent
    return "".join(parts)


@cache
def _towns() -> Mapping[str, Town]:
    rows = read_csv(DIVISIONS / "towns.csv")
    return {row["code"]: Town(row["code"], row["name"], row["kind"], row["district_code"]) for row in rows}


@cache
def _towns_by_district() -> Mapping[str, tuple[Town, ...]]:
    found: dict[str, list[Town]] = {}
    for place in sorted(_towns().values(), key=lambda place: (not place.is_administrative, place.code)):
        found.setdefault(place.district, []).append(place)
    return {code: tuple(places) for code, places in found.items()}


@cache
def _roads_by_district() -> Mapping[str, tuple[Road, ...]]:
    found: dict[str, list[Road]] = {}
    for row in read_csv(DIVISIONS / "roads.csv"):
        code = row["district_code"]
        found.setdefault(code, []).append(Road(row["road"], code, int(row["occurrences"]), int(row["in_ftz"])))
    return {code: tuple(rows) for code, rows in found.items()}
