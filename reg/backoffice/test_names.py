"""名称库 for staff: found by number, name, 字号, part and sound. R104."""

from __future__ import annotations

import pytest

from reg.backoffice.testing import desk_of, text
from reg.naming.index import name_file
from reg.naming.models import IndexedName
from reg.naming.parsing import parse
from reg.naming.reservation import Wish, name_reserve
from reg.naming.search import names_search
from reg.testing import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three() -> None:
    name_file(parse("上海星岚科技有限公司").parts, uscc="91310115MAXX00015T")
    name_file(parse("上海星岚达餐饮有限公司").parts)
    name_file(parse("上海兴澜贸易有限公司").parts)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("上海星岚科技有限公司", {"上海星岚科技有限公司": "名称相同"}),
        ("91310115MAXX00015T", {"上海星岚科技有限公司": "号码相同"}),
        (
            "星岚",
            {
                "上海星岚科技有限公司": "字号相同",
                "上海兴澜贸易有限公司": "字号同音",
                "上海星岚达餐饮有限公司": "字号里有",
            },
        ),
        ("墨舟", {}),
        ("", {}),
        ("'; DROP TABLE naming_namekey; --", {}),
    ],
)
def test_a_name_is_found_by_any_part(asked: str, found: dict[str, str]) -> None:
    assert {one.name.written: one.how for one in names_search(asked)} == found


def test_a_hold_is_found_by_its_number_and_shown_with_its_neighbours() -> None:
    wish = Wish(parse("上海砚屿科技有限公司").parts, "llc", "establish")
    held = name_reserve(actor=person("P01"), wish=wish)
    name_file(parse("上海砚雨科技有限公司").parts)
    desk = desk_of("shen1")
    assert held.number in text(desk.get(f"/desk/names?q={held.number}"))
    name = IndexedName.objects.get(written=held.written)
    page = text(desk.get(f"/desk/names/{name.pk}"))
    for said in (held.number, "1 个相近", "读音相同", "7519"):
        assert said in page
    assert desk.get("/desk/names/0").status_code == 404
