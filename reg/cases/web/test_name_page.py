"""The page of 名称 over HTTP: kept while unfinished, told as one types, one tap takes over what it offers. R004, R005, R107."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from reg.casefile.models import Case, ItemAnswer
from reg.cases.services import case_open
from reg.cases.web.test_pages import actor_of, browser, text
from reg.naming.models import Reservation
from reg.naming.parsing import parse
from reg.naming.register import names_of_register
from reg.naming.reservation import NotRead, Wish, name_reserve
from reg.testing import company, name_payload

pytestmark = pytest.mark.django_db
NEW = "上海星屿示例科技有限公司"


@pytest.fixture
def opened(db: None) -> tuple[Client, Case]:
    entity = company("C01")
    company("C06")
    names_of_register()
    return browser("P01"), case_open(actor=actor_of("P01"), entity=entity, chosen=["name"])


def url(case: Case, tail: str = "") -> str:
    return f"/cases/{case.number}/items/name{tail}"


def saved(case: Case) -> ItemAnswer:
    return ItemAnswer.objects.get(case=case, item_code="name", stream="draft")


def types(client: Client, case: Case, **changes: str) -> str:
    """What the page tells a moment after this was typed."""
    version = getattr(ItemAnswer.objects.filter(case=case, item_code="name").first(), "version", 0)
    done = client.post(url(case, "/autosave"), name_payload(**changes) | {"version": str(version)})
    assert done.status_code == 200
    return text(client.get(url(case, "/hints")))


def held_name(written: str = NEW) -> Reservation:
    wish = Wish(parse(written, "6513").parts, "llc", "change", uscc=company("C01").uscc)
    try:
        return name_reserve(actor=actor_of("P01"), wish=wish)
    except NotRead as unread:
        return name_reserve(actor=actor_of("P01"), wish=wish, read=[hit.written for hit in unread.found.similar])


@pytest.mark.row("R105", part="基于既有名称调整")
def test_the_page_begins_with_the_parts_of_the_present_name(opened: tuple[Client, Case]) -> None:
    client, case = opened
    page = client.get(url(case)).content.decode()
    assert 'value="星岚示例"' in page
    assert 'value="科技"' in page
    assert not ItemAnswer.objects.filter(case=case).exists()


@pytest.mark.row("R004", part="即时查重")
@pytest.mark.row("R004", part="实时数据质量提示和预警")
@pytest.mark.row("R107", part="核验结果和风险提示")
def test_a_moment_after_it_was_typed_the_name_is_told(opened: tuple[Client, Case]) -> None:
    client, case = opened
    assert "不能用：违反名称规定" in types(client, case, trade="雷锋")
    taken = types(client, case, trade="远帆示例", industry="供应链管理", small_class="7224")
    for words in ("已经有相同的名称", "上海远帆示例供应链管理有限公司", "风险等级 B", "这样写没有人用"):
        assert words in taken
    free = types(client, case)
    for words in ("星屿示例", "风险等级", "承诺制申报", "和原名称“上海星岚示例科技有限公司”比"):
        assert words in free


@pytest.mark.row("R004", part="异常数据识别和拦截")
def test_what_is_forbidden_stands_at_its_field_and_what_needs_the_window_is_told(opened: tuple[Client, Case]) -> None:
    client, case = opened
    stopped = client.post(url(case), name_payload(trade="雷锋") | {"version": "0"})
    assert stopped.status_code == 422
    assert 'id="id_trade_error"' in stopped.content.decode()
    window = client.post(url(case), name_payload(industry="融资担保") | {"version": str(saved(case).version)})
    assert window.status_code == 422
    assert "这个名称在网上还不能往下办" in text(window)
    assert "带上批准文件到登记机关窗口办理" in text(window)


@pytest.mark.row("R004", part="数据标准化处理")
def test_the_standard_writing_is_one_tap_away(opened: tuple[Client, Case]) -> None:
    client, case = opened
    told = types(client, case, trade="星嶼 示例")
    assert "星嶼示例 → 星屿示例" in told
    done = client.post(
        url(case), name_payload(trade="星嶼示例") | {"version": str(saved(case).version), "take": "standard"}
    )
    assert done.status_code == 302
    assert saved(case).payload["full"] == NEW


@pytest.mark.row("R005", part="选择保护期内的有效变更名称")
@pytest.mark.row("R005", part="实时数据质量提示和预警")
def test_a_held_name_is_offered_before_anything_was_saved_and_taken_up(opened: tuple[Client, Case]) -> None:
    client, case = opened
    number = held_name().number
    assert number in text(client.get(url(case)))
    posted: dict[str, Any] = name_payload(trade="星岚示例") | {"version": "0", "take": f"held-{number}"}
    assert client.post(url(case), posted).status_code == 302
    kept = saved(case)
    assert (kept.payload["source"], kept.payload["number"], kept.payload["full"]) == ("predeclared", number, NEW)
    assert "已核对：这个名称由本企业保留" in text(client.get(url(case)))
    done = client.post(url(case), {"source": "predeclared", "number": number, "version": str(kept.version)})
    assert done.headers["Location"].endswith("/items/articles")


@pytest.mark.row("R005", part="异常数据识别和拦截")
def test_a_wrong_number_stops_at_its_field(opened: tuple[Client, Case]) -> None:
    client, case = opened
    wrong = name_payload(source="predeclared", number="MB202611270000000199")
    stopped = client.post(url(case), wrong | {"version": "0"})
    assert stopped.status_code == 422
    page = stopped.content.decode()
    assert page.count("本企业名下没有这个保留号") >= 2
    assert 'id="id_number_error"' in page
