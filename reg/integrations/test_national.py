"""全国企业信息: what the adapter believes, over a real socket. R108, R109."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from foundation.outside.result import Found, NotFound, Unavailable
from reg.integrations import national
from reg.integrations.testing import Stub, outside_stub

pytestmark = pytest.mark.django_db
USCC = "91330106MAXX00293F"
FIRM: dict[str, Any] = {
    "name": "杭州外省样例科技有限公司",
    "entity_type": "1130",
    "industry": "6513",
    "status": "active",
    "district": "330106",
    "established": "2018-01-01",
    "parent": None,
    "branches": 1,
}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with outside_stub("national") as one:
        yield one


@pytest.mark.row("R108", part="外省市企业信息查询")
def test_a_company_of_another_province_is_read(stub: Stub) -> None:
    stub.say({"uscc": USCC, "known": True, "company": FIRM})
    answer = national.company({"uscc": USCC})
    assert isinstance(answer, Found)
    assert (answer.value["name"], answer.value["district"], answer.value["parent_uscc"]) == (FIRM["name"], "330106", "")
    assert stub.asked == [f"/companies/{USCC}"]


@pytest.mark.row("R109", part="外省市分支机构查询")
def test_a_branch_comes_with_its_parent(stub: Stub) -> None:
    parent = {"uscc": "91320508MAXX09028T", "name": "苏州市墨舟样本餐饮管理有限公司", "entity_type": "1130"}
    stub.say({"uscc": USCC, "known": True, "company": {**FIRM, "parent": parent, "branches": 0}})
    answer = national.company({"uscc": USCC})
    assert isinstance(answer, Found)
    assert answer.value["parent_name"] == parent["name"]


def test_nobody_is_an_answer(stub: Stub) -> None:
    stub.say({"uscc": USCC, "known": False, "company": None})
    assert national.company({"uscc": USCC}) == NotFound()


@pytest.mark.parametrize(
    "lie",
    [
        {"uscc": "91330110MAXX0901X6", "known": True, "company": FIRM},
        {"uscc": USCC},
        {"uscc": USCC, "company": "杭州"},
        {"uscc": USCC, "company": {**FIRM, "parent": "杭州"}},
        {"uscc": USCC, "company": {**FIRM, "branches": None}},
    ],
)
def test_an_answer_about_somebody_else_or_without_sense_is_no_answer(stub: Stub, lie: dict[str, Any]) -> None:
    stub.say(lie)
    assert isinstance(national.company({"uscc": USCC}), Unavailable)


def test_a_system_that_breaks_is_asked_again_later(stub: Stub) -> None:
    stub.say({"error": "internal", "message": "x"}, 500)
    assert isinstance(national.company({"uscc": USCC}), Unavailable)
