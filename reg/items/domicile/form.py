"""What is asked about a new 住所 (R006: 区、街道、路、弄、门牌号段、门牌号属性、楼栋、室号、详细地址、产权证编号)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from foundation.ui.parts import Section
from reg.catalog import codes, places, zones
from reg.items.kit import address
from reg.items.kit.fields import Choice, Day, Text, Yes, YesNo
from reg.items.kit.form import ItemForm, Payload

NUMBER_KINDS = (
    (address.SINGLE, "一个门牌号，例如 88 号"),
    (address.RANGE, "一段门牌号，例如 88-92 号"),
    (address.OTHER, "没有门牌号，照证上写"),
)
BY_CONTRACT = frozenset({"leased", "free_use"})
"""取得方式 whose right to use ends one day."""
_SIGNS = re.compile(r"[^\w·•\-－—、/.#()（）]")
_RANGE = re.compile(r"^[0-9A-Z]+-[0-9A-Z]+$")
SHORT = {"lane": 20, "number": 30, "building": 20, "floor": 12, "room": 30}


class Part(Text):
    """One part of an address: letters, digits and a few signs; its unit may be typed or left out."""

    def __init__(self, name: str, label: str, *, required: bool = False, hint: str = "", max_length: int = 0) -> None:
        super().__init__(
            label,
            required=required,
            hint=hint,
            max_length=max_length or SHORT[name],
            standard=lambda text: address.standard_part(name, text),
            autocomplete="off",
        )

    def clean(self, value: Any) -> str:
        kept = str(super().clean(value))
        if found := _SIGNS.search(kept):
            raise forms.ValidationError(f"{self.label}里有不能用的符号“{found.group()}”，请照产权证上的写法填。")
        return kept


def town_groups(district: str) -> list[tuple[str, Any]]:
    """Towns grouped by district, those of `district` first."""
    codes_ = sorted(places.districts(), key=lambda code: code != district)
    groups: list[tuple[str, Any]] = [
        (places.district(code).name, [(town.code, town.name) for town in places.towns(code)]) for code in codes_
    ]
    return [("", "请选择"), *groups]


class DomicileForm(ItemForm):
    """住所信息."""

    sections: ClassVar = (
        Section("在哪里", ("district", "town", "road", "in_zone")),
        Section("门牌", ("lane", "number_kind", "number", ("building", "floor"), "room"), note="没有的空着"),
        Section("怎么取得的", ("kind", "residents_agree", "usage_right_until", "property_certificate_no")),
    )
    follows: ClassVar = frozenset({"province", "city", "detail", "zone_prefix", "full", "std_code"})

    district = Choice(
        "区",
        lambda: [(place.code, place.name) for place in places.districts().values()],
        hint="网上只能在登记机关管辖的范围里迁移；迁到别的区要到窗口办",
    )
    town = Choice("街道、乡镇", lambda: town_groups("")[1:])
    road = Part("road", "路名", required=True, hint="写全名，例如 祖冲之路；没有路名的写村、组", max_length=40)
    in_zone = YesNo("这个地址在不在里面", yes="在，地址前加上名称", no="不在")
    lane = Part("lane", "弄", hint="只填数字，不用写“弄”")
    number_kind = Choice("门牌号属性", NUMBER_KINDS, radio=True)
    number = Part("number", "门牌号", required=True, hint="只填数字，不用写“号”")
    building = Part("building", "楼栋", hint="例如 2、A座")
    floor = Part("floor", "楼层", hint="例如 3、地下1")
    room = Part("room", "室号", hint="例如 1203")
    kind = Choice("取得方式", lambda: [(kind.code, kind.name) for kind in codes.address_kinds().values()])
    residents_agree = Yes("有利害关系的业主都同意把这处住宅改为经营性用房", hint="只有居改非要勾")
    usage_right_until = Day(
        "使用到哪一天", required=False, hint="租赁、无偿使用的照合同填；没有写期限的选长期", long=True
    )
    property_certificate_no = Text(
        "产权证编号",
        required=False,
        max_length=60,
        standard=address.standard_certificate,
        hint="例如 沪（2024）浦字不动产权第012345号。查得到的，不用再交证明",
        autocomplete="off",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at = _place(self.data if self.is_bound else self.initial)
        before = _place(self.initial)
        self.moved = self.is_bound and any(before.values()) and before != at
        """Whether the posted place is another than the saved one: what was said about the zone was about that one."""
        self.fields["town"].choices = town_groups(at["district"])  # type: ignore[attr-defined]  # a ChoiceField
        for name in ("district", "town", "road"):
            self.fields[name].widget.attrs["data-q"] = name
        self.fields["road"].widget.attrs["list"] = "road-names"
        self.road_names = [road.name for road in places.roads(at["district"], limit=400)] if at["district"] else []
        self._ask_zone(address.zone_of(at))

    def _ask_zone(self, zone: zones.ZonePrefix | None) -> None:
        """The question stands on the page only where the catalogue cannot tell."""
        field = self.fields["in_zone"]
        if zone is None or zone.certain:
            field.required, field.widget = False, forms.HiddenInput()
        else:
            field.label, field.help_text = f"在不在{zone.prefix}", zone.reason
            field.error_messages["required"] = f"请选这个地址在不在{zone.prefix}。"

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        self._check_place(values)
        self._check_zone(values)
        self._check_number(values)
        self._check_right(values)
        return values

    def _check_place(self, values: dict[str, Any]) -> None:
        district, town = values.get("district"), values.get("town")
        if district and town and places.town(town).district != district:
            name = places.district(district).name
            self.add_error("town", f"{places.town(town).name}不在{name}，请重新选街道、镇。")

    def _check_zone(self, values: dict[str, Any]) -> None:
        field = self.fields["in_zone"]
        if self.moved and field.required and values.get("in_zone") != "":
            values["in_zone"] = ""
            self.add_error("in_zone", f"路名、街道改过了。{field.error_messages['required']}")

    def _check_number(self, values: dict[str, Any]) -> None:
        number, kind = str(values.get("number") or ""), values.get("number_kind")
        if kind == address.RANGE and number and not _RANGE.match(number):
            self.add_error(
                "number", "一段门牌号要写头尾两个号，例如 88-92；只有一个号的，请把门牌号属性改成“一个门牌号”。"
            )
        elif kind == address.SINGLE and number and not re.search(r"\d", number):
            self.add_error("number", "门牌号里没有数字。没有门牌号的，请把门牌号属性改成“没有门牌号，照证上写”。")
        elif kind == address.SINGLE and _RANGE.match(number):
            values["number_kind"] = self.cleaned_data["number_kind"] = address.RANGE

    def _check_right(self, values: dict[str, Any]) -> None:
        kind = values.get("kind")
        if kind == address.MILITARY:
            self.add_error("kind", "部队房产不能登记为住所，请换一个地址。")
        if kind == address.RESIDENTIAL and not values.get("residents_agree"):
            self.add_error(
                "residents_agree",
                "住宅改为经营性用房，要有利害关系的业主一致同意（民法典279）。取得同意后再勾选，并上传居民委员会或者业主委员会的证明。",
            )
        if kind in BY_CONTRACT and not values.get("usage_right_until") and "usage_right_until" not in self.errors:
            self.add_error("usage_right_until", "请填写可以使用到哪一天；没有约定期限的，勾选长期。")
        number = str(values.get("property_certificate_no") or "")
        if number and not address.title_subjects({"property_certificate_no": number}):
            self.add_error(
                "property_certificate_no", "产权证编号不完整，请照证上写全，年份和号码都要有。没有产权证的空着。"
            )

    def payload(self) -> Payload:
        """What was typed, and what follows: 详细地址, prefix, the whole text."""
        typed = super().payload()
        if self.moved or not self.fields["in_zone"].required:
            typed["in_zone"] = self.cleaned_data.get("in_zone", "") if self.fields["in_zone"].required else ""
        return {
            **typed,
            "province": places.CITY_NAME,
            "city": places.CITY_NAME,
            "detail": address.detail_of(typed),
            "zone_prefix": address.prefix_of(typed),
            "full": address.full_of(typed),
        }


def _place(source: Mapping[str, Any]) -> dict[str, str]:
    """District, town and road before anything is validated: the form depends on them."""
    found = {name: str(source.get(name) or "") for name in ("district", "town", "road")}
    return {**found, "road": address.standard_part("road", found["road"])}
