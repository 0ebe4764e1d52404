"""The page of 联络员 over HTTP: what is said at once, who may be taken over, what a case leaves alone. R001, R020."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from reg.casefile.models import Case
from reg.cases.services import case_open
from reg.cases.web.test_pages import actor_of, browser, text
from reg.entities import stories
from reg.testing import company, draft, liaison_payload, tell_truth

pytestmark = pytest.mark.django_db
WATCHED = {"hits": [{"list": "monitored", "reason": "", "from": "2026-01-01", "to": ""}]}


def drafted() -> tuple[Client, Case]:
    client = browser("P02")
    return client, draft(actor_of("P02"), company("C02"))


def url(case: Case) -> str:
    return f"/cases/{case.number}/items/liaison"


@pytest.mark.row("R020", part="实时数据质量提示和预警")
def test_what_the_outside_says_stands_on_the_page_as_soon_as_it_is_saved() -> None:
    client, case = drafted()
    assert "人员监控名单" not in text(client.get(url(case)))
    tell_truth(case, watchlist_person=WATCHED)
    assert "在登记机关的人员监控名单中" in text(client.get(url(case)))
    tell_truth(case, mobile_owner={"match": False})
    told = client.post(url(case), liaison_payload("P05") | {"version": "1"})
    assert told.status_code == 422
    assert "您填写的登记联络员移动电话非本人实名制移动电话，请修改。" in text(told)
    assert 'href="#id_mobile"' in told.content.decode()


@pytest.mark.row("R001", part="不涉及变更的内容不可修改、沿用上一被核准内容")
def test_a_room_that_is_not_part_of_the_case_has_no_page_and_takes_nothing() -> None:
    client, case = drafted()
    for address in ("domicile", "legal_representative", "officers", "officers/rows/new"):
        there = f"/cases/{case.number}/items/{address}"
        assert client.get(there).status_code == 404
        assert client.post(there, {"name": "张三", "version": "0"}).status_code == 404
    assert set(case.answers.values_list("item_code", flat=True)) == {"liaison"}


@pytest.mark.row("R020", part="查询辅助输入")
def test_a_person_whom_the_register_knows_becomes_liaison_without_typing() -> None:
    client = browser("P01")
    case = case_open(actor=actor_of("P01"), entity=company("C01"), chosen=["liaison"])
    page = client.get(url(case))
    assert "从已有人员中选" in text(page)
    keys = re.findall(r'value="(\w{20})">.*?q-row__t">([^<]+)<', page.content.decode(), re.DOTALL)
    client.post(f"{url(case)}/person", {"person": next(key for key, name in keys if name == "卫甲")})
    kept = case.answers.get(item_code="liaison", stream="draft")
    known = stories.person_payload("P13")
    for field in ("name", "id_type", "id_number", "mobile", "email"):
        assert (kept.payload[field], kept.sources[field]) == (known[field], "register")
