"""The ways to a name as pages: a branch, a new name, a move; each from finding the enterprise to a name that is held. R103-R110."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from foundation import clock
from foundation.identity.actor import NotVisible
from reg.casefile.mandate import mandate_key
from reg.casefile.models import Confirmation, Party
from reg.cases.services import case_open
from reg.cases.web.test_pages import _plain_static, actor_of, browser, text
from reg.declarations.grounds import branch_ground, change_ground, change_refused, parent_refused
from reg.declarations.models import Declaration
from reg.declarations.testing import declare
from reg.declarations.web.forms import BranchForm, form_class
from reg.entities import stories
from reg.entities.models import Entity
from reg.naming.branches import branch_endings
from reg.naming.checking import Outcome, name_check
from reg.naming.models import NameClaim, Reservation
from reg.testing import company, person

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
@pytest.mark.parametrize(("story", "why"), [("C18", "它自己就是分支机构"), ("C26", "吊销"), ("C27", "清算")])
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
    assert live.templates[0].name == "declarations/_answer.html"
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


# ---- a new name ----


def renamed(**more: str) -> dict[str, str]:
    parts = {"region": "上海", "trade": "屿栩", "industry": "科技", "form": "有限公司", "order": "front"}
    return {**parts, "small_class": "6513", "group": "", **more}


@pytest.mark.row("R105", part="按代码或名称查询母体企业")
@pytest.mark.parametrize("by", ["uscc", "name"])
def test_a_company_is_found_and_its_leader_goes_on(by: str) -> None:
    firm = company("C01")
    asked = {"q": getattr(firm, by)}
    own = browser("P01").get("/names/change", asked)
    assert firm.name in text(own)
    assert f"/names/change/{firm.uscc}" in own.content.decode()
    strange = browser("P60").get("/names/change", asked)
    assert "由它的法定代表人（负责人）、联络员申报" in text(strange)
    assert f"/names/change/{firm.uscc}" not in strange.content.decode()


def test_who_may_not_speak_for_the_company_finds_nothing_and_declares_nothing() -> None:
    firm, stranger = company("C01"), browser("P60")
    url = f"/names/change/{firm.uscc}"
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, renamed(do="hold")).status_code == 404
    assert stranger.post(url, renamed(do="result")).status_code == 404
    assert browser("P13").get(url).status_code == 404, "a shareholder sees the company, but does not rename it"
    assert not Declaration.objects.exists()


def test_no_other_door_leads_to_a_name_for_somebody_elses_company() -> None:
    firm = company("C01")
    with pytest.raises(NotVisible):
        declare(person("P60"), business="change", uscc=firm.uscc)
    assert not Reservation.objects.exists()


def test_an_agent_renames_only_once_the_company_confirmed_him() -> None:
    firm, agent = company("C01"), browser("P25")
    url = f"/names/change/{firm.uscc}"
    case = case_open(actor=actor_of("P25"), entity=firm, chosen=["liaison"], as_agent=True)
    party = Party.objects.create(
        case=case,
        kind=Party.Kind.AGENT,
        person_index=person("P25").person_index,
        name="x",
        invited_by="x",
        invited_at=clock.now(),
    )
    assert agent.get(url).status_code == 404
    Party.objects.filter(pk=party.pk).update(state=Party.State.ACTIVE)
    assert agent.get(url).status_code == 404, "the company agreed, but not to this mandate"
    Confirmation.objects.create(
        case=case, finding_key=mandate_key({}), message="x", confirmed_by="x", confirmed_at=clock.now()
    )
    assert agent.get(url).status_code == 200
    Party.objects.filter(pk=party.pk).update(state=Party.State.ENDED)
    assert agent.get(url).status_code == 404


@pytest.mark.row("R105", part="基于既有名称调整")
def test_the_form_begins_with_the_present_name_and_a_change_changes_something() -> None:
    firm, leader = company("C01"), browser("P01")
    call_command("naming_index")
    url = f"/names/change/{firm.uscc}"
    form = leader.get(url).context["form"]
    assert {name: form[name].value() for name in ("region", "trade", "industry", "form")} == {
        "region": "上海",
        "trade": "星岚示例",
        "industry": "科技",
        "form": "有限公司",
    }
    same = renamed(trade="星岚示例")
    assert leader.post(url, {**same, "do": "hold"}).status_code == 422
    assert "和现在的名称一样" in text(leader.post(url, {**same, "do": "result"}))
    nearly = renamed(trade="星岚示例", form="有限责任公司", do="check")
    assert leader.post(url, nearly).context["report"].outcome is Outcome.FREE, (
        "its own name stands in nobody's way here"
    )
    stranger = {**nearly, "kind": "llc", "district": PUDONG}
    assert leader.post("/names/new", stranger).context["report"].outcome is Outcome.TAKEN


@pytest.mark.row("R105", part="关联原企业登记信息")
@pytest.mark.row("R107", part="新名称合规性")
def test_the_new_name_is_held_for_the_company_whose_name_it_is() -> None:
    firm, leader = company("C01"), browser("P01")
    url = f"/names/change/{firm.uscc}"
    assert "英雄烈士姓名" in text(leader.post(url, renamed(trade="雷锋", do="check")))
    assert hold(leader, url, renamed()).status_code == 302
    one = Declaration.objects.get()
    assert (one.business, one.written, one.kind) == ("change", "上海屿栩科技有限公司", "llc")
    assert (one.uscc, one.old_name, one.authority) == (firm.uscc, firm.name, firm.authority)
    assert (one.reservation.business, one.reservation.uscc) == ("change", firm.uscc)
    again = leader.post(url, renamed(do="hold"))
    assert again.status_code == 422
    assert f"已经为这家企业申报过了，申请号 {one.number}" in text(again)


@pytest.mark.row("R107", part="新名称与原名称关联性")
@pytest.mark.row("R107", part="分支与母体名称关联性")
@pytest.mark.row("R107", part="核验结果和风险提示")
def test_the_result_tells_what_changes_who_follows_and_what_it_means() -> None:
    firm, leader = company("C01"), browser("P01")
    for story in ("C18", "C19"):
        company(story)
    url = f"/names/change/{firm.uscc}"
    told = text(leader.post(url, renamed(do="result")))
    assert "可以用" in told
    assert "字号 星岚示例 屿栩" in told
    assert "字号从“星岚示例”改成“屿栩”" in told
    assert "它有 2 家分支机构，名称都要跟着改" in told
    assert "改名不满 1 年，别人不能用原名称的字号申报同行业的名称" in told
    assert "可能被要求再次改名" in told
    kept = text(leader.post(url, renamed(trade="星岚示例", industry="软件", do="result")))
    assert "字号没有变，行业变了" in kept


@pytest.mark.row("R106", part="按代码或名称查询分支机构")
@pytest.mark.row("R106", part="基于既有名称调整")
def test_a_branch_begins_with_its_own_name_behind_its_parents() -> None:
    branch_, leader = company("C18"), browser("P04")
    shown = leader.get("/names/change", {"q": branch_.name})
    assert company("C01").name in text(shown)
    assert f"/names/change/{branch_.uscc}" in shown.content.decode()
    form = leader.get(f"/names/change/{branch_.uscc}").context["form"]
    assert [form[name].value() for name in ("place", "serial", "industry", "form")] == ["district", "", "", "分公司"]
    same = leader.post(f"/names/change/{branch_.uscc}", branch(do="hold"))
    assert same.status_code == 422
    assert "没有变化" in text(same)


@pytest.mark.row("R106", part="与变更后母体名称一致")
@pytest.mark.row("R107", part="分支与母体名称关联性")
def test_a_branch_follows_the_name_that_its_parent_holds_for_its_change() -> None:
    parent, branch_ = company("C01"), company("C18")
    assert hold(browser("P01"), f"/names/change/{parent.uscc}", renamed()).status_code == 302
    leader, url = browser("P04"), f"/names/change/{branch_.uscc}"
    heads = [value for value, _ in leader.get(url).context["form"].fields["head"].choices]
    assert heads == ["上海屿栩科技有限公司", parent.name], "the new name is offered first"
    new = branch(head=heads[0])
    told = text(leader.post(url, {**new, "do": "result"}))
    assert "隶属企业办好变更登记以后，分支机构才能用它登记" in told
    assert hold(leader, url, new).status_code == 302
    one = Declaration.objects.get(uscc=branch_.uscc)
    assert one.written == "上海屿栩科技有限公司徐汇分公司"
    assert (one.parent_uscc, one.parent_name, one.old_name) == (parent.uscc, heads[0], branch_.name)
    forged = leader.post(url, {**branch(head="上海别家科技有限公司"), "do": "hold"})
    assert forged.status_code == 422


@pytest.mark.row("R106", part="与变更后母体名称一致")
def test_a_branch_that_lags_behind_its_renamed_parent_takes_the_parents_present_name() -> None:
    parent, branch_ = company("C01"), company("C18")
    Entity.objects.filter(pk=parent.pk).update(name="上海屿栩科技有限公司")
    leader, url = browser("P04"), f"/names/change/{branch_.uscc}"
    told = leader.post(url, {**branch(), "do": "check"})
    assert told.context["report"].parts.full == "上海屿栩科技有限公司徐汇分公司"
    assert "分支机构跟着隶属企业改名" in text(told)


@pytest.mark.parametrize(("story", "why"), [("C26", "吊销"), ("C27", "清算")])
def test_a_company_that_does_not_stand_is_not_renamed(story: str, why: str) -> None:
    firm = company(story)
    leader = stories.companies()[story]["leader"]
    client = browser(leader)
    assert why in text(client.get("/names/change", {"q": firm.uscc}))
    assert client.get(f"/names/change/{firm.uscc}").status_code == 302


# ---- every enterprise of the stories ----

HERE = [code for code, story in stories.companies().items() if story["district"].startswith("31")]


@pytest.mark.row("R105", part="基于既有名称调整")
@pytest.mark.row("R106", part="基于既有名称调整")
@pytest.mark.parametrize("code", HERE)
def test_the_present_name_taken_apart_and_put_together_is_the_present_name(code: str) -> None:
    entity = company(code)
    if change_refused(entity):
        return
    ground = change_ground(person(stories.companies()[code]["leader"]), entity)
    make = form_class(ground)
    form = make(make.first(ground), ground=ground)
    assert not form.is_valid()
    assert form.unchanged, form.errors


@pytest.mark.row("R103", part="组织形式一致")
@pytest.mark.parametrize("code", HERE)
def test_every_enterprise_that_may_have_a_branch_gets_a_name_without_a_finding(code: str) -> None:
    entity = company(code)
    if parent_refused(entity):
        return
    ground = branch_ground(entity)
    form = BranchForm({**branch(), "form": branch_endings(ground.kind)[0]}, ground=ground)
    assert form.is_valid(), form.errors
    assert name_check(form.parts, form.wish.context, day=clock.today()).findings == ()
