"""What a page that waits for its signatures is told: a number for every state, a letter for every document, one truth. R136."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from foundation import clock
from signing.ceremonies import running
from signing.ceremonies.applying import items_sign
from signing.ceremonies.models import Ceremony, CeremonyItem
from signing.ceremonies.running import certificate_ensure
from signing.ceremonies.states import CeremonyState, ItemState
from signing.ceremonies.trust import trust
from signing.tasks.models import Reading, Task
from signing.tasks.states import TaskState
from signing.testing import Browser, Caller, World, prove
from signing.web import ceremonies
from signing.web.test_many import choose, order

Enter = Callable[..., Browser]
TILE = re.compile(r'<b(?: class="[\w-]+")? data-q="(\w+)">(\d+)</b><span>')
ROW = re.compile(r'<span class="q-st [^"]*">.*?<span>([^<]+)</span>', re.S)


@pytest.fixture
def browser(reg: Caller, enter: Enter, world: World, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Twelve papers of four cases, proved, and nobody who signs them; four would be signed at once."""
    for module in (running, ceremonies):
        monkeypatch.setattr(module, "AT_ONCE", 4)
    papers = order(reg, world, cases=4, each=3)
    one = enter("P13")
    Reading.objects.update(pages=[1], agreed_at=clock.now())
    choose(one, papers)
    one.tap(papers[-1])
    prove(one, world)
    certificate_ensure(Ceremony.objects.get())
    return one


def told(browser: Browser) -> dict[str, Any]:
    """The answer to a poll; its numbers agree with each other and with its letters."""
    said: dict[str, Any] = browser.get(f"/ceremonies/{Ceremony.objects.get().no}/status").json()
    counted = Counter(said["marks"])
    assert (said["done"], said["running"], said["queued"]) == (counted["s"], counted["r"], counted["q"])
    assert said["failed"] == counted["f"] + counted["d"]
    assert said["total"] == said["done"] + said["running"] + said["queued"] + said["failed"] == 12
    return said


def shown(browser: Browser) -> tuple[dict[str, int], list[str]]:
    """The tiles of the page as it is first rendered, and what stands beside each document."""
    text = browser.get(f"/ceremonies/{Ceremony.objects.get().no}/").content.decode()
    rows = text[text.index('id="papers"') : text.index("</ul>", text.index('id="papers"'))]
    return {name: int(number) for name, number in TILE.findall(text)}, ROW.findall(rows)


def sign(start: int, end: int) -> None:
    """What the worker does with some of the documents, in their order."""
    every = list(CeremonyItem.objects.order_by("pk").values_list("pk", flat=True))
    items_sign(every[start:end], trust())


def hours_ago() -> None:
    """Everything that has moved moved long ago."""
    past = clock.wall() - timedelta(hours=1)
    CeremonyItem.objects.exclude(settled_at=None).update(settled_at=past)
    Ceremony.objects.update(faced_at=past, next_try_at=past, began_at=past)


@pytest.mark.row("R136", part="签名进度展示")
def test_every_number_and_every_document_moves_and_they_agree(browser: Browser) -> None:
    assert told(browser)["marks"] == "rrrrqqqqqqqq"
    sign(0, 4)
    assert told(browser)["marks"] == "ssssrrrrqqqq"
    Task.objects.filter(items__in=CeremonyItem.objects.order_by("pk")[5:6]).update(state=TaskState.CANCELLED)
    sign(4, 8)
    last = told(browser)
    assert last["marks"] == "sssssdssrrrr"
    assert last["failed"] == 1
    CeremonyItem.objects.filter(pk__in=CeremonyItem.objects.order_by("pk").values("pk")[6:7]).update(
        state=ItemState.FAILED
    )
    assert told(browser)["marks"] == "sssssdfsrrrr"


@pytest.mark.row("R136", part="签名进度展示")
def test_the_page_begins_with_what_its_first_poll_says(browser: Browser) -> None:
    sign(0, 4)
    said = told(browser)
    tiles, rows = shown(browser)
    assert tiles == {name: said[name] for name in ("total", "done", "running", "queued", "failed")}
    assert rows == [ceremonies.WORDS[mark][0] for mark in said["marks"]]


def test_each_state_has_a_letter_of_its_own() -> None:
    letters = [state.value[0] for state in ItemState] + [ceremonies.RUNNING]
    assert len(set(letters)) == len(letters)
    assert set(letters) == set(ceremonies.WORDS)


def test_when_nothing_moves_nothing_is_said_to_be_signed_at_this_moment(browser: Browser) -> None:
    sign(0, 4)
    hours_ago()
    said = told(browser)
    assert said["marks"] == "ssssqqqqqqqq"
    assert "已签 4 处，这会儿停了一下，系统会自己接着签" in said["text"]
    assert said["text"] in browser.get(f"/ceremonies/{Ceremony.objects.get().no}/").content.decode()
    Ceremony.objects.update(next_try_at=clock.wall() + running.LEASE)  # a run has begun
    assert told(browser)["marks"] == "ssssrrrrqqqq"


def test_nothing_is_being_signed_while_the_authority_is_waited_for(browser: Browser) -> None:
    Ceremony.objects.update(waits_for="认证机构", next_try_at=clock.wall())
    said = told(browser)
    assert said["marks"] == "q" * 12
    assert said["text"].startswith("等认证机构，")


def test_a_ceremony_that_is_over_has_nothing_left_in_hand(browser: Browser) -> None:
    sign(0, 12)
    Ceremony.objects.update(state=CeremonyState.DONE)
    said = told(browser)
    assert (said["marks"], said["state"]) == ("s" * 12, "done")
