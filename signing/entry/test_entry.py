"""Who gets in: tickets once and in time, the right person, 随申办; and nobody at other people's papers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client

from foundation import clock
from foundation.identity.models import LoginState
from signing.entry.models import Ticket
from signing.guard.models import Reason, RefusedAttempt
from signing.tasks.models import Document, Subject
from signing.testing import COMPANY, PERSONS, Browser, Caller, World, arrive, batch, document, slot

Enter = Callable[..., Browser]


def ticket(reg: Caller, code: str = "P13", **more: object) -> str:
    return str(urlsplit(reg.post("/api/tickets", {"person": PERSONS[code], **more}).json()["url"]).path)


def test_a_ticket_lets_its_person_in_once(reg: Caller) -> None:
    path = ticket(reg)
    assert Client().get(path).status_code == 302
    again = Client().get(path)
    assert again.status_code == 403
    assert "用过了" in again.content.decode()
    assert RefusedAttempt.objects.get().reason == Reason.TICKET_REUSED


def test_a_ticket_lasts_sixty_seconds(reg: Caller) -> None:
    path = ticket(reg)
    assert Ticket.objects.get().expires_at <= clock.wall() + timedelta(seconds=60)
    Ticket.objects.update(expires_at=clock.wall())
    assert "超过 60 秒" in Client().get(path).content.decode()
    assert RefusedAttempt.objects.get().reason == Reason.TICKET_EXPIRED


def test_a_ticket_of_somebody_else_is_refused_recorded_and_can_be_taken_by_own_wish(reg: Caller, enter: Enter) -> None:
    browser, path = enter("P01"), ticket(reg)
    answer = browser.get(path)
    assert answer.status_code == 403
    assert "给另一位签署人" in answer.content.decode()
    assert RefusedAttempt.objects.get().reason == Reason.TICKET_OTHER_PERSON
    assert "张示例" in browser.get("/me/").content.decode()
    assert browser.post(path).status_code == 302
    assert "卫甲" in browser.get("/me/").content.decode()


def test_an_invented_ticket_is_refused(world: World) -> None:
    assert Client().get("/enter/abc/").status_code == 403
    assert RefusedAttempt.objects.get().reason == Reason.TICKET_UNKNOWN


def test_the_secret_of_a_ticket_is_not_in_the_database(reg: Caller) -> None:
    secret = ticket(reg).split("/")[2]
    assert secret not in str(Ticket.objects.values().get())


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_a_ticket_leads_nowhere_else(reg: Caller, path: str) -> None:
    answer = Client().get(ticket(reg, next=path))
    assert answer["Location"] == "/"


def test_a_ticket_leads_to_its_batch(reg: Caller, world: World) -> None:
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])])]))
    arrive(world)
    browser = Client()
    answer = browser.get(ticket(reg, batch="B1"))
    assert "股东会决议" in browser.get(answer["Location"]).content.decode()


def test_hostile_ids_are_not_found_and_recorded(reg: Caller, world: World, enter: Enter) -> None:
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])])]))
    arrive(world)
    paper = Document.objects.get()
    owner, stranger = enter("P13"), enter("P01")
    address = owner.url(paper)
    for path in ("", "pages/1.jpg", "text/", "refuse/"):
        assert stranger.get(f"{address}{path}").status_code == 404
    assert stranger.post(f"{address}sign/", {"agree": "1"}).status_code == 404
    assert stranger.get(f"/cases/{paper.batch.public_id}/").status_code == 404
    assert RefusedAttempt.objects.filter(reason=Reason.NOT_YOURS).count() == 6
    assert Client().get(address).status_code == 302


def test_an_order_cannot_rename_a_person_whose_name_is_settled(reg: Caller, world: World) -> None:
    Subject.objects.all().delete()
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])])]))
    Subject.objects.update(name_settled_at=clock.wall())
    other = {**PERSONS["P13"], "name": "卫乙"}
    answer = reg.order(batch(world, [document(world, "D2", [slot(other)])], ref="B2"), key="k2")
    assert (answer.status_code, answer.json()["error"]) == (422, "signer_name")


@pytest.mark.row("R142", part="变更签名待办查询")
@pytest.mark.row("R142", part="注销签名待办查询")
@pytest.mark.row("R142", part="大型连锁机构签名待办查询")
@pytest.mark.row("R149", part="变更待签名列表")
@pytest.mark.row("R149", part="注销待签名列表")
def test_the_to_do_list_counts_and_searches_by_business(reg: Caller, world: World, enter: Enter) -> None:
    for number, business in enumerate(("change", "deregistration", "chain"), start=1):
        paper = document(world, f"D{number}", [slot(PERSONS["P13"])], title=f"文书{number}")
        case = batch(world, [paper], ref=f"B{number}", business=business, case_no=f"31011520261123000017{number}")
        reg.order(case, key=f"k{number}")
    arrive(world)
    browser = enter("P13")
    page = browser.get("/").content.decode()
    assert "3 份文书等您签" in page
    assert all(f"文书{n}" in page for n in (1, 2, 3))
    only = browser.get("/?business=deregistration").content.decode()
    assert "文书2" in only
    assert "文书1" not in only
    assert "文书3" in browser.get("/?q=文书3").content.decode()
    assert "没有找到" in browser.get("/?q=没有的词").content.decode()
    asked = reg.post("/api/todos", {"person": PERSONS["P13"], "business": "chain"}).json()
    assert asked["counts"] == {"change": 1, "deregistration": 1, "chain": 1, "establishment": 0, "naming": 0}
    assert [one["batch"] for one in asked["todos"]] == ["B3"]


def test_a_log_in_for_a_company_shows_its_seals(reg: Caller, world: World, enter: Enter) -> None:
    reg.order(batch(world, [document(world, "D1", [slot(COMPANY, kind="seal")])]))
    arrive(world)
    assert "待盖章" in enter("P01", company=True).get("/").content.decode()
    assert "没有文书等您签" in enter("P01").get("/").content.decode()


@pytest.mark.parametrize("system", ["sso", "elicence"])
def test_every_way_in_keeps_where_one_wanted_to_go(world: World, system: str) -> None:
    wanted = "/many/?business=change&q=文书&as=seal"
    page = Client().get("/welcome/", {"next": wanted}).content.decode()
    (way,) = re.findall(f'href="(/login/{system}/[^"]*)"', page)
    Client().get(unescape(way))
    assert LoginState.objects.get().next_path == wanted


def test_the_front_page_stands_without_log_in(world: World) -> None:
    page = Client().get("/")
    assert page.status_code == 200
    assert "随申办登录" in page.content.decode()
    assert Client().get("/healthz").status_code == 200
