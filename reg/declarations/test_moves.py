"""迁入 as pages: the other province is asked, waited for, down and back; the name is adapted and compared here. R103, R108-R110."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from foundation import clock
from foundation.outside.lookups import keep, lookup_ask
from foundation.outside.models import Lookup
from foundation.outside.result import Found, NotFound, Result, Unavailable
from reg.cases.web.test_pages import _plain_static, browser, text
from reg.declarations.models import Declaration
from reg.declarations.test_ways import branch, hold
from reg.entities.models import Entity
from reg.integrations.national import PORT
from reg.testing import company

__all__ = ["_plain_static"]
pytestmark = pytest.mark.django_db
HANGZHOU, YUHANG, SUZHOU, KUNSHAN = (
    "91330106MAXX00293F",
    "91330110MAXX0901X6",
    "91320508MAXX09028T",
    "91320583MAXX090369",
)
FIRM: dict[str, Any] = {
    "name": "杭州外省样例科技有限公司",
    "entity_type": "1130",
    "industry": "6513",
    "status": "active",
    "district": "330106",
    "established": "2018-01-01",
    "parent_uscc": "",
    "parent_name": "",
    "parent_type": "",
    "branches": 1,
}
BRANCH = FIRM | {
    "name": "杭州外省样例科技有限公司余杭分公司",
    "entity_type": "2130",
    "district": "330110",
    "parent_uscc": HANGZHOU,
    "parent_name": FIRM["name"],
    "parent_type": "1130",
    "branches": 0,
}


def says(uscc: str, result: Result[dict[str, Any]]) -> None:
    """The worker asked, and this came back."""
    keep(lookup_ask(PORT, {"uscc": uscc}), result)


def moved(**more: str) -> dict[str, str]:
    parts = {"region": "上海", "trade": "外省样例", "industry": "科技", "form": "有限公司", "order": "front"}
    return {"district": "310115", **parts, "small_class": "6513", "group": "", **more}


def ask(client: Client, uscc: str = HANGZHOU) -> str:
    answer = client.post("/names/move-in", {"uscc": uscc})
    assert answer.status_code == 302
    return str(answer["Location"])


@pytest.mark.row("R108", part="外省市企业信息查询")
def test_the_number_is_asked_waited_for_and_found() -> None:
    client = browser("P60")
    url = ask(client, f" {HANGZHOU.lower()} ")
    assert url == f"/names/move-in/{HANGZHOU}"
    assert "正在向全国系统查" in text(client.get(url))
    assert f'hx-get="{url}?state=waiting" hx-trigger="every 1500ms"' in client.get(url).content.decode()
    assert client.get(url, {"state": "waiting"}).status_code == 204, "nothing new to read out"
    says(HANGZHOU, Found(FIRM))
    assert client.get(url, {"state": "waiting"})["HX-Refresh"] == "true"
    told = text(client.get(url))
    for word in (FIRM["name"], "浙江省杭州市西湖区", "有限责任公司", "存续", "6513 应用软件开发"):
        assert word in told


@pytest.mark.row("R108", part="外省市企业信息查询")
def test_while_the_system_is_down_the_number_stays_and_is_asked_again() -> None:
    client = browser("P60")
    url = ask(client)
    says(HANGZHOU, Unavailable(clock.wall() + timedelta(seconds=30), "连不上"))
    assert "全国系统现在没有回应" in text(client.get(url, {"state": "waiting"}))
    down = client.get(url)
    assert "全国系统现在没有回应" in text(down)
    assert HANGZHOU in text(down)
    assert "再试一次" in text(down)
    assert client.post(url, {"do": "ask"})["Location"] == url
    assert Lookup.objects.get().state == Lookup.State.WAITING
    says(HANGZHOU, NotFound())
    assert "全国系统里没有这个代码" in text(client.get(url))
    assert client.post(url, moved(do="hold")).status_code == 200, "nothing to declare on"
    assert not Declaration.objects.exists()


@pytest.mark.row("R108", part="外省市企业信息查询")
def test_what_was_answered_before_is_used_while_the_system_is_down() -> None:
    client = browser("P60")
    says(HANGZHOU, Found(FIRM))
    Lookup.objects.update(valid_until=clock.wall() - timedelta(hours=1))
    url = f"/names/move-in/{HANGZHOU}"
    client.get(url)
    assert Lookup.objects.get().state == Lookup.State.WAITING, "an old answer is asked for anew"
    says(HANGZHOU, Unavailable(clock.wall() + timedelta(seconds=30), "连不上"))
    assert "这是以前查到的" in text(client.get(url))
    assert hold(client, url, moved()).status_code == 302


def test_a_wrong_number_and_one_that_is_here_already_are_told() -> None:
    client, firm = browser("P60"), company("C01")
    assert "应是 18 位" in text(client.post("/names/move-in", {"uscc": "91330106MAXX00293X"}))
    here = client.post("/names/move-in", {"uscc": firm.uscc})
    assert here.status_code == 422
    assert "已经在上海登记" in text(here)
    assert client.get("/names/move-in/91330106MAXX00293X").status_code == 404
    assert client.get(f"/names/move-in/{HANGZHOU.lower()}").status_code == 404
    assert client.get(f"/names/move-in/{firm.uscc}").status_code == 302
    assert not Lookup.objects.exists()


def test_what_does_not_stand_there_does_not_move_here() -> None:
    client = browser("P60")
    says(HANGZHOU, Found(FIRM | {"status": "revoked_licence"}))
    told = text(client.get(f"/names/move-in/{HANGZHOU}"))
    assert "吊销" in told
    assert "请先到原登记机关办好" in told
    says(SUZHOU, Found(FIRM | {"entity_type": "9999"}))
    assert "到登记机关窗口" in text(client.get(f"/names/move-in/{SUZHOU}"))


@pytest.mark.row("R108", part="申报初始化")
@pytest.mark.row("R108", part="适应性调整")
@pytest.mark.parametrize(
    ("name", "trade"),
    [
        ("杭州外省样例科技有限公司", "外省样例"),
        ("浙江省杭州市外省样例科技有限公司", "外省样例"),
        ("外省样例（杭州）科技有限公司", "外省样例"),
        ("外省样例科技有限公司", "外省样例"),
    ],
)
def test_the_old_place_gives_way_and_the_rest_stays(name: str, trade: str) -> None:
    says(HANGZHOU, Found(FIRM | {"name": name}))
    form = browser("P60").get(f"/names/move-in/{HANGZHOU}").context["form"]
    found = {part: form[part].value() for part in ("region", "trade", "industry", "form", "small_class")}
    assert found == {
        "region": "上海",
        "trade": trade,
        "industry": "科技",
        "form": "有限公司",
        "small_class": "应用软件开发",
    }


@pytest.mark.row("R108", part="适应性调整")
@pytest.mark.row("R110", part="跨区域校验")
@pytest.mark.row("R110", part="迁入后的法律效力说明")
def test_the_name_is_free_here_held_and_tied_to_the_old_one() -> None:
    client, url = browser("P60"), f"/names/move-in/{HANGZHOU}"
    says(HANGZHOU, Found(FIRM))
    told = text(client.post(url, moved(do="result")))
    assert "可以用" in told
    assert "原来的行政区划“杭州”不能再用，换成“上海”" in told
    assert "它有 1 家分支机构" in told
    assert "办好迁入登记，新名称生效" in told
    assert "《市场主体登记管理条例实施细则》 第三十一条第二款" in told
    assert hold(client, url, moved()).status_code == 302
    one = Declaration.objects.get()
    assert (one.business, one.written, one.authority) == ("move_in", "上海外省样例科技有限公司", "310115")
    assert (one.uscc, one.old_name, one.reservation.uscc) == (HANGZHOU, FIRM["name"], HANGZHOU)
    kept = client.post(url, moved(region="杭州", do="hold"))
    assert kept.status_code == 422, "the old place is not offered"


@pytest.mark.row("R110", part="跨区域校验")
@pytest.mark.row("R110", part="调整建议")
def test_a_trade_name_that_is_taken_here_is_told_with_others_that_are_free() -> None:
    company("C02")
    call_command("naming_index")
    says(SUZHOU, Found(FIRM | {"name": "苏州市墨舟样本餐饮管理有限公司", "industry": "6210", "district": "320508"}))
    client, url = browser("P60"), f"/names/move-in/{SUZHOU}"
    first = client.get(url).context["form"]
    sent = {name: first[name].value() for name in ("region", "trade", "industry", "form", "order", "small_class")}
    told = client.post(url, {**moved(), **sent, "do": "check"})
    assert "“上海墨舟样本餐饮管理有限公司”在上海已经有了，请换一个字号" in text(told)
    offered = told.context["suggested"]
    assert offered
    assert client.get(offered[0]["url"]).context["form"]["trade"].value() != "墨舟样本"
    assert client.post(url, {**moved(), **sent, "do": "hold"}).status_code == 409
    assert not Declaration.objects.exists()


@pytest.mark.row("R109", part="外省市分支机构查询")
@pytest.mark.row("R109", part="申报初始化")
def test_a_branch_whose_parent_stays_keeps_the_parents_name_and_says_where_it_is() -> None:
    says(YUHANG, Found(BRANCH | {"name": "杭州外省样例科技有限公司余杭第二分公司"}))
    client, url = browser("P60"), f"/names/move-in/{YUHANG}"
    page = client.get(url)
    assert FIRM["name"] in text(page)
    form = page.context["form"]
    assert [form[name].value() for name in ("place", "serial", "form")] == ["district", "第二", "分公司"]
    assert "head" not in form.fields
    told = text(client.post(url, branch(serial="第二", do="result")))
    assert "杭州外省样例科技有限公司 浦东第二 分公司" in told
    assert "原来的所在地“余杭”换成现在的所在地" in told
    assert "隶属企业没有申报迁入" in told
    silent = client.post(url, branch(place="", do="check"))
    assert "名称里要标明所在地" in text(silent)


@pytest.mark.row("R109", part="与迁入后母体名称一致")
def test_a_branch_follows_the_name_under_which_its_parent_moves() -> None:
    says(HANGZHOU, Found(FIRM))
    says(YUHANG, Found(BRANCH))
    client, url = browser("P60"), f"/names/move-in/{YUHANG}"
    assert hold(client, f"/names/move-in/{HANGZHOU}", moved()).status_code == 302
    new = branch(head="上海外省样例科技有限公司")
    assert [value for value, _ in client.get(url).context["form"].fields["head"].choices] == [
        "上海外省样例科技有限公司",
        FIRM["name"],
    ]
    assert "隶属企业办好迁入以后，分支机构才能用它登记" in text(client.post(url, {**new, "do": "result"}))
    assert "还要再改一次" in text(client.post(url, branch(head=FIRM["name"], do="result")))
    assert hold(client, url, new).status_code == 302
    one = Declaration.objects.get(uscc=YUHANG)
    assert one.written == "上海外省样例科技有限公司浦东分公司"
    assert (one.business, one.parent_uscc, one.parent_name) == ("move_in", HANGZHOU, "上海外省样例科技有限公司")


@pytest.mark.row("R109", part="与迁入后母体名称一致")
def test_a_branch_follows_a_parent_that_moved_here_already() -> None:
    firm, name = company("C29"), "上海外省样例科技有限公司"
    Entity.objects.filter(pk=firm.pk).update(name=name, authority="310115")
    says(YUHANG, Found(BRANCH))
    client, url = browser("P60"), f"/names/move-in/{YUHANG}"
    assert client.get(url).context["form"].fields["head"].choices[0] == (name, name)
    told = text(client.post(url, branch(head=name, do="result")))
    assert f"{name} 浦东 分公司" in told
    assert "隶属企业已经迁到上海" in told


@pytest.mark.row("R103", part="录入隶属企业名称和代码")
def test_a_new_branch_here_of_an_enterprise_of_another_province() -> None:
    client = browser("P60")
    shown = client.get("/names/branch", {"q": HANGZHOU})
    assert "向全国系统查" in text(shown)
    url = f"/names/branch/{HANGZHOU}"
    assert client.post(url, {"do": "ask"})["Location"] == url
    assert "正在向全国系统查" in text(client.get(url))
    says(HANGZHOU, Found(FIRM))
    assert hold(client, url, branch()).status_code == 302
    one = Declaration.objects.get()
    assert (one.business, one.written) == ("establish", "杭州外省样例科技有限公司浦东分公司")
    assert (one.parent_uscc, one.parent_name) == (HANGZHOU, FIRM["name"])
    says(YUHANG, Found(BRANCH))
    assert "它自己就是分支机构" in text(client.get(f"/names/branch/{YUHANG}"))
