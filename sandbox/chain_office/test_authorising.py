"""授权签署 at the head office: who signs for whom is ordered with its authorisation, which ends when it is told to."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.test import Client

from foundation import clock
from foundation.outside.testing import answer
from foundation.pdf.admission import admit
from foundation.pdf.verdict import Admitted
from sandbox.chain_office.authorising import year_after
from sandbox.chain_office.models import ChainAuthorisation, ChainCase, ChainPaper, Launch
from sandbox.chain_office.papers import role_of
from sandbox.chain_office.testing import FakeSigning, launch, page, refresh
from sandbox.world.models import Company, Person

DAY = date(2026, 11, 27)


def end(browser: Client, made: Launch) -> str:
    return str(browser.post(f"/chain/{made.number}/authorisation/end/", follow=True).content.decode())


def test_the_first_signer_signs_for_somebody_under_one_authorisation(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser, documents="4", cases="2", second="P37", principal="P01")
    leader = Person.objects.get(pk="P01")
    slots = [document["slots"] for order in signing.orders.values() for document in order["documents"]]
    assert len(slots) == 4
    for first, second in slots:
        assert (first["signer"]["name"], first["role"]) == ("陶仿真", "总部法定代表人")
        assert first["on_behalf_of"] == {
            "name": leader.name,
            "id_type": leader.id_type,
            "id_number": leader.id_number,
        }
        assert first["authorisation"] == {
            "number": f"SQ{made.number[2:]}",
            "granted_on": clock.today().isoformat(),
            "valid_until": year_after(clock.today()).isoformat(),
            "covers": "签署上海星岚示例科技有限公司的分支机构登记文书",
        }
        assert (second["on_behalf_of"], second["authorisation"], second["role"]) == (None, None, "经办负责人")
    text = page(browser, made)
    assert "陶仿真 代 张示例" in text
    assert f"SQ{made.number[2:]}" in text
    assert "陶仿真代张示例（没签）" in text


def test_a_paper_says_for_whom_it_is_signed_and_by_what_right(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser, documents="1", cases="1", principal="P01")
    paper = ChainPaper.objects.get()
    day = year_after(clock.today())
    assert "总部法定代表人：张示例（授权陶仿真签）" in paper.text
    right = f"授权编号 SQ{made.number[2:]}，有效至 {day.year} 年 {day.month} 月 {day.day} 日"
    assert f"授权签署：陶仿真代张示例（总部法定代表人）签署，{right}" in paper.text
    assert isinstance(admit(bytes(paper.pdf), for_signing=True), Admitted)


@pytest.mark.parametrize(
    ("head", "role"), [("C15", "总部投资人"), ("C12", "总部执行事务合伙人"), ("C16", "总部法定代表人")]
)
def test_the_leader_is_called_as_the_law_calls_him(world: None, head: str, role: str) -> None:
    company = Company.objects.get(pk=head)
    assert role_of(Person.objects.get(pk=company.story["leader"]), company) == role


def test_who_is_not_the_legal_representative_is_not_called_so(browser: Client, signing: FakeSigning) -> None:
    launch(browser, documents="1", cases="1", principal="P37")
    (slot,) = next(iter(signing.orders.values()))["documents"][0]["slots"]
    assert slot["role"] == "经办负责人"


@pytest.mark.parametrize(
    ("day", "after"),
    [(DAY, date(2027, 11, 27)), (date(2028, 2, 29), date(2029, 2, 28)), (date(2027, 2, 28), date(2028, 2, 28))],
)
def test_an_authorisation_is_valid_for_a_year(day: date, after: date) -> None:
    assert year_after(day) == after


def test_an_order_that_is_sent_later_says_the_same(
    browser: Client, signing: FakeSigning, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = launch(browser, documents="2", cases="1", principal="P01")
    sent = dict(signing.orders)
    ChainCase.objects.update(state="unsent", asked_at=None)
    monkeypatch.setattr(clock, "today", lambda: DAY + timedelta(days=400))
    refresh(browser, made)
    assert signing.orders == sent
    assert set(made.cases.values_list("state", "problem")) == {("open", "")}


def test_launches_that_differ_in_the_principal_are_two(browser: Client, signing: FakeSigning) -> None:
    assert launch(browser, principal="P01") != launch(browser)
    assert ChainAuthorisation.objects.count() == 1


def test_an_authorisation_is_ended_once_and_what_was_signed_stays(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser, documents="4", cases="2", principal="P01")
    signing.sign(made.cases.earliest("id").number)
    assert "确定终止" in refresh(browser, made)
    text = end(browser, made)
    assert signing.ended == [f"SQ{made.number[2:]}"]
    assert "2 份文书，签齐 2 份，取回 2 份" in text
    assert "授权已终止" in text
    assert "以前签的仍然有效" in text
    assert "确定终止" not in text
    end(browser, made)
    assert signing.ended == [f"SQ{made.number[2:]}"]


def test_what_was_not_sent_before_the_end_is_refused_with_its_reason(browser: Client, signing: FakeSigning) -> None:
    signing.fault = answer(500, b"{}")
    made = launch(browser, documents="1", cases="1", principal="P01")
    signing.fault = b""
    assert "确定终止" in page(browser, made)
    end(browser, made)
    assert f"授权 SQ{made.number[2:]} 已经终止，不能据此签署。" in refresh(browser, made)
    assert signing.orders == {}


def test_a_refusal_or_silence_of_signing_leaves_the_authorisation_and_says_why(
    browser: Client, signing: FakeSigning
) -> None:
    made = launch(browser, documents="1", cases="1", principal="P01")
    words = json.dumps({"error": "locked", "message": "这份授权现在不能终止。"}).encode()
    for fault, sentence in ((answer(409, words), "这份授权现在不能终止。"), (answer(503, b""), "电子签名")):
        signing.fault = fault
        text = end(browser, made)
        assert sentence in text
        assert "确定终止" in text
        assert ChainAuthorisation.objects.get().ended_at is None
    signing.fault = b""
    assert "不能终止" not in end(browser, made)
    assert ChainAuthorisation.objects.get().ended_at is not None


def test_when_nothing_waits_there_is_nothing_to_end(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser, documents="1", cases="1", principal="P01")
    signing.sign()
    text = refresh(browser, made)
    assert "陶仿真代张示例（已签）" in text
    assert "终止授权" not in text


def test_a_launch_without_an_authorisation_has_none_to_end(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    assert "授权签署" not in page(browser, made)
    assert browser.post(f"/chain/{made.number}/authorisation/end/").status_code == 404
    assert signing.ended == []
