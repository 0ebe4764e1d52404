"""How the 住所 is shown, compared, printed and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reg.casefile.view import CaseView
from reg.catalog import codes, places
from reg.entities.services import Fact
from reg.items.kit import DiffLine, diff_fields
from reg.items.kit.days import day_words
from reg.items.kit.diff import Shown

ITEM = "domicile"


def district_name(code: Any) -> str:
    """浦东新区; an unknown code as it is."""
    found = places.districts().get(str(code))
    return found.name if found else str(code)


def town_name(code: Any) -> str:
    """张江镇; an unknown code as it is."""
    known = places.towns(str(code)[:6])
    return next((town.name for town in known if town.code == str(code)), str(code))


def kind_name(code: Any) -> str:
    """租赁; an unknown code as it is."""
    found = codes.address_kinds().get(str(code))
    return found.name if found else str(code)


FIELDS = (
    Shown("full", "住所"),
    Shown("district", "区", text=district_name),
    Shown("town", "街道、乡镇", text=town_name),
    Shown("kind", "取得方式", text=kind_name),
    Shown("usage_right_until", "使用到", text=day_words),
    Shown("property_certificate_no", "产权证编号"),
    Shown("std_code", "标准地址编码"),
)
REGISTERED = (
    "province", "city", "district", "town", "road", "lane", "number_kind", "number", "building", "floor", "room",
    "detail", "zone_prefix", "full", "property_certificate_no", "kind", "std_code", "usage_right_until",
)  # fmt: skip


def summary(case: CaseView) -> str:
    """The new address, or the present one while none is filled in."""
    now = case.answers.get(ITEM, {}).get("full")
    return f"→ {now}" if now else f"现在：{case.was(ITEM).get('full') or '没有登记'}"


def diff(case: CaseView) -> list[DiffLine]:
    """Line by line, 登记簿 against 申请."""
    return diff_fields(case.was(ITEM), case.now(ITEM), FIELDS, item=ITEM)


def to_register(case: CaseView) -> Iterator[Fact]:
    """What the register will hold."""
    yield Fact(ITEM, {key: case.answers[ITEM].get(key, "") for key in REGISTERED})


def section(case: CaseView) -> dict[str, Any]:
    """Data for the application form."""
    return {key: case.now(ITEM).get(key, "") for key in REGISTERED}
