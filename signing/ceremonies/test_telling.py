"""Who left and asked to be told is told, whoever waited for it has seen it; what is counted are papers, not places in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from foundation import clock
from signing.ceremonies import applying
from signing.ceremonies.models import Ceremony
from signing.pdf.errors import SigningError
from signing.pdf.sign import prepare
from signing.tasks.models import Document, Subject
from signing.testing import PERSONS, Browser, Caller, World, arrive, batch, document, prove, slot, work

Enter = Callable[..., Browser]
PLACES = [slot(PERSONS["P13"], x=60), slot(PERSONS["P13"], x=300, role="执行董事")]


@pytest.fixture
def proved(reg: Caller, world: World, enter: Enter) -> tuple[Browser, Ceremony]:
    """卫甲 has shown his face for one paper in which he has two places, and one in which he has one; nothing is signed yet."""
    papers = [document(world, "D1", PLACES, pages=1), document(world, "D2", PLACES[:1], pages=1)]
    assert reg.order(batch(world, papers)).status_code == 201
    arrive(world)
    browser = enter("P13")
    for paper in Document.objects.order_by("ref"):
        browser.agree(paper)
    return browser, prove(browser, world)


def page(browser: Browser, ceremony: Ceremony) -> str:
    return browser.get(f"/ceremonies/{ceremony.no}/").content.decode()


def leaves(browser: Browser, ceremony: Ceremony) -> None:
    """He presses 关掉，签完短信告诉我."""
    assert browser.post(f"/ceremonies/{ceremony.no}/tell/")["Location"] == "/"


def told(world: World) -> list[tuple[str, str]]:
    """To whom and what was said of ceremonies that are over."""
    work()
    return [(one["to"], one["text"]) for one in world.messages if one["template"] == "signing_done"]


def test_who_asked_to_be_told_is_told_however_fast_it_was(proved: tuple[Browser, Ceremony], world: World) -> None:
    browser, ceremony = proved
    assert f'action="/ceremonies/{ceremony.no}/tell/"' in page(browser, ceremony)
    leaves(browser, ceremony)
    assert "签完发短信告诉您" in browser.get("/").content.decode()
    said = [("19900000013", f"【电子签名】您的 3 处签名已经签好。签署编号 {ceremony.no}。")]
    assert told(world) == said
    leaves(browser, ceremony)
    assert told(world) == said, "once"


def test_who_pressed_when_it_was_just_done_is_told_at_once(proved: tuple[Browser, Ceremony], world: World) -> None:
    browser, ceremony = proved
    assert told(world) == [], "who did not ask has seen it on the page"
    ceremony.refresh_from_db()
    assert ceremony.state == "done"
    leaves(browser, ceremony)
    assert len(told(world)) == 1


def test_who_did_not_ask_is_told_of_what_took_long(proved: tuple[Browser, Ceremony], world: World) -> None:
    Ceremony.objects.update(proved_at=clock.now() - timedelta(seconds=21))
    assert len(told(world)) == 1


def test_nobody_else_asks_for_him(proved: tuple[Browser, Ceremony], enter: Enter) -> None:
    _, ceremony = proved
    assert enter("P04").post(f"/ceremonies/{ceremony.no}/tell/").status_code == 404
    assert not Ceremony.objects.exclude(tell_asked_at=None).exists()


def test_a_message_is_not_promised_where_there_is_no_number(proved: tuple[Browser, Ceremony]) -> None:
    browser, ceremony = proved
    Subject.objects.update(mobile="")
    assert "短信" not in page(browser, ceremony)
    assert "关掉，稍后再看" in page(browser, ceremony)


def test_two_places_in_one_paper_are_one_paper(
    proved: tuple[Browser, Ceremony], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, ceremony = proved
    bad = Document.objects.get(ref="D1")

    def fails(pdf: bytes, name: str, look: Any, *rest: Any, **more: Any) -> Any:
        if any(f"017-{bad.seq}-" in line for line in look.lines):
            raise SigningError("no_room", "这份文书放不下签名")
        return prepare(pdf, name, look, *rest, **more)

    leaves(browser, ceremony)
    with monkeypatch.context() as broken:
        broken.setattr(applying, "prepare", fails)
        said = told(world)
    assert sorted(ceremony.items.values_list("state", flat=True)) == ["failed", "failed", "signed"]
    assert "再签没签上的 1 份" in page(browser, ceremony)
    assert "签好 1 处，2 处没有签上" in page(browser, ceremony)
    rest = "，1 份文书没有签上，请打开电子签名查看"
    assert [text for _, text in said] == [f"【电子签名】您的 1 处签名已经签好{rest}。签署编号 {ceremony.no}。"]
