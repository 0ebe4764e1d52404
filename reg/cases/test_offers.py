"""导办: which way a company and its wishes go, and what reminds of what grew old. R001, R020."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation import clock
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.cases.checking import case_check
from reg.cases.offers import guide, preview_links
from reg.cases.rooms import pages_of
from reg.cases.services import case_open
from reg.entities.models import EntityFact
from reg.items.kit.days import years_after
from reg.testing import answer, company, person

pytestmark = pytest.mark.django_db


def opened(*chosen: str, who: str = "P01", code: str = "C01") -> Case:
    return case_open(actor=person(who), entity=company(code), chosen=list(chosen))


@pytest.mark.row("R001", part="按企业类型和变更需求推荐办理路径")
@pytest.mark.parametrize(
    ("code", "online", "stop"),
    [
        ("C01", {"name", "contact", "leader", "officers", "address"}, ""),
        ("C27", {"contact"}, ""),
        ("C26", set(), "吊销"),
        ("C18", set(), "还不能在手机上办"),
        ("C11", set(), "还不能在手机上办"),
    ],
)
def test_what_a_company_may_do_here_follows_from_its_kind_and_status(code: str, online: set[str], stop: str) -> None:
    offered = guide(company(code))
    assert {choice.offer.change_item for choice in offered.choices if not choice.barred} == online
    assert stop in offered.stop
    assert bool(offered.stop) is bool(stop)
    assert "窗口" in offered.stop_fix or "状态恢复" in offered.stop_fix or not stop


@pytest.mark.row("R001", part="按企业类型和变更需求推荐办理路径")
def test_before_anything_is_filled_in_a_wish_tells_what_it_will_bring_along() -> None:
    entity = company("C01")
    assert [link.brings for link in preview_links(entity, ["domicile"])] == ["articles"]
    assert {link.brings for link in preview_links(entity, ["legal_representative"])} == {"officers", "articles"}
    assert preview_links(entity, ["liaison"]) == []
    assert all(link.reason and link.law_line for link in preview_links(entity, ["domicile", "legal_representative"]))


@pytest.mark.row("R001", part="按事项设定处理流程路由")
@pytest.mark.parametrize(
    ("chosen", "rooms"),
    [
        (["liaison"], ["liaison"]),
        (["domicile"], ["domicile", "articles"]),
        (["legal_representative"], ["legal_representative", "articles"]),
        (["domicile", "liaison"], ["liaison", "domicile", "articles"]),
    ],
)
def test_the_pages_and_their_order_follow_from_what_is_chosen(chosen: list[str], rooms: list[str]) -> None:
    assert [page.code for page in pages_of(opened(*chosen))] == rooms


@pytest.mark.row("R001", part="按事项设定处理流程路由")
def test_whoever_acts_for_the_company_shows_his_mandate_first() -> None:
    case = case_open(actor=person("P25"), entity=company("C01"), chosen=["liaison"], as_agent=True)
    assert [page.code for page in pages_of(case)] == ["agent", "liaison"]


@pytest.mark.row("R001", part="按事项设定处理流程路由")
def test_a_move_to_another_district_is_led_to_the_window_instead_of_the_papers() -> None:
    case = opened("domicile")
    home = {"district": "310104", "road": "漕溪北路", "number": "9820", "full": "上海市徐汇区漕溪北路9820号"}
    answer(case, person("P01"), "domicile", home)
    offline = [f for f in case_check(case).findings if str(f.severity) == "offline"]
    assert [f.code for f in offline] == ["CC10"]
    assert "徐汇区市场监督管理局窗口" in offline[0].fix
    assert not case_check(case).is_clear


@pytest.mark.row("R001", part="不涉及变更的内容不可修改、沿用上一被核准内容")
def test_what_is_not_chosen_stays_as_it_was_approved_last() -> None:
    case = opened("liaison")
    view = case_view(case)
    assert view.now("domicile") == view.was("domicile")
    assert view.now("officers") == view.was("officers")
    assert set(view.after) == set(view.before)


@pytest.mark.row("R020", part="建立信息更新机制")
@pytest.mark.parametrize(("days", "asked"), [(-1, False), (0, True)])
def test_a_liaison_of_a_year_ago_is_asked_about_whenever_the_company_comes(days: int, asked: bool) -> None:
    entity, today = company("C01"), clock.today()
    year_ago = today - timedelta(days=(today - years_after(today, -1)).days + days)
    EntityFact.objects.filter(entity=entity, item_code="liaison").update(valid_from=year_ago)
    nudges = {choice.offer.change_item: choice.nudge for choice in guide(entity).choices}
    assert bool(nudges["contact"]) is asked
    assert not any(nudge for item, nudge in nudges.items() if item != "contact")
    assert not any(choice.nudge for choice in guide(entity, public=True).choices)


@pytest.mark.row("R020", part="建立信息更新机制")
def test_a_company_without_a_liaison_is_asked_to_name_one() -> None:
    entity = company("C01")
    EntityFact.objects.filter(entity=entity, item_code="liaison").delete()
    (contact,) = [choice for choice in guide(entity).choices if choice.offer.change_item == "contact"]
    assert "还没有登记联络员" in contact.nudge
