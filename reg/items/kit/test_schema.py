"""Every room tells its JSON schema, and an answer that its form accepts is of it."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from reg.items.kit import Item
from reg.items.kit.schema import room_schema
from reg.items.kit.testing import officer, person, story_officers
from reg.items.registry import ROOMS

LEADER = {
    **person("P04"),
    "position": "chairman",
    "appointed_by": "board",
    "appointment_mode": "elected",
    "reason": "resigned",
    "resigned_on": "2026-11-01",
}
AGENT = {
    **person("P24"),
    "kind": "agency",
    "agency_name": "上海示例登记代理服务有限公司",
    "agency_uscc": "91310115MAXX00015T",
    "filing_no": "",
    "scope": ["correct_form"],
    "valid_from": "2026-11-23",
    "valid_to": "2027-05-22",
}


@pytest.mark.parametrize("item", ROOMS, ids=lambda item: item.code)
def test_the_schema_of_every_room_is_a_schema(item: Item) -> None:
    schema = room_schema(item)
    jsonschema_rs.meta.validate(schema)
    assert schema["title"] == item.title
    head = schema["properties"]["structure"] if item.rows else schema
    assert set(head["properties"]) == set(item.form.base_fields)


@pytest.mark.parametrize(
    ("code", "payload"),
    [
        ("legal_representative", LEADER),
        ("agent", AGENT),
        ("liaison", person("P05")),
    ],
)
def test_what_the_form_accepts_is_of_the_schema(code: str, payload: dict[str, Any]) -> None:
    item = next(room for room in ROOMS if room.code == code)
    form = item.form.read(payload)
    assert form.missing == {}
    checker = jsonschema_rs.validator_for(room_schema(item), validate_formats=True)
    assert [error.message for error in checker.iter_errors(form.payload())] == []
    assert not checker.is_valid({**form.payload(), "name": 7})
    assert not checker.is_valid({**form.payload(), "mobile": "12345"})


def test_the_schema_of_a_list_room_holds_for_its_rows() -> None:
    item = next(room for room in ROOMS if room.code == "officers")
    assert item.rows is not None
    row = officer("P12", "director", "elected", "shareholders")
    answer = story_officers("C01", row, directors_count=4)
    form = item.rows.form.read(row)
    assert form.missing == {}
    answer["rows"] = [{**form.payload(), "row_id": row["row_id"], "change": "added"}]
    checker = jsonschema_rs.validator_for(room_schema(item), validate_formats=True)
    assert [error.message for error in checker.iter_errors(answer)] == []
    wrong = {**answer, "rows": [{**answer["rows"][0], "change": "exchanged"}]}
    assert not checker.is_valid(wrong)
    assert not checker.is_valid({**answer, "structure": {**answer["structure"], "board": "yes"}})
