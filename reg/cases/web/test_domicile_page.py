"""The pages of 住所 and 章程 over HTTP: kept while it is unfinished, saved and led on when it is whole. R006, R019."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from reg.casefile.models import Case, ItemAnswer
from reg.cases.services import case_open
from reg.cases.web.test_pages import actor_of, browser, text
from reg.testing import company

pytestmark = pytest.mark.django_db
HOME = {
    "district": "310115", "town": "310115125", "road": "祖冲之路", "lane": "", "number_kind": "号", "number": "9820",
    "building": "", "floor": "", "room": "311室", "kind": "leased", "usage_right_until_year": "2029",
    "usage_right_until_month": "6", "usage_right_until_day": "28", "property_certificate_no": "",
}  # fmt: skip


@pytest.fixture
def opened(db: None) -> tuple[Client, Case]:
    client = browser("P01")
    return client, case_open(actor=actor_of("P01"), entity=company("C01"), chosen=["domicile"])


def url(case: Case, code: str) -> str:
    return f"/cases/{case.number}/items/{code}"


def saved(case: Case, code: str) -> ItemAnswer:
    return ItemAnswer.objects.get(case=case, item_code=code, stream="draft")


@pytest.mark.row("R006", part="暂存")
def test_an_unfinished_address_is_kept_and_comes_back(opened: tuple[Client, Case]) -> None:
    client, case = opened
    half = {**HOME, "number": "", "room": ""}
    told = client.post(f"{url(case, 'domicile')}/autosave", half | {"version": "0"})
    version = told.json()["version"]
    assert saved(case, "domicile").payload["road"] == "祖冲之路"
    stopped = client.post(url(case, "domicile"), half | {"version": version})
    assert stopped.status_code == 422
    assert "请填写门牌号" in text(stopped)
    again = browser("P01").get(url(case, "domicile"))
    assert 'value="祖冲之路"' in again.content.decode()


@pytest.mark.row("R006", part="提交")
@pytest.mark.row("R019", part="暂存")
@pytest.mark.row("R019", part="提交")
def test_a_whole_address_leads_on_to_the_articles_that_carry_it(opened: tuple[Client, Case]) -> None:
    client, case = opened
    done = client.post(url(case, "domicile"), HOME | {"version": "0"})
    assert (done.status_code, done.headers["Location"]) == (302, url(case, "articles"))
    kept = saved(case, "domicile").payload
    assert kept["room"] == "311"
    assert kept["full"].endswith("祖冲之路9820号311室")
    page = client.get(url(case, "articles"))
    assert kept["full"] in text(page)
    decision: dict[str, Any] = {"mode": "meeting", "threshold": "two_thirds", "place": "公司会议室", "host": "张示例"}
    votes = {"vote_0": "for", "vote_1": "for", "vote_2": "for"}
    clause = {"clause_domicile_after": f"公司住所：{kept['full']}。"}
    unfinished = client.post(url(case, "articles"), decision | votes | clause | {"version": "0"})
    assert unfinished.status_code == 422
    assert saved(case, "articles").payload["resolution"]["place"] == "公司会议室"
    day = {"held_on_year": "2026", "held_on_month": "11", "held_on_day": "20"}
    version = saved(case, "articles").version
    whole = client.post(url(case, "articles"), decision | votes | clause | day | {"version": version})
    assert (whole.status_code, whole.headers["Location"]) == (302, f"/cases/{case.number}/check")
    assert saved(case, "articles").payload["resolution"]["held_on"] == "2026-11-20"
