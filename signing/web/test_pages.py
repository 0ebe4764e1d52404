"""The pages: within their budget of queries, usable without script, honest about what waits."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from signing.ceremonies.models import Ceremony
from signing.tasks.models import Document
from signing.testing import COMPANY, PERSONS, Browser, Caller, World, arrive, batch, document, drawn, prove, slot, work

Enter = Callable[..., Browser]
MOST_QUERIES = 8
"""For the page itself; session, log-in and, by ticket, its client are three more."""
LOG_IN = 3


@pytest.fixture
def papers(reg: Caller, world: World) -> list[Document]:
    """Three documents of one case."""
    both = [slot(PERSONS["P13"], x=60), slot(COMPANY, kind="seal", x=320, width=110, height=110)]
    reg.order(batch(world, [document(world, f"D{n}", both, pages=1, title=f"文书{n}") for n in range(3)]))
    arrive(world)
    return list(Document.objects.order_by("seq"))


def asked(browser: Browser, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


def test_pages_ask_the_database_seldom(enter: Enter, papers: list[Document], world: World) -> None:
    browser = enter("P13")
    paths = ["/", f"/cases/{papers[0].batch.public_id}/", browser.url(papers[0]), "/signed/"]
    counted = {path: asked(browser, path) - LOG_IN for path in paths}
    assert {path: count for path, count in counted.items() if count > MOST_QUERIES} == {}


def test_the_poll_asks_the_database_less(enter: Enter, papers: list[Document], world: World) -> None:
    browser = enter("P13")
    for paper in papers:
        browser.agree(paper)
    ceremony = Ceremony.objects.get()
    assert asked(browser, f"/ceremonies/{ceremony.no}/status") - LOG_IN <= 4


@pytest.mark.row("R149", part="签名列表手动刷新")
def test_the_list_is_refreshed_by_hand_and_keeps_what_was_searched(enter: Enter, papers: list[Document]) -> None:
    page = enter("P13").get("/", {"business": "change", "q": "文书1"}).content.decode()
    link = re.search(r'<a href="([^"]+)">(?:(?!</a>).)*刷新', page)
    assert link
    assert "business=change" in link[1]
    assert "%E6%96%87%E4%B9%A6" in link[1]


def test_without_script_pages_turn_by_links_and_the_form_is_whole(enter: Enter, world: World, reg: Caller) -> None:
    reg.order(batch(world, [document(world, "D9", [slot(PERSONS["P13"])], pages=3)]))
    arrive(world)
    browser, paper = enter("P13"), Document.objects.get(ref="D9")
    first = browser.get(browser.url(paper)).content.decode()
    assert 'href="?page=2#page"' in first
    third = browser.get(f"{browser.url(paper)}?page=3").content.decode()
    assert "第 3 页" in third
    for number in ("abc", "-1", "99999999999999999999", "²"):
        assert browser.get(f"{browser.url(paper)}?page={number}").status_code == 200
    browser.read(paper)
    last = browser.get(f"{browser.url(paper)}?page=3").content.decode()
    assert re.search(r'<form id="sign"[^>]*method="post"', last)
    assert 'name="look" value="printed" checked' in last


def test_the_last_signature_is_offered_again(enter: Enter, papers: list[Document], world: World) -> None:
    browser = enter("P13")
    for paper in papers:
        browser.agree(paper, ink=drawn())
    prove(browser, world)
    work()
    reg = Caller("reg")
    reg.order(batch(world, [document(world, "D9", [slot(PERSONS["P13"])], pages=1)], ref="B2"), key="k2")
    arrive(world)
    fresh = Document.objects.get(ref="D9")
    assert "用上次的签名" in browser.get(browser.url(fresh)).content.decode()
    assert browser.agree(fresh, look="last").status_code == 302
    assert Ceremony.objects.latest("pk").look == "handwritten"


@pytest.mark.row("R149", part="签名结果展示")
def test_a_signed_paper_shows_who_signed_with_its_numbers(enter: Enter, papers: list[Document], world: World) -> None:
    browser = enter("P13")
    for paper in papers:
        browser.agree(paper)
    prove(browser, world)
    work()
    page = browser.get(browser.url(papers[0])).content.decode()
    assert "您签好了" in page
    assert "310115202611230000017-1-1-1" in page
    assert "认证流水号" in page
    company = enter("P01", company=True).get(Browser(COMPANY["uscc"]).url(papers[0])).content.decode()
    assert "*甲" in company
    assert "认证流水号" not in company, "the verification number is the signer's own"
    assert "文书0" in browser.get("/signed/").content.decode()


def test_a_cancelled_case_says_so(enter: Enter, reg: Caller, papers: list[Document]) -> None:
    browser = enter("P13")
    reg.post("/api/batches/B1/cancel", {})
    assert "这次签署已经取消" in browser.get(f"/cases/{papers[0].batch.public_id}/").content.decode()
    assert "已经取消签署" in browser.get(browser.url(papers[0])).content.decode()
    assert browser.agree(papers[0]).status_code == 302


def test_log_ins_are_listed_and_ended(enter: Enter, world: World) -> None:
    here, other = enter("P13"), enter("P13")
    page = here.get("/me/").content.decode()
    links = re.findall(r'action="(/me/sessions/[0-9a-f]+/end/)"', page)
    assert len(links) == 1
    assert here.post(links[0]).status_code == 302
    assert "随申办登录" in other.get("/").content.decode()
    assert enter("P01").post(links[0]).status_code == 404
    here.post("/logout/")
    assert here.get("/me/").status_code == 302


def test_an_unknown_address_tells_what_to_do(world: World, enter: Enter) -> None:
    assert enter("P13").get("/ceremonies/QS-1/").status_code == 404
    assert enter("P13").get("/seals/S1/").status_code == 404
    assert enter("P13").get("/verified/V1/").status_code == 404
    assert enter("P13").get("/login/weibo/").status_code == 404


def test_two_gigabytes_are_refused_by_their_length_whoever_sends_them(enter: Enter) -> None:
    long = str(2 * 1024**3)
    for path in ("/login/sso/", "/papers/x/sign/"):
        reply = enter("P13").post(path, b"--x", "multipart/form-data; boundary=x", CONTENT_LENGTH=long)
        assert reply.status_code == 413
        assert "太大" in reply.content.decode()


def test_who_is_logged_out_while_reading_comes_back_to_the_paper(enter: Enter, papers: list[Document]) -> None:
    browser = enter("P13")
    paper = browser.url(papers[0])
    browser.logout()
    answer = browser.post(f"{paper}sign/", {"agree": "1"}, headers={"referer": f"http://testserver{paper}?page=1"})
    assert answer["Location"] == f"/welcome/?{urlencode({'next': f'{paper}?page=1'})}"
    assert "就回到您要看的那一页" in browser.get(answer["Location"]).content.decode()
