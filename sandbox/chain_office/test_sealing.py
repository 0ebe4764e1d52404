"""由总部自己拉起电子营业执照: started once, shown as a picture and a link, asked for when something was heard, told with reasons."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from foundation.outside.testing import answer
from foundation.ui.parts import qr_path
from sandbox.chain_office.models import ChainSeal, Launch
from sandbox.chain_office.testing import FakeSigning, launch, nudge, page, refresh
from sandbox.testing import Caller, Contracts
from signing_client.testing import AT

BUTTON = "由总部自己拉起电子营业执照"


def sealed_launch(browser: Client, **changes: str) -> Launch:
    """Three papers of two cases for the head office's seal alone."""
    return launch(browser, documents="3", cases="2", signer="", seal="on", **changes)


def start(browser: Client, made: Launch) -> str:
    return str(browser.post(f"/chain/{made.number}/seal/", follow=True).content.decode())


def orders(signing: FakeSigning) -> list[Any]:
    return [seen for seen in signing.stub.seen if seen.path == "/api/seal-orders"]


@pytest.mark.row("R139", part="拉起电子营业执照")
def test_the_head_office_starts_its_seal_and_shows_the_way_to_the_licence(
    browser: Client, signing: FakeSigning
) -> None:
    made = sealed_launch(browser)
    text = page(browser, made)
    assert "3 份等总部盖章" in text
    assert BUTTON in text
    text = start(browser, made)
    (seen,) = orders(signing)
    body = json.loads(seen.body)
    assert [one["ref"] for one in body["documents"]] == [
        f"{made.number}-{name}" for name in ("001-001", "001-002", "002-001")
    ]
    assert (body["uscc"], seen.headers["Idempotency-Key"]) == ("91310115MAXX00015T", f"{made.number}-GZ1")
    assert body["return_url"].endswith(f"/chain/{made.number}/")
    (order,) = signing.seals.values()
    assert f'href="{order["url"]}"' in text
    assert qr_path(order["url"])[0] in text
    assert "QZ000001" in text
    assert "核对 3 份文书" in text
    assert BUTTON not in text


def test_papers_that_are_not_for_the_seal_show_no_button(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    assert "总部盖章" not in page(browser, made)
    start(browser, made)
    assert orders(signing) == []


def test_a_callback_shows_what_came_of_it(browser: Client, signing: FakeSigning) -> None:
    made = sealed_launch(browser)
    start(browser, made)
    (ref,) = signing.seals
    status = f"/chain/{made.number}/status"
    seen = page(browser, made).partition("?seen=")[2].partition('"')[0]
    assert browser.get(f"{status}?seen={seen}").json()["next"] == ""
    signing.decide(ref, "settled", f"{made.number}-002-001", reason="签名值不成立")
    assert "等企业确认" in page(browser, made), "nobody was told yet"
    assert nudge("unknown", "seal_moved", seal_order=ref).status_code == 200, "of the papers nothing was heard yet"
    assert browser.get(f"{status}?seen={seen}").json()["next"] == f"/chain/{made.number}/"
    text = page(browser, made)
    assert "<dt>盖好</dt><dd>2 份，共 3 份</dd>" in text
    assert f"{made.number}-002-001</span>：签名值不成立" in text
    assert "1 份等总部盖章" in text
    asked = len(signing.stub.seen)
    page(browser, made)
    assert len(signing.stub.seen) == asked, "it is over and not asked for again"


def test_without_a_callback_a_refresh_shows_it_and_another_order_takes_the_rest(
    browser: Client, signing: FakeSigning
) -> None:
    made = sealed_launch(browser)
    start(browser, made)
    (ref,) = signing.seals
    signing.decide(ref, "refused", reason="企业没有同意盖章")
    text = refresh(browser, made)
    assert "企业没有同意盖章" in text
    assert BUTTON in text
    start(browser, made)
    assert [seen.headers["Idempotency-Key"] for seen in orders(signing)] == [f"{made.number}-GZ{n}" for n in (1, 2)]


def test_what_was_not_confirmed_can_be_cancelled(browser: Client, signing: FakeSigning) -> None:
    made = sealed_launch(browser)
    start(browser, made)
    browser.post(f"/chain/{made.number}/seal/cancel/")
    text = page(browser, made)
    assert "业务系统取消了" in text
    assert BUTTON in text
    assert ChainSeal.objects.get().state == "lapsed"


def test_what_did_not_arrive_is_sent_again_as_the_same(browser: Client, signing: FakeSigning) -> None:
    made = sealed_launch(browser)
    signing.fault = answer(503, b"{}")
    assert "还没送到" in start(browser, made)
    signing.fault = b""
    assert "QZ000001" in start(browser, made)
    assert len({(seen.headers["Idempotency-Key"], seen.body) for seen in orders(signing)}) == 1
    assert len(signing.seals) == ChainSeal.objects.count() == 1


def test_a_refused_call_says_why_and_leaves_the_papers(browser: Client, signing: FakeSigning) -> None:
    made = sealed_launch(browser)
    words = {"error": "seal_unusable", "message": "电子印章不能用：印章已经作废。"}
    signing.fault = answer(422, json.dumps(words).encode())
    text = start(browser, made)
    assert "没有发起" in text
    assert words["message"] in text
    assert BUTTON in text


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_start_one(signing: FakeSigning) -> None:
    made, gate = sealed_launch(Client()), threading.Barrier(2)

    def tap() -> None:
        gate.wait()
        try:
            Client().post(f"/chain/{made.number}/seal/")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(signing.seals) == ChainSeal.objects.count() == 1


def test_the_callback_keeps_the_contract(browser: Client, signing: FakeSigning, contracts: Contracts) -> None:
    made = sealed_launch(browser)
    start(browser, made)
    event = {"event": "seal_moved", "batch": made.cases.all()[0].number, "document": None, "at": AT}
    sent = {**event, "seal_order": next(iter(signing.seals))}
    assert Caller("signing", contracts).post("/chain-office/callbacks/signing", sent).json() == {"taken": True}
    assert ChainSeal.objects.get().stale
