"""What the page tells about the address as it stands: the whole text, the standard one, the title, the list of 集中登记地."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.items.domicile.page import town_name
from reg.items.kit import Facts, Hint, LookupFact
from reg.items.kit import address as house
from reg.items.kit.days import day_of, day_words

Payload = Mapping[str, Any]
MOST_PLACES = 8
ASK_ZONE = {"in_zone": ""}
"""Another place: whether it lies in the zone is asked anew."""


def hints(payload: Payload, case: CaseView, facts: Facts) -> Iterator[Hint]:
    """In the order of the page."""
    if payload.get("full"):
        yield Hint("full", "住所全文", str(payload["full"]), tone="ok" if payload.get("number") else "")
    yield from _standard(payload, facts)
    yield from _title(payload, facts)
    yield from _places(payload, case, facts)


def settle(payload: Payload, case: CaseView, facts: Facts) -> dict[str, Any]:
    """标准地址编码: the library's code of this very house; none while the library has not said so."""
    fact = house.fact_of("std_address", house.house_subjects(payload), facts)
    if not fact.settled and payload.get("std_code") and _code_stands(payload):
        return dict(payload)
    return {**payload, "std_code": str(fact.answer.get("std_code") or ""), "std_house": _house(payload)}


def _code_stands(payload: Payload) -> bool:
    """Whether the code that is kept was given for the house as it is typed now."""
    return payload.get("std_house") == _house(payload)


def _house(payload: Payload) -> str:
    return "|".join(house.house_key(payload))


def _standard(payload: Payload, facts: Facts) -> Iterator[Hint]:
    subjects = house.house_subjects(payload)
    if not subjects:
        return
    fact = house.fact_of("std_address", subjects, facts)
    if not fact.found:
        yield _still("std", "标准地址库", fact, "标准地址库里没有这个地址")
        return
    full, town = str(fact.answer.get("full") or ""), str(fact.answer.get("town") or "")
    parts = house.parts_of(full)
    take = {**ASK_ZONE, **parts, **({"town": town} if town else {})} if parts else {}
    if house.same_house(full, str(payload.get("full") or "")) and (not town or town == payload.get("town")):
        yield Hint("std", "标准地址库", "查到了，写法和标准的一致。", tone="ok")
        return
    lines = (("标准写法", full), *((("街道、乡镇", town_name(town)),) if town else ()))
    yield Hint(
        "std",
        "标准地址库",
        "查到了，和填的写法不完全一样。",
        lines=lines,
        tone="warn",
        take=take,
        take_label="用标准写法",
        source="address_book",
    )


def _title(payload: Payload, facts: Facts) -> Iterator[Hint]:
    if not house.title_subjects(payload):
        return
    fact = house.title_fact(payload, facts)
    if not fact.found:
        yield _still("title", "规资产权核验", fact, "没有查到这个产权证编号，要上传证明")
        return
    told = fact.answer
    lines = (("权利人", told.get("owner", "")), ("坐落", told.get("address", "")), ("用途", told.get("usage", "")))
    shown = tuple((label, str(value)) for label, value in lines if value)
    if house.title_proves(payload, facts):
        yield Hint("title", "规资产权核验", "查到了，和填的是同一处。使用证明免交。", lines=shown, tone="ok")
        return
    parts = house.parts_of(str(told.get("address") or "")) if house.title_differs(payload, fact) else {}
    yield Hint(
        "title",
        "规资产权核验",
        "查到了，和填的地址不一样。" if parts or house.title_differs(payload, fact) else "查到了，还要上传证明。",
        lines=shown,
        tone="warn",
        take={**ASK_ZONE, **parts} if parts else {},
        take_label="照产权证填地址",
        source="property",
    )


def _places(payload: Payload, case: CaseView, facts: Facts) -> Iterator[Hint]:
    """集中登记地 of the district, to pick from."""
    subjects = house.district_subjects(payload)
    if not subjects:
        return
    fact = house.fact_of("centralized_address", subjects, facts)
    if not fact.found:
        yield _still("places", "集中登记地名录", fact, "这个区的名录里没有集中登记地")
        return
    rows = [
        row for row in fact.answer["items"] if (day := day_of(row.get("valid_to"))) is None or day >= case.legal_day
    ]
    if not rows:
        yield Hint("places", "集中登记地名录", "这个区现在没有可以用的集中登记地。", tone="warn")
    for number, row in enumerate(rows[:MOST_PLACES]):
        if not house.same_house(str(row["full"]), str(payload.get("full") or "")):
            yield _place(number, row)


def _place(number: int, row: Payload) -> Hint:
    number_kind = house.RANGE if "-" in str(row.get("number")) else house.SINGLE
    parts = {key: str(row.get(key) or "") for key in (*house.HOUSE, "town")}
    take = {**ASK_ZONE, **parts, "number_kind": number_kind, "floor": ""}
    lines = (("地址", str(row["full"])), ("管理单位", str(row["manager"])), ("有效到", day_words(row["valid_to"])))
    return Hint(
        f"place{number}",
        str(row["name"]),
        lines=lines,
        take=take,
        take_label="选这个地址",
        source="address_book",
    )


def _still(key: str, title: str, fact: LookupFact, nothing: str) -> Hint:
    """What stands in the place of an answer."""
    if fact.state == "not_found":
        return Hint(key, title, f"{nothing}。", tone="warn")
    if fact.unavailable:
        return Hint(key, title, "现在没有回应，系统会再查。可以先往下填。", tone="warn")
    return Hint(key, title, "正在查…", tone="now")
