"""The pages: within their budget of queries, usable without script, honest about what waits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation import clock
from signing.ceremonies.models import Ceremony, Verification
from signing.seals.models import SealOrder
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


def read(browser: Browser, path: str) -> str:
    return browser.get(path).content.decode()


def test_an_empty_list_does_not_say_that_all_is_signed_while_a_ceremony_waits(
    enter: Enter, papers: list[Document], world: World
) -> None:
    browser = enter("P13")
    for paper in papers:
        browser.agree(paper)
    home = read(browser, "/")
    assert "有一次签署等您办完" in home
    assert "接着办" in home
    assert "没有文书等您签" not in home
    assert "没有等您签的文书" not in home
    prove(browser, world)
    assert "看进度" in read(browser, "/"), "nothing is left for him to do"
    work()
    assert "没有文书等您签" in read(browser, "/")


def test_an_enterprise_is_told_to_seal_and_under_which_name(enter: Enter, papers: list[Document]) -> None:
    home = read(enter("P01", company=True), "/")
    assert "3 份文书等您盖章" in home
    assert f"{COMPANY['name']}，{PERSONS['P01']['name']}" in home


def test_back_on_a_paper_that_waits_for_the_licence_the_way_on_is_there(
    enter: Enter, papers: list[Document], world: World
) -> None:
    browser = enter("P01", company=True)
    for paper in papers:
        browser.agree(paper)
    page = read(browser, browser.url(papers[0]))
    ref = SealOrder.objects.get().ref
    assert "正在盖章" in page
    assert f'href="/seals/{ref}/">接着办这次盖章' in page
    world.confirm_seal(agree=False)
    refused = read(browser, f"/seals/{ref}/")
    assert refused.count("企业没有同意盖章") == 1
    assert "文书还在待签里，可以再盖" in refused


def test_who_refused_reads_his_own_reason_and_is_not_counted_as_having_signed(
    enter: Enter, papers: list[Document], world: World
) -> None:
    browser = enter("P13")
    refuse = f"{browser.url(papers[0])}refuse/"
    assert 'id="reason-e"' in browser.post(refuse, {"reason": ""}).content.decode()
    browser.post(refuse, {"reason": "金额写错了"})
    assert "金额写错了" in read(browser, browser.url(papers[0]))
    assert "金额写错了" not in read(enter("P01", company=True), Browser(COMPANY["uscc"]).url(papers[0]))
    for paper in papers[1:]:
        browser.agree(paper)
    prove(browser, world)
    work()
    assert "共 3 份，其中签好 2 份" in read(browser, "/signed/")


def test_a_box_that_was_not_ticked_says_so_where_it_stands(enter: Enter, papers: list[Document]) -> None:
    browser = enter("P13")
    browser.read(papers[0])
    answer = browser.post(f"{browser.url(papers[0])}sign/", {})
    assert answer.status_code == 422
    assert 'aria-describedby="agree-e"' in answer.content.decode()


def test_whose_identity_check_ran_out_is_told_when(enter: Enter, papers: list[Document], world: World) -> None:
    browser = enter("P13")
    for paper in papers:
        browser.agree(paper)
    ceremony = f"/ceremonies/{Ceremony.objects.get().no}/"
    assert "到期" not in read(browser, ceremony), "the first time"
    prove(browser, world)
    work()
    reg = Caller("reg")
    reg.order(batch(world, [document(world, "D9", [slot(PERSONS["P13"])], pages=1)], ref="B2"), key="k2")
    arrive(world)
    over = clock.today() - timedelta(days=1)
    Verification.objects.filter(purpose="identity").update(valid_until=over)
    told = f"上次的实名核验 {over.month}月{over.day}日 到期"
    assert told in read(browser, "/me/")
    assert told in read(browser, browser.agree(Document.objects.get(ref="D9")).url)
