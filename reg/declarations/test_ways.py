"""The ways to a name as pages: a branch, a new name, a move; each from finding the enterprise to a name that is held. R103-R110."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from reg.cases.web.test_pages import _plain_static, browser, text
from reg.declarations.models import Declaration
from reg.naming.models import NameClaim, Reservation
from reg.testing import company

__all__ = ["_plain_static"]
pytestmark = pytest.mark.django_db
PUDONG, XUHUI = "310115", "310104"


def branch(**more: str) -> dict[str, str]:
    return {"district": PUDONG, "place": "district", "serial": "", "industry": "", "form": "分公司", **more}


def hold(client: Client, url: str, sent: dict[str, Any]) -> Any:
    """See the result, then press the button under it with what was read."""
    shown = client.post(url, {**sent, "do": "check"})
    read = [hit.written for hit in (shown.context["report"].found.similar if "report" in shown.context else ())]
    return client.post(url, {**sent, "do": "hold", "read": read})


# ---- a branch ----


@pytest.mark.row("R103", part="录入隶属企业名称和代码")
@pytest.mark.parametrize("by", ["uscc", "name"])
def test_the_parent_is_found_by_its_number_or_its_whole_name(by: str) -> None:
    parent, client = company("C01"), browser("P60")
    shown = client.get("/names/branch", {"q": getattr(parent, by)})
    assert parent.name in text(shown)
    assert f"/names/branch/{parent.uscc}" in shown.content.decode()
    assert "没有找到这家企业" in text(client.get("/names/branch", {"q": "上海没有科技有限公司"}))


@pytest.mark.row("R103", part="录入隶属企业名称和代码")
@pytest.mark.parametrize(
    ("story", "why"), [("C18", "它自己就是分支机构"), ("C26", "吊销"), ("C27", "清算"), ("C29", "不在上海登记")]
)
def test_a_parent_that_can_have_no_branch_is_refused_with_the_reason(story: str, why: str) -> None:
    refused, client = company(story), browser("P60")
    shown = client.get("/names/branch", {"q": refused.uscc})
    assert why in text(shown)
    assert f"/names/branch/{refused.uscc}" not in shown.content.decode()
    assert client.get(f"/names/branch/{refused.uscc}")["Location"] == f"/names/branch?q={refused.uscc}"
    assert client.post(f"/names/branch/{refused.uscc}", branch(do="hold")).status_code == 302
    assert not Declaration.objects.exists()


@pytest.mark.row("R103", part="录入隶属企业名称和代码")
@pytest.mark.row("R103", part="名称继承派生合规")
def test_the_name_is_derived_as_one_types_and_held_with_its_parent() -> None:
    parent, client = company("C01"), browser("P60")
    url = f"/names/branch/{parent.uscc}"
    assert parent.name in text(client.get(url))
    live = client.post(url, branch(do="result"))
    assert live.templates[0].name == "declarations/_result.html"
    assert f"{parent.name} 浦东 分公司" in text(live)
    answer = hold(client, url, branch())
    one = Declaration.objects.get()
    assert answer["Location"] == f"/names/{one.number}"
    assert (one.written, one.kind) == (f"{parent.name}浦东分公司", "company_branch")
    assert (one.parent_uscc, one.parent_name, one.uscc) == (parent.uscc, parent.name, "")
    assert one.reservation.state == Reservation.State.HELD
    assert one.authority == PUDONG
    assert parent.name in text(client.get(answer["Location"]))


@pytest.mark.row("R103", part="组织形式一致")
def test_the_endings_offered_are_those_of_the_parents_kind() -> None:
    partnership, client = company("C11"), browser("P60")
    page = client.get(f"/names/branch/{partnership.uscc}").content.decode()
    assert "分部" in page
    assert "分公司" not in page
    refused = client.post(f"/names/branch/{partnership.uscc}", branch(do="hold"))
    assert refused.status_code == 422


@pytest.mark.row("R103", part="行业表述一致")
def test_another_industry_needs_the_word_for_it_or_the_desk() -> None:
    parent, client = company("C01"), browser("P60")
    url = f"/names/branch/{parent.uscc}"
    silent = client.post(url, branch(industry="餐饮", do="check"))
    assert "限制使用" in text(silent)
    assert "分支机构另有行业" in text(silent)
    said = client.post(url, branch(industry="餐饮", other_industry="on", do="check"))
    assert "可以用" in text(said)
    empty = client.post(url, branch(other_industry="on", do="check"))
    assert empty.status_code == 422
    assert "请写明是什么行业" in text(empty)
    assert hold(client, url, branch(industry="餐饮", other_industry="on")).status_code == 302
    assert Declaration.objects.get().parts["small_class"].startswith("62")


@pytest.mark.row("R103", part="名称继承派生合规")
def test_a_branch_that_is_registered_or_held_already_is_taken_and_a_number_offered() -> None:
    parent, client = company("C01"), browser("P60")
    company("C18")
    call_command("naming_index")
    url = f"/names/branch/{parent.uscc}"
    taken = client.post(url, branch(district=XUHUI, do="check"))
    assert "已经有相同的名称" in text(taken)
    assert f"{parent.name}徐汇第一分公司" in text(taken)
    near = next(one["url"] for one in taken.context["suggested"])
    again = client.get(near)
    assert 'value="第一"' in again.content.decode()
    assert hold(client, url, branch()).status_code == 302
    assert hold(browser("P61"), url, branch()).status_code == 409
    assert NameClaim.objects.count() == 1


def test_a_double_tap_declares_once() -> None:
    parent, client = company("C01"), browser("P60")
    url, sent = f"/names/branch/{parent.uscc}", branch(do="hold", idempotency_key="k1")
    answers = [client.post(url, sent) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {f"/names/{Declaration.objects.get().number}"}
