"""全国企业信息: a company of another province, its branch, and nobody."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from stdnum.cn import uscc

from sandbox.national.book import companies
from sandbox.testing import Caller
from sandbox.world.models import Company

HANGZHOU, YUHANG, KUNSHAN = "91330106MAXX00293F", "91330110MAXX0901X6", "91320583MAXX090369"


def test_a_company_is_told_with_its_branches_and_a_branch_with_its_parent(reg: Caller) -> None:
    firm = reg.get(f"/national/companies/{HANGZHOU}").json()["company"]
    assert (firm["name"], firm["parent"], firm["branches"]) == ("杭州外省样例科技有限公司", None, 1)
    branch = reg.get(f"/national/companies/{YUHANG}").json()["company"]
    assert branch["parent"]["uscc"] == HANGZHOU
    assert branch["name"].startswith(branch["parent"]["name"])


def test_a_company_that_nobody_knows_is_told_as_unknown(reg: Caller) -> None:
    assert reg.get("/national/companies/91310115MAXX00015T").json() == {
        "uscc": "91310115MAXX00015T",
        "known": False,
        "company": None,
    }


def test_a_wrong_answer_names_the_company_it_is_about(reg: Caller, fault: Callable[..., None]) -> None:
    fault("national", mode="wrong")
    assert reg.get(f"/national/companies/{HANGZHOU}").json()["uscc"] == YUHANG


def test_testers_read_the_codes_and_what_they_are_for(browser: Client) -> None:
    page = browser.get("/companies/?q=昆山").content.decode()
    assert KUNSHAN in page
    assert "母体留在苏州" in page


def test_the_companies_have_valid_codes_and_agree_with_the_stories(reg: Caller) -> None:
    for one in companies().values():
        assert uscc.is_valid(one.uscc)
        assert one.uscc[2:8] == one.district
        assert not one.district.startswith("31")
        assert not one.parent or one.parent in companies()
        told = Company.objects.filter(uscc=one.uscc).first()
        assert told is None or (told.name, told.status, told.story["industry"]) == (one.name, one.status, one.industry)
