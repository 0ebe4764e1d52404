"""正在签, in a real browser: ring, tiles and list move together while the worker signs, and always add up. R136."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from foundation import clock
from foundation.ui.testing import assert_quiet, phone
from signing.ceremonies import running
from signing.ceremonies.applying import items_sign
from signing.ceremonies.models import Ceremony, CeremonyItem
from signing.ceremonies.running import certificate_ensure
from signing.ceremonies.trust import trust
from signing.tasks.models import Reading, Task
from signing.tasks.states import TaskState
from signing.test_browser import FROM_AXE, see, window
from signing.testing import PERSONS, Browser, Caller, World, prove, work
from signing.web import ceremonies
from signing.web.test_many import choose, order
from signing.web.testing import NOTED, SEEN, WATCH, agree

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def sign(start: int, end: int) -> None:
    """What the worker does with some of the documents."""
    items_sign(list(CeremonyItem.objects.order_by("pk").values_list("pk", flat=True))[start:end], trust())


def comes_to(page: Page, **numbers: int) -> None:
    """The tiles show these numbers, or come to."""
    for name, number in numbers.items():
        expect(page.locator(f'.q-tiles [data-q="{name}"]')).to_have_text(str(number), timeout=20_000)


@pytest.mark.row("R136", part="签名进度展示")
def test_ring_tiles_and_list_move_together_and_add_up(
    served: str, enter: Callable[..., Browser], reg: Caller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (running, ceremonies):
        monkeypatch.setattr(module, "AT_ONCE", 4)
    monkeypatch.setattr(ceremonies, "QUIET", timedelta(hours=1))  # the looks take their time
    papers = order(reg, world, cases=4, each=3)
    before = enter("P13")
    Reading.objects.update(pages=[1], agreed_at=clock.now())
    choose(before, papers)
    before.tap(papers[-1])
    ceremony = prove(before, world)
    certificate_ensure(ceremony)
    with window() as browser:
        page = phone(browser)
        page.goto(str(reg.post("/api/tickets", {"person": PERSONS["P13"]}).json()["url"]))
        page.goto(f"{served}/ceremonies/{ceremony.no}/")
        page.evaluate(WATCH, SEEN)
        comes_to(page, done=0, running=4, queued=8)
        sign(0, 4)
        comes_to(page, done=4, running=4, queued=4)
        Task.objects.filter(items__in=CeremonyItem.objects.order_by("pk")[5:6]).update(state=TaskState.CANCELLED)
        sign(4, 8)
        comes_to(page, done=7, running=4, queued=0, failed=1)
        see(page, "progress")
        seen = page.evaluate(NOTED, SEEN)
        agree(seen, 12)
        assert max(one["arc"] for one in seen) > 0, "the ring's arc was not there when the page began"
        states = page.locator("#papers .q-st")
        expect(states.nth(5)).to_have_text("没有签")
        expect(states.nth(8)).to_have_text("正在处理")
        work()
        page.wait_for_selector("text=签好 11 处，1 处没有签上", timeout=20_000)
        assert Ceremony.objects.get().state == "done"
        assert_quiet(page, but=FROM_AXE)
