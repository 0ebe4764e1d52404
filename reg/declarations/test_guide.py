"""导办: each kind of declaration says when, with what and how, and where it begins. R101."""

from __future__ import annotations

import pytest

from reg.cases.web.test_pages import _plain_static, browser, text
from reg.catalog.name_guides import name_guides
from reg.declarations.models import Declaration
from reg.declarations.web.names import ENTRIES
from reg.testing import company

__all__ = ["_plain_static"]
pytestmark = pytest.mark.django_db
SAID = ("什么情况用", "先准备好", "名称怎么写", "什么不能用", "一步一步怎么办", "保留多久", "您要做到的")


@pytest.mark.parametrize(
    ("kind", "only"),
    [
        pytest.param("establish", "只能用于前置许可和设立登记", marks=pytest.mark.row("R101", part="前置名称申报说明")),
        pytest.param(
            "change", "只能用于这家企业的名称变更登记", marks=pytest.mark.row("R101", part="变更名称申报说明")
        ),
        pytest.param("move-in", "只能用于外省市迁入登记", marks=pytest.mark.row("R101", part="迁入名称申报说明")),
    ],
)
def test_each_kind_is_explained_in_full_on_a_page_of_its_own(kind: str, only: str) -> None:
    client = browser("P60")
    told = text(client.get(f"/names/guide/{kind}"))
    for heading in (*SAID, only, "保留 2 个月", "保留 1 年"):
        assert heading in told, heading
    assert only in text(client.get("/names")), "and in a word on the list"


def test_an_unknown_kind_has_no_page() -> None:
    assert browser("P60").get("/names/guide/other").status_code == 404


def test_every_kind_says_something_of_everything_and_has_its_entry() -> None:
    assert set(name_guides()) == set(ENTRIES) == set(Declaration.Business.values)
    for guide in name_guides().values():
        assert all(
            (guide.applies, guide.prepare, guide.norms, guide.prohibited, guide.steps, guide.terms, guide.duties)
        )


@pytest.mark.row("R101", part="申报入口")
def test_enterprise_and_branch_have_their_entry_in_each_kind() -> None:
    page = browser("P60").get("/names").content.decode()
    for entries in ENTRIES.values():
        words = "".join(f"{entry.title}{entry.sub}" for entry in entries)
        assert "企业" in words
        assert "分支机构" in words
        assert all(f'href="{entry.url}"' in page for entry in entries)


@pytest.mark.row("R101", part="流程控制")
def test_nobody_composes_a_name_before_the_steps_ahead_of_it_are_done() -> None:
    """A branch needs its parent, a change its enterprise, a move what the other province says."""
    client, branch = browser("P60"), company("C18")
    sent = {"do": "hold", "district": "310115", "form": "分公司", "trade": "屿栩", "region": "上海", "industry": "科技"}
    assert client.post("/names/branch", sent).status_code == 405
    assert client.post("/names/change", sent).status_code == 405
    assert client.post(f"/names/branch/{branch.uscc}", sent)["Location"] == f"/names/branch?q={branch.uscc}"
    assert client.post(f"/names/change/{branch.uscc}", sent).status_code == 404
    told = client.post("/names/move-in/91330106MAXX00293F", sent)
    assert "还没有查它的登记情况" in text(told)
    assert not Declaration.objects.exists()
