"""名称自主申报 as JSON: what the page says, for programs. R102, R104."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from reg.cases.web.test_pages import browser
from reg.naming.index import name_file
from reg.naming.models import IndexedName, Reservation
from reg.naming.parsing import parse

pytestmark = pytest.mark.django_db
FORM = {"kind": "llc", "district": "310115", "region": "上海", "trade": "砚屿", "industry": "科技"}


def ask(what: str, **said: str) -> Any:
    return browser("P01").post(f"/api/names/{what}", {**FORM, **said})


@pytest.mark.row("R104", part="自动比对")
@pytest.mark.row("R104", part="未通过的具体原因")
def test_a_name_is_checked_and_everything_is_said_of_it() -> None:
    name_file(parse("上海砚屿科技有限公司").parts)
    name_file(parse("上海彦与科技有限公司").parts)
    said = ask("check").json()
    assert (said["name"], said["outcome"], said["may_be_held"]) == ("上海砚屿科技有限公司", "taken", False)
    assert [(one["name"], one["rule"]) for one in said["same"]] == [("上海砚屿科技有限公司", "S01")]
    assert [(one["name"], one["rule"]) for one in said["similar"]] == [("上海彦与科技有限公司", "P02")]
    assert said["same"][0]["basis"].startswith("《")
    assert said["small_class"]["code"] == "7519"
    assert (IndexedName.objects.count(), Reservation.objects.count()) == (2, 0), "asking changes nothing"


@pytest.mark.row("R104", part="禁用词校验")
def test_a_forbidden_word_comes_with_its_rule_and_its_law() -> None:
    said = ask("check", trade="雷锋").json()
    assert said["outcome"] == "forbidden"
    assert [(one["code"], one["part"]) for one in said["findings"]] == [("N091", "trade")]
    assert "规定" in said["findings"][0]["basis"]


def test_a_free_name_says_until_when_and_a_restricted_one_who_decides() -> None:
    free = ask("check").json()
    assert (free["outcome"], free["decided_by_the_desk"], free["same"], free["similar"]) == ("free", False, [], [])
    year = ask("check", prior_approval="on").json()
    assert year["held_until"] > free["held_until"]
    restricted = ask("check", industry="").json()
    assert (restricted["outcome"], restricted["may_plead"], restricted["decided_by_the_desk"]) == (
        "restricted",
        True,
        True,
    )


def test_suggestions_are_free_and_none_where_none_is_needed() -> None:
    assert ask("suggestions").json() == {"items": []}
    name_file(parse("上海砚屿科技有限公司").parts)
    items = ask("suggestions").json()["items"]
    assert items
    for one in items:
        assert ask("check", trade=one["trade"], industry=one["industry"]).json()["outcome"] == "free"


def test_what_is_missing_is_named_field_by_field_and_strangers_ask_nothing() -> None:
    for what in ("check", "suggestions"):
        answer = ask(what, trade=" ", district="999999")
        assert answer.status_code == 422
        assert set(answer.json()["errors"]) == {"trade", "district"}
    assert Client().post("/api/names/check", FORM).status_code == 302
    assert browser("P01").get("/api/names/check").status_code == 405


@pytest.mark.row("R102", part="主营行业")
def test_an_industry_is_found_by_what_the_business_does() -> None:
    items = browser("P01").get("/api/names/industries?q=软件开发").json()["items"]
    assert items[0] == {"value": "6513", "label": "应用软件开发", "by": "软件开发"}
    assert browser("P01").get("/api/names/industries").json() == {"items": []}
