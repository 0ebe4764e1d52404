"""连锁总部业务系统: orders by the client library alone, keeps its pages right whatever becomes of callbacks, does nothing twice."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import connections
from django.test import Client, RequestFactory

from foundation import clock
from foundation.outside.signed import verify_request
from foundation.outside.testing import answer
from foundation.pdf.admission import admit
from foundation.pdf.verdict import Admitted
from foundation.pdf.wording import Wording, wording_compare
from sandbox.chain_office.following import answer_store
from sandbox.chain_office.kinds import KINDS
from sandbox.chain_office.launching import Wish
from sandbox.chain_office.models import BUSINESS_TITLES, ChainCase, ChainPaper, Launch
from sandbox.chain_office.papers import paper_make
from sandbox.chain_office.testing import FORM, FakeSigning, calls, launch, nudge, page, refresh
from sandbox.testing import Caller, Contracts
from sandbox.world.models import Company, Person
from signing_client import BatchState, Business
from signing_client.reading import read

DAY = date(2026, 11, 27)


# ---- ordering ----


def test_papers_are_spread_over_cases_and_each_case_is_ordered(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser, documents="11", cases="3")
    sizes = [len(order["documents"]) for order in signing.orders.values()]
    assert sizes == [4, 4, 3]
    assert {order["business"] for order in signing.orders.values()} == {"chain"}
    units = [order["company"]["name"] for order in signing.orders.values()]
    assert units == [f"上海星岚示例科技有限公司{place}分公司" for place in ("徐汇", "静安", "嘉定")]
    assert [case.number for case in made.cases.all()] == list(signing.orders)
    for seen in signing.stub.seen:
        come = RequestFactory().generic(seen.method, seen.path, seen.body, headers=seen.headers)
        assert verify_request(come) == "chain_office"
    assert "11 份文书，签齐 0 份" in page(browser, made)


def test_what_is_ordered_is_what_is_served_and_can_be_signed(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser, documents="2", cases="1", second="P37", seal="on")
    (order,) = signing.orders.values()
    for document in order["documents"]:
        served = calls("GET", document["download_url"].partition("8002")[2])
        assert sha256(served.content).hexdigest() == document["sha256"]
        assert isinstance(admit(served.content, for_signing=True), Admitted)
        kinds = [(slot["kind"], slot["signer"]["kind"], slot["signer"]["name"]) for slot in document["slots"]]
        people = [Person.objects.get(pk=code).name for code in ("P36", "P37")]
        assert kinds == [("person", "person", name) for name in people] + [
            ("seal", "entity", "上海星岚示例科技有限公司")
        ]
        assert document["must_read"]
        assert document["must_read"][0].split("：")[1] in document["text"]
        assert wording_compare(served.content, document["text"]) == Wording()
    assert len({document["sha256"] for document in order["documents"]}) == 2
    assert made.cases.get().unit_name == "上海星岚示例科技有限公司徐汇分公司"


@pytest.mark.parametrize("business", list(BUSINESS_TITLES))
def test_every_business_has_papers_with_the_facts_of_the_unit(world: None, business: str) -> None:
    head, unit = Company.objects.get(pk="C01"), Company.objects.get(pk="C18")
    facts = (unit.name, unit.uscc, head.uscc, "赵演示", "上海市徐汇区漕溪北路9918号4幢103室", "张示例")
    for number in range(1, len(KINDS[business]) + 1):
        made = paper_make(
            business=business,
            head=head,
            unit=unit,
            signers=[Person.objects.get(pk="P36")],
            seal=True,
            ref="X-1",
            number=number,
            day=DAY,
        )
        assert [fact for fact in facts if fact not in made.text] == []
        assert "{" not in made.text + made.must_read[0]
        assert [place["name"] for place in made.places] == ["sign1", "seal"]
        assert all(0 <= place["x"] <= 595 and 0 <= place["y"] <= 842 for place in made.places)


def test_businesses_are_those_of_the_client_library() -> None:
    assert set(BUSINESS_TITLES) == set(KINDS) == {str(one) for one in Business}


def test_equal_facts_give_equal_bytes(world: None) -> None:
    facts = {"business": "change", "head": Company.objects.get(pk="C01"), "unit": Company.objects.get(pk="C18")}
    rest = {"signers": [Person.objects.get(pk="P36")], "seal": False, "ref": "X-1", "number": 1, "day": DAY}
    one, two = (paper_make(**facts, **rest) for _ in range(2))  # type: ignore[arg-type]  # the facts are of many kinds
    assert one.pdf == two.pdf


@pytest.mark.parametrize(("documents", "cases"), [(1, 1), (12, 3), (120, 40), (7, 5)])
def test_every_paper_has_a_case_and_no_case_is_empty(documents: int, cases: int) -> None:
    wish = Wish("chain", Company(code="C01"), (), False, documents, cases)
    assert (sum(wish.shares()), len(wish.shares())) == (documents, cases)
    assert max(wish.shares()) - min(wish.shares()) <= 1


def test_a_hundred_and_twenty_papers_of_forty_cases(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser, documents="120", cases="40")
    assert len(signing.orders) == 40
    assert ChainPaper.objects.filter(case__launch=made).values("sha256").distinct().count() == 120
    signing.sign()
    text = refresh(browser, made)
    assert "签齐 120 份，取回 40 份" in text, "twenty by the refresh, twenty by the page after it"
    asked = len([seen for seen in signing.stub.seen if seen.method == "GET" and "/batches/" in seen.path])
    assert asked == 40
    for _ in range(4):
        status = browser.get(f"/chain/{made.number}/status").json()
    assert (status["done"], status["total"], status["state"]) == (120, 120, "done")
    assert "共 240 个签名" in page(browser, made)


WRONG = [
    ({"cases": "13"}, "每件申请至少要有一份文书"),
    ({"documents": "0"}, "不能小于 1"),
    ({"documents": "121"}, "不能大于 120"),
    ({"documents": "许多"}, "要填数字"),
    ({"signer": ""}, "请选择签署人"),
    ({"second": "P36"}, "要是另一个人"),
    ({"company": "C18"}, "请从列出的选项里选择总部"),
    ({"business": "other"}, "请从列出的选项里选择业务类型"),
    ({"signer": "P22"}, "没有可用的字形"),
    ({"principal": "P36"}, "签署人就是他本人，不用授权"),
    ({"principal": "P22"}, 'href="#id_principal"'),
    ({"signer": "", "seal": "on", "principal": "P37"}, "请选择签署人"),
    ({"signer": "", "seal": "on", "second": "P37"}, "请选择签署人"),
]


@pytest.mark.parametrize(
    ("changes", "sentence"), WRONG, ids=[next(iter(one)) + str(n) for n, (one, _) in enumerate(WRONG)]
)
def test_a_form_that_cannot_be_is_refused_with_its_reason(
    browser: Client, signing: FakeSigning, changes: dict[str, str], sentence: str
) -> None:
    reply = browser.post("/chain/new/", {**FORM, "idempotency_key": "k1", **changes})
    assert reply.status_code == 422
    assert sentence in reply.content.decode()
    assert 'value="k1"' in reply.content.decode()
    assert not Launch.objects.exists()
    assert signing.stub.seen == []


def test_papers_may_be_for_the_seal_alone(browser: Client, signing: FakeSigning) -> None:
    launch(browser, documents="1", cases="1", signer="", seal="on")
    (document,) = next(iter(signing.orders.values()))["documents"]
    assert [(slot["name"], slot["kind"]) for slot in document["slots"]] == [("seal", "seal")]


# ---- nothing twice ----


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_make_one_launch(signing: FakeSigning) -> None:
    gate, places = threading.Barrier(2), list[str]()

    def tap() -> None:
        gate.wait()
        try:
            places.append(Client().post("/chain/new/", {**FORM, "idempotency_key": "k1"})["Location"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(places) == 2
    assert len(set(places)) == 1
    assert Launch.objects.count() == 1
    assert [seen.path for seen in signing.stub.seen] == ["/api/batches"] * 3


def test_the_same_form_again_is_the_same_and_another_wish_is_another(browser: Client, signing: FakeSigning) -> None:
    assert launch(browser) == launch(browser)
    assert launch(browser, documents="11") != launch(browser)
    assert Launch.objects.count() == 2


def test_what_was_not_sent_is_sent_later_and_once(browser: Client, signing: FakeSigning) -> None:
    signing.fault = answer(500, b"{}")
    made = launch(browser)
    text = page(browser, made)
    assert "电子签名没有回应" in text
    assert "还没送到" in text
    signing.fault = b""
    assert "电子签名没有回应" not in refresh(browser, made)
    refresh(browser, made)
    assert len(signing.orders) == len(signing.keys) == 3
    assert set(made.cases.values_list("state", flat=True)) == {"open"}


def test_an_order_whose_answer_was_lost_is_not_made_twice(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    ChainCase.objects.update(state="unsent", asked_at=None)
    refresh(browser, made)
    assert len(signing.orders) == 3
    assert set(made.cases.values_list("state", "problem")) == {("open", "")}


def test_a_refused_order_says_why(browser: Client, signing: FakeSigning) -> None:
    words = json.dumps({"error": "signer_name", "message": "姓名和证件对不上。"}).encode()
    signing.fault = answer(422, words)
    made = launch(browser)
    assert "姓名和证件对不上。" in page(browser, made)
    assert "电子签名没有回应" not in page(browser, made)


# ---- how it stands ----


def test_a_callback_is_a_nudge_and_the_page_asks(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    first = made.cases.earliest("id").number
    signing.sign(first)
    assert "签齐 0 份" in page(browser, made)
    assert nudge(first).status_code == 200
    text = page(browser, made)
    assert "12 份文书，签齐 4 份，取回 4 份" in text
    assert "（已签）" in text
    asked = [seen.path for seen in signing.stub.seen if seen.method == "GET" and "batches" in seen.path]
    assert asked == [f"/api/batches/{first}"], "only what was heard of is asked for"


def test_an_open_page_is_drawn_anew_when_a_case_has_come_further(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    (seen,) = re.findall(r"status\?seen=(\w+)", page(browser, made))
    where = f"/chain/{made.number}/status?seen={seen}"
    still = browser.get(where).json()
    assert (still["state"], still["next"]) == ("running", "")
    first = made.cases.earliest("id").number
    signing.sign(first)
    nudge(first)
    moved = browser.get(where).json()
    assert (moved["done"], moved["state"], moved["next"]) == (4, "done", f"/chain/{made.number}/")


def test_without_any_callback_a_refresh_shows_how_it_stands(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    signing.sign()
    assert "签齐 0 份" in page(browser, made)
    text = refresh(browser, made)
    assert "12 份文书，签齐 12 份，取回 12 份" in text
    assert "去电子签名" not in text


def test_callbacks_twice_late_and_about_nothing_change_nothing(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    signing.sign()
    numbers = list(made.cases.values_list("number", flat=True))
    for number in [*numbers, *numbers, "LQ-nobody"]:
        assert nudge(number, "batch_done").status_code == 200
    page(browser, made)
    before = browser.get(f"/chain/{made.number}/status").json()
    assert (before["done"], before["state"]) == (12, "done")
    for number in numbers:
        nudge(number, "batch_ready")
    assert browser.get(f"/chain/{made.number}/status").json() == before


def test_an_answer_from_before_takes_nothing_back(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    case = made.cases.earliest("id")
    before, began = read(BatchState, signing.state(case.number)), clock.wall()
    signing.sign()
    refresh(browser, made)
    answer_store(case, before, began)
    case.refresh_from_db()
    assert case.state == "signed"
    answer_store(case, before, clock.wall() + timedelta(seconds=1))
    case.refresh_from_db()
    assert case.state == "open"


def test_a_silent_signing_leaves_what_was_known(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    signing.sign(made.cases.earliest("id").number)
    refresh(browser, made)
    signing.fault = answer(503, b"")
    for number in made.cases.values_list("number", flat=True):
        nudge(number)
    text = page(browser, made)
    assert "电子签名没有回应" in text
    assert "签齐 4 份" in text
    assert "电子签名没有回应" in browser.get("/chain/").content.decode()
    assert "没有回应" in browser.get(f"/chain/{made.number}/status").json()["text"]
    signing.fault = b""
    assert "电子签名没有回应" not in page(browser, made)


def test_signed_files_are_fetched_with_the_count_of_their_signatures(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser, documents="1", cases="1")
    paper = ChainPaper.objects.get()
    assert browser.get(f"/chain/papers/{paper.ref}.pdf").status_code == 404
    signing.sign()
    text = refresh(browser, made)
    assert f"/chain/papers/{paper.ref}.pdf" in text
    assert browser.get(f"/chain/papers/{paper.ref}.pdf").content == signing.files(paper.ref)
    assert ChainPaper.objects.get().signatures == 2


def test_a_signed_file_with_other_bytes_is_not_taken(
    browser: Client, signing: FakeSigning, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = launch(browser, documents="1", cases="1")
    signing.sign()
    real = signing.answer

    def changed(seen: object) -> bytes:
        return real(seen).replace(b"%PDF-1.7 signed", b"%PDF-1.7 stolen")  # type: ignore[arg-type]  # a Seen

    with monkeypatch.context() as then:
        then.setattr(signing, "answer", changed)
        assert "取到的文件和写明的摘要不一致" in refresh(browser, made)
    assert ChainPaper.objects.get().signed_pdf is None
    assert "取回 1 份" in page(browser, made)


def test_what_nobody_signed_can_be_cancelled(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    first = made.cases.earliest("id").number
    signing.sign(first)
    text = browser.post(f"/chain/{made.number}/cancel/", follow=True).content.decode()
    assert signing.cancelled == set(signing.orders)
    assert "4 份文书，签齐 4 份，取回 4 份" in text
    assert "取消没签的" not in text


def test_what_never_came_there_can_be_cancelled_too(browser: Client, signing: FakeSigning) -> None:
    signing.fault = answer(500, b"{}")
    made = launch(browser)
    browser.post(f"/chain/{made.number}/cancel/")
    assert set(made.cases.values_list("state", flat=True)) == {"unsent"}, "nobody answered: nothing is known"
    signing.fault = b""
    browser.post(f"/chain/{made.number}/cancel/")
    refresh(browser, made)
    assert set(made.cases.values_list("state", flat=True)) == {"cancelled"}
    assert signing.orders == {}


# ---- what 电子签名 calls ----


def test_files_and_callbacks_are_for_signing_alone(browser: Client, signing: FakeSigning) -> None:
    launch(browser)
    paper = ChainPaper.objects.first()
    assert paper
    for service in ("reg", "sandbox", "chain_office"):
        assert calls("GET", f"/chain-office/files/{paper.ref}", service=service).status_code == 401
        assert calls("POST", "/chain-office/callbacks/signing", b"{}", service=service).status_code == 401
    assert calls("GET", f"/chain-office/files/{paper.ref}").status_code == 200
    assert calls("GET", "/chain-office/files/none").status_code == 404
    assert calls("POST", "/chain-office/callbacks/signing", b"{}").status_code == 400
    assert not ChainCase.objects.exclude(heard_at=None).exists()


def test_what_is_answered_keeps_the_contract(browser: Client, signing: FakeSigning, contracts: Contracts) -> None:
    made = launch(browser, documents="1", cases="1")
    caller = Caller("signing", contracts)
    event = {
        "event": "batch_ready",
        "batch": made.cases.get().number,
        "document": None,
        "at": "2026-11-27T10:00:00+08:00",
    }
    assert caller.post("/chain-office/callbacks/signing", event).json() == {"taken": True}
    assert caller.get(f"/chain-office/files/{ChainPaper.objects.get().ref}").content.startswith(b"%PDF")
    assert caller.get("/chain-office/files/none").json()["error"] == "not_found"
    assert caller.post("/chain-office/callbacks/signing", {}).status == 400


def test_faults_play_on_what_signing_calls(browser: Client, signing: FakeSigning, fault: Callable[..., None]) -> None:
    made = launch(browser, documents="2", cases="1")
    first, second = made.cases.get().papers.all()
    fault("chain_office", mode="wrong")
    assert calls("GET", f"/chain-office/files/{first.ref}").content == bytes(second.pdf)
    fault("chain_office", mode="down")
    assert nudge(made.cases.get().number).status_code == 503
    signing.sign()
    assert "签齐 2 份" in refresh(browser, made), "its pages stand, and a refresh needs no callback"


# ---- pages ----


def test_the_start_page_leads_there_and_reset_clears_it(browser: Client, signing: FakeSigning) -> None:
    assert "连锁总部业务系统（演示）" in browser.get("/").content.decode()
    assert "还没有发起过签署" in browser.get("/chain/").content.decode()
    made = launch(browser)
    assert made.number in browser.get("/chain/").content.decode()
    browser.post("/control/reset", "{}", content_type="application/json")
    assert not ChainPaper.objects.exists()
    assert browser.get(f"/chain/{made.number}/").status_code == 404


def test_a_list_costs_the_same_however_long(
    browser: Client, signing: FakeSigning, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(4):
        launch(browser, f"k{number}", documents="2", cases="2")
    with django_assert_max_num_queries(6):  # type: ignore[attr-defined]  # a context manager of pytest-django
        browser.get("/chain/")


def test_whoever_looks_sees_no_identity_number(browser: Client, signing: FakeSigning) -> None:
    made = launch(browser)
    person = Person.objects.get(pk="P36")
    everywhere = (
        page(browser, made) + browser.get("/chain/").content.decode() + browser.get("/chain/new/").content.decode()
    )
    assert person.name in everywhere
    assert person.id_number not in everywhere
    assert person.mobile not in everywhere
