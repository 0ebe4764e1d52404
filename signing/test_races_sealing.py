"""A business system orders seals in several calls at once: equal ones are one order, of others one wins and the rest is told. R139."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections

from signing.ceremonies.models import SignatureRecord
from signing.seals.models import SealItem, SealOrder
from signing.seals.services import seal_lapse, seal_settle
from signing.tasks.models import Document, Task
from signing.test_races import at_once, together
from signing.testing import COMPANY, PERSONS, Browser, Caller, World, arrive, batch, document, slot

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/seal-orders"


@pytest.fixture
def office(transactional_db: None, world: World) -> Caller:
    """A business system with three documents for the seal of one company."""
    cache.clear()
    caller = Caller("chain_office")
    seal = slot(COMPANY, kind="seal", x=320, width=110, height=110)
    assert caller.order(batch(world, [document(world, f"D{n}", [seal], pages=1) for n in range(3)])).status_code == 201
    arrive(world)
    return caller


def start(key: str, *numbers: int) -> Any:
    """A caller of its own for each thread."""
    body = {"uscc": COMPANY["uscc"], "documents": [{"ref": f"D{n}"} for n in numbers]}
    return Caller("chain_office").post(PATH, body, key=key)


def test_two_orders_for_the_same_slot_and_one_is_told(office: Caller, world: World) -> None:
    # each begins at another end, so that two which locked as they are asked would wait for each other for ever
    first, second = together(lambda: start("a", 0, 1, 2), lambda: start("b", 2, 1, 0))
    assert sorted(one.status_code for one in (first, second)) == [201, 409]
    lost = first if first.status_code == 409 else second
    assert lost.json()["error"] == "seal_running"
    assert "（D0）、《股东会决议》（D1）、《股东会决议》（D2）正在盖章" in lost.json()["message"]
    order = SealOrder.objects.get()
    assert order.items.count() == SealItem.objects.count() == len(world.orders["QZ000001"]["documents"]) == 3
    assert len(world.orders) == 1
    assert set(Task.objects.values_list("attempt", flat=True)) == {1}


def test_the_same_call_four_times_at_once_is_one_order(office: Caller, world: World) -> None:
    answers = at_once(lambda: start("a", 0, 1, 2), 4)
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["seal_order"] for one in answers}) == SealOrder.objects.count() == 1
    assert set(Task.objects.values_list("attempt", flat=True)) == {1}
    assert {each["ref"] for each in world.orders.values()} == {SealOrder.objects.get().ref}


def test_one_key_for_two_orders_at_once_is_good_for_one(office: Caller) -> None:
    answers = together(lambda: start("a", 0), lambda: start("a", 1))
    assert sorted(one.status_code for one in answers) == [201, 409]
    assert [one.json()["error"] for one in answers if one.status_code == 409] == ["key_reused"]
    assert Task.objects.filter(state="signing").count() == SealItem.objects.count() == 1


def test_the_business_system_and_a_signer_begin_at_once_and_one_is_told(office: Caller, world: World) -> None:
    browser = Browser(COMPANY["uscc"])
    url = office.post("/api/tickets", {"person": PERSONS["P01"], "entity": COMPANY}).json()["url"]
    browser.get(url[url.index("/enter/") :])
    papers = list(Document.objects.order_by("pk"))
    for paper in papers[:-1]:
        browser.agree(paper)
    browser.read(papers[-1])
    together(lambda: browser.tap(papers[-1]), lambda: start("a", 0, 1, 2))
    assert SealItem.objects.count() == len(papers)
    assert len(world.orders) == SealOrder.objects.count() == 1


def test_the_value_is_taken_and_the_order_cancelled_at_once(office: Caller, world: World) -> None:
    made = start("a", 0, 1, 2).json()
    world.confirm_seal()
    path = f"{PATH}/{made['seal_order']}/cancel"
    together(lambda: seal_settle(made["seal_order"]), lambda: Caller("chain_office").post(path, {}))
    assert SealOrder.objects.get().state == "settled"
    assert SignatureRecord.objects.filter(counted=True).count() == SignatureRecord.objects.count() == 3


def test_an_order_that_an_equal_call_gave_up_is_still_asked_about_and_what_comes_is_kept(
    office: Caller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one heard nothing of 电子营业执照, which has the order all the same."""
    answer = world.answer

    def meanwhile(method: str, path: str, body: dict[str, Any]) -> Any:
        if path.endswith("/seal/prepare"):
            seal_lapse(SealOrder.objects.get(), "没有送到电子营业执照")
            connections.close_all()
        return answer(method, path, body)

    with monkeypatch.context() as given_up:
        given_up.setattr(world, "answer", meanwhile)
        assert start("a", 0, 1, 2).status_code == 503
    world.confirm_seal()
    order = SealOrder.objects.get()
    assert order.ask_after
    seal_settle(order.ref)
    assert SignatureRecord.objects.filter(counted=False).count() == SignatureRecord.objects.count() == 3
    again = start("a", 0, 1, 2)
    assert again.status_code == 201
    assert again.json()["seal_order"] != order.ref
